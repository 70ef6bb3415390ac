package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.Conf;
import io.millrace.JobFailedException;
import io.millrace.source.SourceContext;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a failure does to a batch, and a failed batch to its context. */
@Timeout(30)
class FailureTest {

  private static final List<List<Integer>> THREE_BATCHES =
      List.of(List.of(1, 2), List.of(3, 4), List.of(5, 6));

  private static Conf conf() {
    return new Conf().setMaster("local[2]").set("millrace.task.maxFailures", "2");
  }

  private static StreamTest stopping() {
    return new StreamTest(conf(), Duration.ofSeconds(1));
  }

  private static StreamTest continuing() {
    return new StreamTest(
        conf().set("millrace.streaming.batchFailure", "continue"), Duration.ofSeconds(1));
  }

  private static Integer failOnThree(Integer i) {
    if (i == 3) {
      throw new IllegalStateException("three is bad");
    }
    return i;
  }

  @Test
  @Tag("one-run")
  void failureInATask_namesBatchStreamPartitionAndException() {
    try (StreamTest test = stopping()) {
      Recorded<Integer> recorded =
          test.record(test.input(THREE_BATCHES, 2).map(FailureTest::failOnThree).uid("checked"));
      BatchFailedException failure = (BatchFailedException) catchThrowable(() -> test.run(3));
      assertThat(failure)
          .hasMessageContaining("java.lang.IllegalStateException: three is bad")
          .hasMessageContaining("map#1 'checked'")
          .hasMessageContaining("partition 0 of 2")
          .hasMessageContaining("after 2 attempts")
          .hasMessageContaining("output foreachRDD#0 of map#1 'checked'")
          .hasMessageContaining("batch 2 at 1970-01-01T00:00:02Z (2000 ms)");
      assertThat(failure.batchTime()).isEqualTo(new Time(2000));
      assertThat(failure).hasCauseInstanceOf(JobFailedException.class);
      assertThat(failure).hasRootCauseMessage("three is bad");
      assertThat(recorded.batches().get(0)).containsExactly(1, 2);
      assertThat(test.context().getState()).isEqualTo(StreamingContextState.STOPPED);
      assertThat(test.context().rddContext().isClosed()).as("the engine ends too").isTrue();
      Progress progress = test.context().progress();
      assertThat(progress.numBatches()).isEqualTo(2);
      assertThat(progress.numFailedBatches()).isEqualTo(1);
      assertThatThrownBy(() -> test.context().awaitTermination()).isSameAs(failure);
      assertThatThrownBy(() -> test.context().awaitTerminationOrTimeout(1)).isSameAs(failure);
    }
  }

  @Test
  void failureInAnOutput_isTheCause() {
    try (StreamTest test = stopping()) {
      test.input(THREE_BATCHES, 1)
          .foreachRDD(
              rdd -> {
                throw new java.io.IOException("disk full");
              });
      assertThatThrownBy(() -> test.run(1))
          .isInstanceOf(BatchFailedException.class)
          .hasCauseInstanceOf(java.io.IOException.class)
          .hasMessageStartingWith("java.io.IOException: disk full\n  in output foreachRDD#0 of");
    }
  }

  @Test
  void failureInAnAssertion_failsTheBatchLikeAnyOther() {
    try (StreamTest test = stopping()) {
      test.input(THREE_BATCHES, 1).foreachRDD(rdd -> assertThat(rdd.count()).isZero());
      assertThatThrownBy(() -> test.run(1))
          .isInstanceOf(BatchFailedException.class)
          .hasCauseInstanceOf(AssertionError.class)
          .hasMessageContaining("batch 1");
    }
  }

  @Test
  void failureInATransform_namesItsStream_whoeverReadsIt() {
    try (StreamTest test = stopping()) {
      DStream<Integer> transformed =
          test.input(THREE_BATCHES, 1)
              .transform(
                  rdd -> {
                    throw new IllegalStateException("no plan");
                  });
      test.record(transformed.map(i -> i));
      assertThatThrownBy(() -> test.run(1))
          .isInstanceOf(BatchFailedException.class)
          .hasMessageStartingWith(
              "java.lang.IllegalStateException: no plan\n"
                  + "  in stream transform#1\n"
                  + "  in output foreachRDD#0 of map#2\n"
                  + "  of batch 1 at");
    }
  }

