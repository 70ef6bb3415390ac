package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.source.ReplaySource;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lines are their own time in milliseconds; batches are one second. */
@Timeout(30)
class ReplayStreamTest {

  private static ReplaySource replay(String... lines) {
    byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    return ReplaySource.of(
        () -> new ByteArrayInputStream(text), line -> Long.parseLong(line.strip()));
  }

  private static List<List<String>> run(ReplaySource source, int numBatches)
      throws InterruptedException {
    try (StreamTest test = new StreamTest()) {
      Recorded<String> recorded = test.record(test.context().sourceStream(source));
      test.run(numBatches);
      return recorded.batches();
    }
  }

  @Test
  void replay_givesABatchTheLinesBeforeItsTime() throws Exception {
    assertThat(run(replay("0", "999", "1000", "1999", "2000", "4000"), 6))
        .containsExactly(
            List.of("0", "999"),
            List.of("1000", "1999"),
            List.of("2000"),
            List.of(),
            List.of("4000"),
            List.of());
  }

  @Test
  void replay_handsALateLineOutWithItsPredecessors() throws Exception {
    assertThat(run(replay("1500", "200", "2500"), 3))
        .containsExactly(List.of(), List.of("1500", "200"), List.of("2500"));
  }

  @Test
  void replay_faster_playsMoreDataPerBatch() throws Exception {
    assertThat(run(replay("0", "59999", "60000", "119999", "120000").speed(60), 3))
        .containsExactly(List.of("0", "59999"), List.of("60000", "119999"), List.of("120000"));
  }

  @Test
  void replay_slower_playsLess() throws Exception {
    assertThat(run(replay("0", "499", "500", "999").speed(0.5), 3))
        .containsExactly(List.of("0", "499"), List.of("500", "999"), List.of());
  }

  @Test
  void replay_startingAt_mapsTheFirstBatchToThatTime_andPassesOverWhatIsBefore() throws Exception {
    Instant nine = Instant.parse("2001-01-01T09:00:00Z");
    long start = nine.toEpochMilli();
    ReplaySource source =
        replay("" + (start - 1), "" + start, "" + (start + 9_999), "" + (start + 10_000))
            .startingAt(nine)
            .speed(10);
    assertThat(run(source, 2))
        .containsExactly(List.of("" + start, "" + (start + 9_999)), List.of("" + (start + 10_000)));
    assertThat(source.numSkipped()).isZero();
  }

  @Test
  void replay_skipsAndCountsLinesWithoutTime() throws Exception {
    ReplaySource source = replay("time", "0", "x", "", "1", "y").header(1);
    assertThat(run(source, 1)).containsExactly(List.of("0", "1"));
    assertThat(source.numSkipped()).isEqualTo(3);
  }

  @Test
  void replay_isExhaustedOnceAllLinesAreOut() throws Exception {
    ReplaySource source = replay("0", "1500");
    assertThat(source.isExhausted()).isFalse();
    try (StreamTest test = new StreamTest()) {
      test.record(test.context().sourceStream(source));
      test.run(1);
      assertThat(source.isExhausted()).isFalse();
      test.run(1);
      assertThat(source.isExhausted()).isTrue();
      BatchInfo batch = test.context().progress().lastBatch().orElseThrow();
      assertThat(batch.numRecords()).isEqualTo(1);
      assertThat(batch.streamIdToInputInfo().get(0).description()).isEqualTo("1 lines from line 2");
    }
  }

  @Test
  void replay_cutsBatchesIntoPartitions() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<String> recorded =
          test.record(test.context().sourceStream(replay("1", "2", "3").partitions(3)));
      test.run(1);
      assertThat(recorded.partitions().get(0))
          .containsExactly(List.of("1"), List.of("2"), List.of("3"));
    }
  }

  @Test
  void replay_thatCanNotBeOpened_failsTheStart() {
    try (StreamTest test = new StreamTest()) {
      ReplaySource source =
          ReplaySource.of(
              () -> {
                throw new java.io.FileNotFoundException("flights.csv");
              },
              Long::parseLong);
      test.record(test.context().sourceStream(source));
      assertThatThrownBy(() -> test.run(1)).hasMessageContaining("flights.csv");
    }
  }

  @Test
  void options_refuseWhatMakesNoSense() {
    ReplaySource source = replay("1");
    assertThatThrownBy(() -> source.speed(0)).hasMessageContaining("not 0.0");
    assertThatThrownBy(() -> source.speed(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> source.speed(Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> source.partitions(0))
        .hasMessage("partitions must be at least 1, not 0");
    assertThatThrownBy(() -> source.header(-1))
        .hasMessage("header lines must be at least 0, not -1");
  }
}
