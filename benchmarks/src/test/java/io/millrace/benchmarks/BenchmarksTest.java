package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.Tuple2;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchmarksTest {

  @Test
  void percentiles_areNearestRank() {
    Percentiles percentiles = Percentiles.of(new double[] {4, 1, 3, 2});

    assertThat(percentiles.at(0.5)).isEqualTo(2);
    assertThat(percentiles.at(0.75)).isEqualTo(3);
    assertThat(percentiles.at(0.99)).isEqualTo(4);
    assertThat(Percentiles.of(new double[0]).at(0.5)).isNaN();
  }

  @Test
  void row_survivesTheWayFromTheChildProcess() {
    Row row = new Row("wordcount", "words/s", 1.5, 3, Double.NaN, 2, true);

    assertThat(Row.isRow(row.toLine())).isTrue();
    assertThat(Row.parse(row.toLine())).isEqualTo(row);
    assertThat(row.toJson(2))
        .isEqualTo(
            "{\"workload\":\"wordcount\",\"unit\":\"words/s\",\"baseline\":1.50000,"
                + "\"figure\":3.00000,\"ratio\":2.00000,\"p50Millis\":null,"
                + "\"p99Millis\":2.00000,\"digestsEqual\":true}");
  }

  @Test
  void median_isTakenColumnByColumn_andOneWrongDigestShows() {
    Row median =
        Row.median(
            List.of(
                new Row("w", "u", 1, 30, 5, 5, true),
                new Row("w", "u", 3, 10, 6, 6, false),
                new Row("w", "u", 2, 20, 7, 7, true)));

    assertThat(median).isEqualTo(new Row("w", "u", 2, 20, 6, 6, false));
  }

  @Test
  void digest_isThatOfTheCounts_whateverTheirOrderAndForm() {
    Map<String, Integer> counts = new HashMap<>(Map.of("a", 1, "b", 2, "c", 3));
    List<Tuple2<String, Long>> pairs =
        List.of(Tuple2.of("c", 3L), Tuple2.of("a", 1L), Tuple2.of("b", 2L));

    assertThat(Digest.of(pairs)).isEqualTo(Digest.of(counts));
    counts.put("a", 2);
    assertThat(Digest.of(pairs)).isNotEqualTo(Digest.of(counts));
  }

  @Test
  void numericPipeline_comesToWhatTheLoopComesTo() {
    List<Long> data = NumericPipeline.data(10_000);
    try (RDDContext context = new RDDContext("local[1]", "test")) {
      RDD<Long> numbers = context.parallelize(data, 3);

      assertThat(NumericPipeline.pipeline(numbers))
          .isEqualTo(NumericPipeline.byHand(data.toArray(new Long[0])));
    }
  }

  @Test
  void zipfLines_areTheSameEachTime_andTheFirstWordsAreFrequent() {
    List<String> lines = ZipfLines.lines(2_000);
    Map<String, Integer> counts = new HashMap<>();
    lines.forEach(
        line ->
            ZipfLines.split(line).forEachRemaining(word -> counts.merge(word, 1, Integer::sum)));

    assertThat(ZipfLines.lines(2_000)).isEqualTo(lines);
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    assertThat(most).isBetween(1_800, 2_300);
  }

  @Test
  void main_refusesWhatItDoesNotKnow_andNamesIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchMain.main(new String[] {"wordcuont"}))
        .withMessageContaining("wordcuont")
        .withMessageContaining("wordcount");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchMain.main(new String[] {"--forks", "none"}))
        .withMessageContaining("none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchMain.main(new String[] {"--forks", "0"}))
        .withMessageContaining("0");
  }
}