  @Test
  @Tag("one-run")
  void failureInAWindow_namesItsStream() {
    try (StreamTest test = stopping()) {
      test.record(
          test.input(THREE_BATCHES, 1)
              .map(FailureTest::failOnThree)
              .reduceByWindow(Integer::sum, Duration.ofSeconds(4), Duration.ofSeconds(4)));
      assertThatThrownBy(() -> test.run(3))
          .isInstanceOf(BatchFailedException.class)
          .hasMessageContaining("three is bad")
          .hasMessageContaining("in stream reduceByWindow#")
          .hasMessageContaining("batch 2");
    }
  }

  @Test
  @Tag("one-run")
  void failure_keepsLaterOutputsFromRunning_unlessTheContextGoesOn() throws Exception {
    List<Long> later = new ArrayList<>();
    try (StreamTest test = stopping()) {
      DStream<Integer> numbers = test.input(THREE_BATCHES, 1);
      numbers.map(FailureTest::failOnThree).foreachRDD(rdd -> rdd.count());
      numbers.foreachBatch((rdd, batch) -> later.add(batch.number()));
      assertThat(catchThrowable(() -> test.run(3))).isInstanceOf(BatchFailedException.class);
    }
    assertThat(later).containsExactly(1L);
    later.clear();
    try (StreamTest test = continuing()) {
      DStream<Integer> numbers = test.input(THREE_BATCHES, 1);
      numbers.map(FailureTest::failOnThree).foreachRDD(rdd -> rdd.count());
      numbers.foreachBatch((rdd, batch) -> later.add(batch.number()));
      test.run(3);
    }
    assertThat(later).containsExactly(1L, 2L, 3L);
  }

  @Test
  @Tag("one-run")
  void continue_runsTheNextBatches_andCountsFailures() throws Exception {
    EventLog log = new EventLog();
    try (StreamTest test = continuing()) {
      test.context().addStreamingListener(log);
      DStream<Integer> mapped = test.input(THREE_BATCHES, 1).map(FailureTest::failOnThree);
      Recorded<Integer> first = test.record(mapped);
      Recorded<Integer> second = test.record(mapped.map(i -> -i));
      test.run(4);
      assertThat(first.batches())
          .isEqualTo(java.util.Arrays.asList(List.of(1, 2), null, List.of(5, 6), List.of()));
      assertThat(second.batches().get(2)).containsExactly(-5, -6);
      Progress progress = test.context().progress();
      assertThat(progress.state()).isEqualTo(StreamingContextState.ACTIVE);
      assertThat(progress.numBatches()).isEqualTo(4);
      assertThat(progress.numFailedBatches()).isEqualTo(1);
      test.context().stop();
      test.context().awaitTermination();
    }
    BatchInfo failed = log.events(StreamingListenerBatchCompleted.class).get(1).batchInfo();
    assertThat(failed.outputOperationInfos()).containsOnlyKeys(0, 1);
    assertThat(failed.outputOperationInfos().values())
        .allMatch(operation -> operation.failureReason().contains("three is bad"));
  }

  @Test
  @Tag("one-run")
  void continue_asksAFailedTransformOnlyOncePerBatch() throws Exception {
    List<Time> calls = new ArrayList<>();
    try (StreamTest test = continuing()) {
      DStream<Integer> transformed =
          test.input(THREE_BATCHES, 1)
              .transform(
                  (rdd, time) -> {
                    calls.add(time);
                    throw new IllegalStateException("no plan");
                  });
      test.record(transformed);
      test.record(transformed);
      test.run(2);
      assertThat(test.context().progress().numFailedBatches()).isEqualTo(2);
    }
    assertThat(calls).containsExactly(new Time(1000), new Time(2000));
  }

  @Test
  @Tag("one-run")
  void continue_advancesWindowsThatDidNotFail() throws Exception {
    try (StreamTest test = continuing()) {
      DStream<Integer> numbers = test.input(THREE_BATCHES, 1);
      Recorded<Integer> failing =
          test.record(
              numbers
                  .map(FailureTest::failOnThree)
                  .reduceByWindow(Integer::sum, Duration.ofSeconds(3), Duration.ofSeconds(1)));
      Recorded<Integer> sound =
          test.record(
              numbers.reduceByWindow(Integer::sum, Duration.ofSeconds(3), Duration.ofSeconds(1)));
      test.run(3);
      assertThat(sound.batches()).containsExactly(List.of(3), List.of(10), List.of(21));
      assertThat(failing.batches().get(1)).isNull();
      assertThat(failing.batches().get(2)).as("less the lost batch").containsExactly(14);
    }
  }

