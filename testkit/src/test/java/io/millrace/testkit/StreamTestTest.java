package io.millrace.testkit;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.testkit.StreamTest.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StreamTestTest {

  @Test
  void record_givesBatchesAsAWholeAndByPartition() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Integer> recorded =
          test.record(test.input(asList(List.of(1, 2, 3), null, List.of()), 2));
      test.run(4);
      assertThat(recorded.batches())
          .isEqualTo(asList(List.of(1, 2, 3), null, List.of(), List.of()));
      assertThat(recorded.partitions())
          .isEqualTo(
              asList(
                  List.of(List.of(1), List.of(2, 3)),
                  null,
                  List.of(List.of(), List.of()),
                  List.of(List.of(), List.of())));
    }
  }

  @Test
  void run_continuesWhereItEnded() throws Exception {
    try (StreamTest test = new StreamTest(new Conf().setMaster("local[1]"), Duration.ofHours(1))) {
      List<Long> times = new ArrayList<>();
      test.input(List.of(List.of(1)), 1)
          .foreachRDD((rdd, time) -> times.add(time.milliseconds() / 3_600_000));
      test.run(0);
      assertThat(times).isEmpty();
      test.run(1);
      test.run(2);
      assertThat(times).containsExactly(1L, 2L, 3L);
    }
  }

  @Test
  void run_throwsWhatStoppedTheContext() {
    try (StreamTest test = new StreamTest()) {
      test.input(List.of(List.of(1)), 1)
          .foreachRDD(
              rdd -> {
                throw new IllegalStateException("boom");
              });
      assertThatThrownBy(() -> test.run(1)).hasRootCauseMessage("boom");
    }
  }

  @Test
  void run_afterAStop_saysSo() throws Exception {
    try (StreamTest test = new StreamTest()) {
      test.record(test.input(List.of(List.of(1)), 1));
      test.run(1);
      test.context().stop();
      assertThatThrownBy(() -> test.run(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("stopped");
    }
  }
}
