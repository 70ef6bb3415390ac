package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatsReportListenerTest {

  private static StreamingListenerBatchCompleted batch(long delayMillis, long workMillis) {
    return new StreamingListenerBatchCompleted(
        new BatchInfo(
            1,
            new Time(0),
            0,
            Map.of(),
            0,
            delayMillis,
            delayMillis + workMillis,
            workMillis * 1_000_000,
            Map.of(),
            List.of(),
            Optional.empty()));
  }

  private static String[] lines(StatsReportListener listener) {
    return listener.report().split("\\R");
  }

  @Test
  void report_hasTheQuartilesOfBothDelays() {
    StatsReportListener listener = new StatsReportListener();
    for (int i = 1; i <= 5; i++) {
      listener.onBatchCompleted(batch(100, 6 - i));
    }
    assertThat(lines(listener))
        .containsExactly(
            "the last 5 batches, in ms    min   25 %   50 %   75 %    max",
            "total delay                  101    102    103    104    105",
            "processing delay               1      2      3      4      5");
  }

  @Test
  void report_isOfTheLastBatchesAlone() {
    StatsReportListener listener = new StatsReportListener(2);
    assertThat(listener.report()).isEqualTo("no batch has completed");
    for (int i = 1; i <= 100; i++) {
      listener.onBatchCompleted(batch(0, i));
    }
    assertThat(lines(listener)[2].strip().split("\\s+")).endsWith("99", "99", "99", "100", "100");
  }

  @Test
  void report_isOfOneBatchAtLeast() {
    assertThatThrownBy(() -> new StatsReportListener(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
  }
}