  @Test
  @Tag("one-run")
  void failureOfASource_namesTheInput_andFailsTheBatch() {
    EventLog log = new EventLog();
    CountedSource source =
        new CountedSource() {
          @Override
          public One nextRange(long time, long previous) throws Exception {
            if (time == 2000) {
              throw new java.io.IOException("lost the broker");
            }
            return super.nextRange(time, previous);
          }
        };
    try (StreamTest test = stopping()) {
      test.context().addStreamingListener(log);
      test.record(test.context().sourceStream(source));
      assertThatThrownBy(() -> test.run(3))
          .isInstanceOf(BatchFailedException.class)
          .hasMessageStartingWith(
              "java.io.IOException: lost the broker\n  in the input of sourceStream#0\n"
                  + "  of batch 2 at");
    }
    assertThat(source.calls()).containsExactly("start", "range 0-1000", "completed 1000", "stop");
    assertThat(log.kinds()).endsWith("BatchSubmitted", "BatchStarted", "BatchCompleted");
    BatchInfo failed = log.events(StreamingListenerBatchCompleted.class).get(1).batchInfo();
    assertThat(failed.hasFailed()).isTrue();
    assertThat(failed.outputOperationInfos().get(-1).failureReason()).contains("lost the broker");
  }

  @Test
  @Tag("one-run")
  void failureOfASource_withContinue_losesThatBatchAlone() throws Exception {
    CountedSource source =
        new CountedSource() {
          @Override
          public One nextRange(long time, long previous) throws Exception {
            if (time == 2000) {
              throw new java.io.IOException("lost the broker");
            }
            return super.nextRange(time, previous);
          }
        };
    try (StreamTest test = continuing()) {
      Recorded<Long> recorded = test.record(test.context().sourceStream(source));
      test.run(3);
      assertThat(recorded.batches())
          .isEqualTo(java.util.Arrays.asList(List.of(1000L), null, List.of(3000L)));
      assertThat(test.context().progress().numFailedBatches()).isEqualTo(1);
    }
  }

  @Test
  @Tag("one-run")
  void failureOfASourcesAcknowledgement_failsTheBatch() {
    CountedSource source =
        new CountedSource() {
          @Override
          public void completed(One range) {
            throw new IllegalStateException("can't acknowledge");
          }
        };
    try (StreamTest test = stopping()) {
      test.record(test.context().sourceStream(source));
      assertThatThrownBy(() -> test.run(1))
          .isInstanceOf(BatchFailedException.class)
          .hasMessageContaining("can't acknowledge")
          .hasMessageContaining("in the input of sourceStream#0");
      assertThat(test.context().progress().numFailedBatches()).isEqualTo(1);
    }
  }

  @Test
  @Tag("one-run")
  void failureOfASourcesStart_stopsWhatWasStarted() throws Exception {
    CountedSource sound = new CountedSource();
    CountedSource broken =
        new CountedSource() {
          @Override
          public void start(SourceContext context) throws Exception {
            super.start(context);
            throw new java.io.IOException("no such topic");
          }
        };
    try (StreamTest test = stopping()) {
      test.record(test.context().sourceStream(sound));
      test.record(test.context().sourceStream(broken));
      StreamingContext context = test.context();
      assertThatThrownBy(context::start)
          .hasMessageContaining("sourceStream#1 can't start: no such topic");
      assertThat(sound.calls()).containsExactly("start", "stop");
      assertThat(broken.calls()).containsExactly("start", "stop");
      assertThat(context.getState()).isEqualTo(StreamingContextState.STOPPED);
      assertThat(context.rddContext().isClosed()).isTrue();
      assertThatThrownBy(context::awaitTermination).hasMessageContaining("no such topic");
      context.stop();
    }
  }

  @Test
  @Tag("one-run")
  void failureOutsideOfAnyBatch_stopsTheContext() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CountedSource source =
        new CountedSource() {
          @Override
          public void start(SourceContext context) {
            context.spawn(
                "reader",
                () -> {
                  try {
                    go.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  throw new IllegalStateException("the reader died");
                });
          }
        };
    try (StreamTest test = stopping()) {
      test.record(test.context().sourceStream(source));
      test.run(1);
      go.countDown();
      assertThatThrownBy(() -> test.context().awaitTermination())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the reader died");
    }
  }

