package io.millrace.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class ReaderIteratorTest {

  @Test
  void next_yieldsAllRecordsIncludingNulls() {
    List<Object> records = Arrays.asList(1, null, 2, null);
    List<Object> read = new ArrayList<>();

    new ReaderIterator(new RecordsInChunks(records, 1)).forEachRemaining(read::add);

    assertThat(read).isEqualTo(records);
  }

  @Test
  void next_pastTheEndIsRefusedAndTheReaderIsNotAskedAgain() {
    RecordsInChunks reader = new RecordsInChunks(List.of(1), 1);
    Iterator<Object> records = new ReaderIterator(reader);
    records.next();

    assertThatThrownBy(records::next).isInstanceOf(NoSuchElementException.class);
    assertThat(records.hasNext()).isFalse();
    assertThat(reader.numEnds()).isEqualTo(1);
  }

  @Test
  void hasNext_carriesCheckedExceptions() {
    IOException broken = new IOException("broken");
    Iterator<Object> records =
        new ReaderIterator(
            (into, max) -> {
              throw broken;
            });

    assertThatThrownBy(records::hasNext)
        .isInstanceOf(ReaderIterator.ReadFailure.class)
        .hasCause(broken);
  }

  @Test
  void hasNext_failsAgainOnceReadingHasFailed() {
    int[] reads = {0};
    Iterator<Object> records =
        new ReaderIterator(
            (into, max) -> {
              if (reads[0]++ == 2) {
                throw new IllegalStateException("broken");
              }
              into[0] = "record";
              return 1;
            });
    records.next();
    records.next();

    assertThatThrownBy(records::next).hasMessage("broken");
    assertThatThrownBy(records::next).hasMessage("broken");
    assertThatThrownBy(records::hasNext).hasMessage("broken");
    assertThat(reads[0]).isEqualTo(3);
  }
}
