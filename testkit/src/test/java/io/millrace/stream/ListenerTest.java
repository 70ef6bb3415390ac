package io.millrace.stream;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchSubmitted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerOutputOperationCompleted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerOutputOperationStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerStreamingStarted;
import io.millrace.testkit.StreamTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ListenerTest {

  @Test
  @Tag("one-run")
  void events_comeInTheOrderOfABatchesLife() throws Exception {
    EventLog log = new EventLog();
    try (StreamTest test = new StreamTest()) {
      test.context().addStreamingListener(log);
      DStream<Integer> numbers = test.input(asList(List.of(1, 2), null), 1);
      test.record(numbers);
      numbers.count().print();
      test.run(2);
    }
    assertThat(log.kinds())
        .containsExactly(
            "StreamingStarted",
            "BatchSubmitted",
            "BatchStarted",
            "OutputOperationStarted",
            "OutputOperationCompleted",
            "OutputOperationStarted",
            "OutputOperationCompleted",
            "BatchCompleted",
            // The second batch has no dataset, so the first output has nothing to do.
            "BatchSubmitted",
            "BatchStarted",
            "OutputOperationStarted",
            "OutputOperationCompleted",
            "BatchCompleted");
  }

  @Test
  @Tag("one-run")
  void events_saveWhatThereIsToKnow() throws Exception {
    EventLog log = new EventLog();
    try (StreamTest test = new StreamTest()) {
      test.context().addStreamingListener(log);
      DStream<Integer> numbers = test.input(List.of(List.of(1, 2), List.of(3)), 1);
      numbers.map(i -> i).uid("same").foreachRDD(rdd -> {});
      test.run(2);
    }
    assertThat(log.events(StreamingListenerStreamingStarted.class))
        .containsExactly(new StreamingListenerStreamingStarted(0));

    BatchInfo submitted = log.events(StreamingListenerBatchSubmitted.class).get(0).batchInfo();
    assertThat(submitted.number()).isEqualTo(1);
    assertThat(submitted.batchTime()).isEqualTo(new Time(1000));
    assertThat(submitted.numRecords()).isEqualTo(2);
    assertThat(submitted.streamIdToInputInfo())
        .isEqualTo(Map.of(0, new StreamInputInfo(0, 2, "2 listed records")));
    assertThat(submitted.submissionTime()).isEqualTo(1000);
    assertThat(submitted.processingStartTime()).isEqualTo(-1);
    assertThat(submitted.schedulingDelay()).isEqualTo(-1);
    assertThat(submitted.totalDelay()).isEqualTo(-1);

    BatchInfo started = log.events(StreamingListenerBatchStarted.class).get(0).batchInfo();
    assertThat(started.processingStartTime()).isEqualTo(1000);
    assertThat(started.schedulingDelay()).isZero();
    assertThat(started.processingDelay()).isEqualTo(-1);

    OutputOperationInfo operation =
        log.events(StreamingListenerOutputOperationStarted.class).get(0).outputOperationInfo();
    assertThat(operation)
        .isEqualTo(
            new OutputOperationInfo(
                new Time(1000), 0, "foreachRDD", "foreachRDD#0 of map#1 'same'", 1000, -1, null));
    assertThat(operation.duration()).isEqualTo(-1);
    assertThat(
            log.events(StreamingListenerOutputOperationCompleted.class)
                .get(1)
                .outputOperationInfo())
        .isEqualTo(
            new OutputOperationInfo(
                new Time(2000), 0, "foreachRDD", "foreachRDD#0 of map#1 'same'", 2000, 2000, null));

    BatchInfo completed = log.events(StreamingListenerBatchCompleted.class).get(1).batchInfo();
    assertThat(completed.number()).isEqualTo(2);
    assertThat(completed.processingEndTime()).isEqualTo(2000);
    assertThat(completed.schedulingDelay()).isZero();
    assertThat(completed.processingDelay()).isNotNegative();
    assertThat(completed.totalDelay()).isEqualTo(completed.processingDelay());
    assertThat(completed.processingTime()).isPositive();
    assertThat(completed.outputOperationInfos()).containsOnlyKeys(0);
    assertThat(completed.hasFailed()).isFalse();
    assertThat(completed.numMergedTicks()).isZero();
  }

  @Test
  @Tag("one-run")
  void stop_returnsOnceListenersHaveHeardTheLastBatch() throws Exception {
    for (int i = 0; i < 50; i++) {
      EventLog log = new EventLog();
      try (StreamTest test = new StreamTest()) {
        test.context().addStreamingListener(log);
        test.record(test.input(List.of(List.of(1)), 1));
        test.run(1);
        test.context().stop();
        assertThat(log.kinds()).endsWith("BatchCompleted");
      }
    }
  }

  @Test
  void failure_isHeardByListeners() {
    EventLog log = new EventLog();
    try (StreamTest test = new StreamTest()) {
      test.context().addStreamingListener(log);
      DStream<Integer> numbers = test.input(List.of(List.of(1)), 1);
      numbers.foreachRDD(
          rdd -> {
            throw new IllegalStateException("boom");
          });
      numbers.foreachRDD(rdd -> {});
      assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> test.run(1)))
          .isInstanceOf(BatchFailedException.class);
    }
    assertThat(log.kinds())
        .containsExactly(
            "StreamingStarted",
            "BatchSubmitted",
            "BatchStarted",
            "OutputOperationStarted",
            "OutputOperationCompleted",
            "BatchCompleted");
    BatchInfo completed = log.events(StreamingListenerBatchCompleted.class).get(0).batchInfo();
    assertThat(completed.hasFailed()).isTrue();
    assertThat(completed.outputOperationInfos()).containsOnlyKeys(0);
    assertThat(completed.outputOperationInfos().get(0).failureReason())
        .isEqualTo("java.lang.IllegalStateException: boom");
  }

  @Test
  @Tag("one-run")
  void listener_thatThrows_keepsNobodyFromHearing() throws Exception {
    EventLog log = new EventLog();
    try (StreamTest test = new StreamTest()) {
      test.context()
          .addStreamingListener(
              new StreamingListener() {
                @Override
                public void onBatchStarted(StreamingListenerBatchStarted started) {
                  throw new IllegalStateException("a listener's own fault");
                }

                @Override
                public void onBatchSubmitted(StreamingListenerBatchSubmitted submitted) {
                  throw new AssertionError("and another one");
                }
              });
      test.context().addStreamingListener(log);
      test.record(test.input(List.of(List.of(1)), 1));
      test.run(2);
    }
    assertThat(log.events(StreamingListenerBatchCompleted.class)).hasSize(2);
  }

  @Test
  @Tag("one-run")
  void listener_isAddedAndRemovedWhileTheContextRuns() throws Exception {
    EventLog log = new EventLog();
    try (StreamTest test = new StreamTest()) {
      test.record(test.input(List.of(List.of(1)), 1));
      test.run(1);
      test.context().addStreamingListener(log);
      test.run(1);
      log.await(StreamingListenerBatchCompleted.class);
      test.context().removeStreamingListener(log);
      test.run(1);
    }
    assertThat(log.events(StreamingListenerBatchCompleted.class))
        .extracting(completed -> completed.batchInfo().number())
        .containsExactly(2L);
  }

  @Test
  @Tag("one-run")
  void listener_thatIsSlow_holdsUpNoBatch() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger numHeard = new AtomicInteger();
    Conf conf = new Conf().setMaster("local[1]").set("millrace.streaming.listenerQueueSize", "4");
    try (StreamTest test = new StreamTest(conf, Duration.ofSeconds(1))) {
      test.context()
          .addStreamingListener(
              new StreamingListener() {
                @Override
                public void onStreamingStarted(StreamingListenerStreamingStarted started) {
                  numHeard.incrementAndGet();
                  try {
                    release.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }

                @Override
                public void onBatchSubmitted(StreamingListenerBatchSubmitted submitted) {
                  numHeard.incrementAndGet();
                }

                @Override
                public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
                  numHeard.incrementAndGet();
                }
              });
      test.record(test.input(List.of(List.of(1)), 1));
      test.run(20);
      assertThat(test.context().progress().numBatches()).isEqualTo(20);
      release.countDown();
    }
    // The first event, and of those that came meanwhile no more than the queue holds.
    assertThat(numHeard.get()).isBetween(2, 5);
  }

  @Test
  void stop_fromAListener_returnsAndStops() throws Exception {
    try (StreamTest test = new StreamTest()) {
      CountDownLatch returned = new CountDownLatch(1);
      test.context()
          .addStreamingListener(
              new StreamingListener() {
                @Override
                public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
                  test.context().stop();
                  returned.countDown();
                }
              });
      test.record(test.input(List.of(List.of(1)), 1));
      test.context().start();
      test.clock().advance(Duration.ofSeconds(1));
      returned.await();
      test.context().awaitTermination();
      assertThat(test.context().getState()).isEqualTo(StreamingContextState.STOPPED);
      assertThat(test.context().rddContext().isClosed()).as("the engine ends too").isTrue();
    }
  }

  @Test
  void awaitTermination_fromAListener_isRefused() throws Exception {
    try (StreamTest test = new StreamTest()) {
      CountDownLatch refused = new CountDownLatch(1);
      test.context()
          .addStreamingListener(
              new StreamingListener() {
                @Override
                public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
                  try {
                    test.context().awaitTermination();
                  } catch (IllegalStateException e) {
                    refused.countDown();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }
              });
      test.record(test.input(List.of(List.of(1)), 1));
      test.run(1);
      refused.await();
    }
  }
}
