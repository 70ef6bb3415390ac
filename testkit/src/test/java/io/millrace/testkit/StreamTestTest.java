package io.millrace.testkit;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.testkit.StreamTest.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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

  @Test
  void input_goesOnAfterARestartWhateverBatchesWereEmpty() throws Exception {
    List<List<String>> batches =
        List.of(List.of(), List.of("a"), List.of("b"), List.of(), List.of("c"), List.of("d"));
    StreamTest.inEveryWay(
        test -> {
          Recorded<String> recorded = test.record(test.input(batches, 1));
          test.run(7);
          assertThat(recorded.batches()).startsWith(batches.toArray(List[]::new));
          assertThat(recorded.batches().get(6)).isEmpty();
        });
  }

  @Test
  void inEveryWay_restartsBetweenEveryTwoBatches() throws Exception {
    List<Integer> batchesOfARun = new ArrayList<>();
    StreamTest.inEveryWay(
        test -> {
          batchesOfARun.add(0);
          test.input(List.of(List.of(1), List.of(2), List.of(3)), 1)
              .foreachRDD(rdd -> batchesOfARun.set(batchesOfARun.size() - 1, last(batchesOfARun)));
          test.run(2);
          test.run(1);
        });
    assertThat(batchesOfARun).containsExactly(3, 3, 1, 1, 1);
  }

  private static int last(List<Integer> counts) {
    return counts.get(counts.size() - 1) + 1;
  }

  @Test
  void inEveryWay_findsStateThatIsKeptBesideTheCheckpoint() {
    assertThatThrownBy(
            () ->
                StreamTest.inEveryWay(
                    test -> {
                      AtomicInteger total = new AtomicInteger();
                      Recorded<Integer> totals =
                          test.record(
                              test.input(List.of(List.of(1), List.of(2)), 1)
                                  .transform(
                                      rdd ->
                                          rdd.context()
                                              .parallelize(
                                                  List.of(total.addAndGet(rdd.collect().get(0))))));
                      test.run(2);
                      assertThat(totals.batches()).containsExactly(List.of(1), List.of(3));
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("restart between every two batches");
  }

  @Test
  void inEveryWay_findsFunctionsThatRememberTheirFirstAttempt() {
    assertThatThrownBy(
            () ->
                StreamTest.inEveryWay(
                    test -> {
                      Recorded<Integer> totals =
                          test.record(
                              test.input(List.of(List.of(1)), 1)
                                  .map(x -> x + CALLS.getAndIncrement() * 10));
                      CALLS.set(0);
                      test.run(1);
                      assertThat(totals.batches()).containsExactly(List.of(1));
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("each first attempt thrown away");
  }

  private static final AtomicInteger CALLS = new AtomicInteger();
}