  @Tag("embedded") // it ends an executor's process, which on Spark in process is this one
  @Test
  @Tag("one-run")
  void outOfMemory_inATask_stopsAtOnce_andIsRethrown() {
    CountedSource source = new CountedSource();
    try (StreamTest test = continuing()) {
      DStream<Long> numbers = test.context().sourceStream(source);
      test.record(
          numbers.map(
              i -> {
                if (i == 2000) {
                  throw new OutOfMemoryError("for a test");
                }
                return i;
              }));
      assertThatThrownBy(() -> test.run(4))
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessageStartingWith("for a test\n  in stage ");
      assertThat(test.context().getState()).isEqualTo(StreamingContextState.STOPPED);
      assertThat(test.context().progress().numBatches()).isEqualTo(2);
      assertThat(test.context().progress().numFailedBatches()).isEqualTo(1);
    }
    assertThat(source.calls())
        .as("a batch that ran out of memory is not acknowledged")
        .containsExactly("start", "range 0-1000", "completed 1000", "range 1000-2000", "stop");
  }

  @Test
  @Tag("one-run")
  void outOfMemory_inAnOutput_stopsAtOnce_andIsRethrown() {
    try (StreamTest test = continuing()) {
      test.input(THREE_BATCHES, 1)
          .foreachRDD(
              rdd -> {
                throw new OutOfMemoryError("for a test");
              });
      assertThatThrownBy(() -> test.run(1)).isInstanceOf(OutOfMemoryError.class);
      assertThatThrownBy(() -> test.context().awaitTermination())
          .isInstanceOf(OutOfMemoryError.class);
    }
  }

  @Test
  @Tag("one-run")
  void interruptFlag_thatUserCodeLeaves_endsNothing() throws Exception {
    List<Boolean> flags = new CopyOnWriteArrayList<>();
    try (StreamTest test = stopping()) {
      DStream<Integer> numbers = test.input(THREE_BATCHES, 1);
      numbers.foreachRDD(rdd -> Thread.currentThread().interrupt());
      numbers.foreachRDD(rdd -> flags.add(Thread.currentThread().isInterrupted()));
      test.run(3);
      assertThat(test.context().getState()).isEqualTo(StreamingContextState.ACTIVE);
    }
    assertThat(flags).containsExactly(false, false, false);
  }

  @Test
  @Tag("one-run")
  void failureInTheLastBatchOfAGracefulStop_isReported() throws Exception {
    CountedSource source =
        new CountedSource() {
          @Override
          public boolean drain() {
            return true;
          }
        };
    try (StreamTest test = stopping()) {
      test.context()
          .sourceStream(source)
          .foreachBatch(
              (rdd, batch) -> {
                if (batch.number() == 2) {
                  throw new IllegalStateException("in the last batch");
                }
              });
      test.run(1);
      assertThatThrownBy(() -> test.context().stop(true, true))
          .isInstanceOf(BatchFailedException.class)
          .hasMessageContaining("in the last batch");
      assertThatThrownBy(() -> test.context().awaitTermination())
          .isInstanceOf(BatchFailedException.class)
          .hasMessageContaining("in the last batch");
      test.context().stop(true, true);
    }
  }

  @Test
  @Tag("one-run")
  void drainThatThrows_endsTheStopAllTheSame() throws Exception {
    CountedSource source =
        new CountedSource() {
          @Override
          public boolean drain() {
            throw new IllegalStateException("can't drain");
          }
        };
    try (StreamTest test = stopping()) {
      test.record(test.context().sourceStream(source));
      test.run(1);
      test.context().stop(true, true);
      test.context().awaitTermination();
      assertThat(source.calls()).endsWith("stop");
    }
  }

  @Test
  @Tag("one-run")
  void source_isToldOfItsLifeInOrder() throws Exception {
    CountedSource source = new CountedSource();
    try (StreamTest test = stopping()) {
      test.record(test.context().sourceStream(source));
      test.run(2);
      test.context().stop(true, true);
    }
    assertThat(source.calls())
        .containsExactly(
            "start",
            "range 0-1000",
            "completed 1000",
            "range 1000-2000",
            "completed 2000",
            "drain",
            "stop");
  }

  @Test
  void source_thatNoOutputNeeds_isNotStarted() throws Exception {
    CountedSource unused = new CountedSource();
    try (StreamTest test = stopping()) {
      test.context().sourceStream(unused).map(i -> i);
      test.record(test.input(THREE_BATCHES, 1));
      test.run(1);
    }
    assertThat(unused.calls()).isEmpty();
  }
}
