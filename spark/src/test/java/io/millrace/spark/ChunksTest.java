package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.internal.pipeline.ArrayReader;
import io.millrace.spi.plan.RecordReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunksTest {

  private static Object[] numbers(int count) {
    return IntStream.range(0, count).boxed().toArray();
  }

  private static List<Carried> all(Chunks chunks) {
    List<Carried> all = new ArrayList<>();
    while (chunks.hasNext()) {
      all.add(chunks.next());
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 513, 1_536, 1_537, 300_000})
  void chunks_areAllRecordsInTheirOrder(int count) {
    Object[] records = numbers(count);
    List<Object> read = new ArrayList<>();
    for (Carried chunk : all(new Chunks(() -> new ArrayReader(records, count)))) {
      assertThat(chunk.numRecords()).isPositive();
      read.addAll(Arrays.asList(chunk.records()));
    }
    assertThat(read).isEqualTo(Arrays.asList(records));
  }

  @Test
  void aMillionRecords_areTwoDozenChunks_noneOfThemLong() {
    Object[] records = numbers(1_000_000);
    List<Carried> all = all(new Chunks(() -> new ArrayReader(records, records.length)));
    assertThat(all).hasSizeLessThanOrEqualTo(24);
    assertThat(all).allMatch(chunk -> chunk.numRecords() <= 65_536);
  }

  @Test
  void aReaderThatGivesLittleAtATime_fillsChunksAllTheSame() {
    int[] left = {2_000};
    RecordReader<Object> slow =
        (into, max) -> {
          into[0] = left[0];
          return left[0]-- > 0 ? 1 : -1;
        };
    assertThat(all(new Chunks(() -> slow)))
        .extracting(Carried::numRecords)
        .containsExactly(512, 1_024, 464);
  }

  @Test
  void nothing_isOpenedBeforeItIsAskedFor_andNothingComesAfterTheEnd() {
    int[] opened = {0};
    Chunks chunks =
        new Chunks(
            () -> {
              opened[0]++;
              return new ArrayReader(new Object[] {"a"}, 1);
            });
    assertThat(opened[0]).isZero();
    assertThat(chunks.next().records()).containsExactly("a");
    assertThat(chunks.hasNext()).isFalse();
    assertThatThrownBy(chunks::next).isInstanceOf(NoSuchElementException.class);
    assertThat(opened[0]).isOne();
  }
}
