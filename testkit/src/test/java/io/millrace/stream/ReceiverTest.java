package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.rdd.StorageLevel;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverError;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverStopped;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReceiverTest {

  private static final int BUFFER_RECORDS = 3;

  /** Does nothing by itself: tests store. Tells when it is started and stopped. */
  private static class ByHand<T> extends Receiver<T> {

    private static final long serialVersionUID = 1L;

    final transient LinkedBlockingQueue<String> calls = new LinkedBlockingQueue<>();

    ByHand() {
      super(StorageLevel.MEMORY_ONLY);
    }

    @Override
    public void onStart() {
      calls.add("start");
    }

    @Override
    public void onStop() {
      calls.add("stop");
    }

    void awaitCall(String expected) throws InterruptedException {
      assertThat(calls.poll(20, TimeUnit.SECONDS)).isEqualTo(expected);
    }
  }

  private final EventLog log = new EventLog();
  private StreamTest test;

  @BeforeEach
  void open() {
    Conf conf =
        new Conf()
            .setMaster("local[2]")
            .set("millrace.streaming.receiver.bufferRecords", "" + BUFFER_RECORDS)
            .set("millrace.streaming.receiverRestartDelay", "0");
    test = new StreamTest(conf, Duration.ofSeconds(1));
    test.context().addStreamingListener(log);
  }

  @AfterEach
  void close() {
    test.close();
  }

  private <T> Recorded<T> started(ByHand<T> receiver) throws InterruptedException {
    Recorded<T> recorded = test.record(test.context().receiverStream(receiver));
    test.run(0);
    receiver.awaitCall("start");
    return recorded;
  }

  private static FutureTask<Void> inBackground(Runnable body) {
    FutureTask<Void> task = new FutureTask<>(body, null);
    new Thread(task, "storing").start();
    return task;
  }

  /** Returns once the thread waits for room in the buffer. */
  private static void awaitWaitsForRoom(Thread thread) {
    while (Arrays.stream(thread.getStackTrace())
        .noneMatch(call -> call.getMethodName().equals("awaitRoom"))) {
      Thread.onSpinWait();
    }
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  @Test
  void store_keepsRecordsForTheNextBatch() throws Exception {
    ByHand<String> receiver = new ByHand<>();
    Recorded<String> recorded = started(receiver);
    receiver.store("a");
    receiver.store(List.of("b", "c"));
    test.run(2);
    receiver.store(List.of("d", "e").iterator());
    test.run(1);
    assertThat(recorded.batches())
        .containsExactly(List.of("a", "b", "c"), List.of(), List.of("d", "e"));
    assertThat(test.context().progress().numRecords()).isEqualTo(5);
    BatchInfo last = test.context().progress().lastBatch().orElseThrow();
    assertThat(last.streamIdToInputInfo().get(0))
        .isEqualTo(new StreamInputInfo(0, 2, "2 received records"));
  }

  @Test
  void store_blocksWhenTheBufferIsFull_untilABatchTakesSome() throws Exception {
    ByHand<Integer> receiver = new ByHand<>();
    Recorded<Integer> recorded = started(receiver);
    CompletableFuture<Thread> storing = new CompletableFuture<>();
    FutureTask<Void> stores =
        inBackground(
            () -> {
              storing.complete(Thread.currentThread());
              for (int i = 1; i <= 5; i++) {
                receiver.store(i);
              }
            });
    awaitWaitsForRoom(storing.get());
    assertThat(stores.isDone()).isFalse();
    test.run(1);
    stores.get();
    test.run(1);
    assertThat(recorded.batches()).containsExactly(List.of(1, 2, 3), List.of(4, 5));
  }

  @Test
  void store_ofAListLargerThanTheBuffer_goesInPiecesInOrder() throws Exception {
    ByHand<Integer> receiver = new ByHand<>();
    Recorded<Integer> recorded = started(receiver);
    CompletableFuture<Thread> storing = new CompletableFuture<>();
    FutureTask<Void> stores =
        inBackground(
            () -> {
              storing.complete(Thread.currentThread());
              receiver.store(List.of(1, 2, 3, 4, 5, 6, 7));
            });
    awaitWaitsForRoom(storing.get());
    while (!stores.isDone()) {
      test.run(1);
    }
    stores.get();
    test.run(1);
    assertThat(recorded.batches()).startsWith(List.of(1, 2, 3));
    assertThat(recorded.batches()).allMatch(batch -> batch.size() <= BUFFER_RECORDS);
    assertThat(recorded.batches().stream().flatMap(List::stream))
        .containsExactly(1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void store_outsideOfARunningContext_isRefused() throws Exception {
    ByHand<String> receiver = new ByHand<>();
    assertThat(receiver.isStarted()).isFalse();
    assertThatThrownBy(() -> receiver.store("early"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not part of a started streaming context");
    started(receiver);
    assertThat(receiver.isStarted()).isTrue();
    assertThat(receiver.streamId()).isZero();
    test.context().stop();
    receiver.awaitCall("stop");
    assertThat(receiver.isStopped()).isTrue();
    assertThatThrownBy(() -> receiver.store("late"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no longer takes in records");
  }

  @Test
  void stopAtOnce_releasesAThreadThatWaitsForRoom() throws Exception {
    ByHand<Integer> receiver = new ByHand<>();
    started(receiver);
    CompletableFuture<Thread> storing = new CompletableFuture<>();
    FutureTask<Void> stores =
        inBackground(
            () -> {
              storing.complete(Thread.currentThread());
              receiver.store(List.of(1, 2, 3, 4));
            });
    awaitWaitsForRoom(storing.get());
    test.context().stop();
    assertThatThrownBy(stores::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void stopGracefully_processesWhatWasStored() throws Exception {
    List<Integer> seen = new ArrayList<>();
    ByHand<Integer> receiver = new ByHand<>();
    test.context().receiverStream(receiver).foreachRDD(rdd -> seen.addAll(rdd.collect()));
    test.run(1);
    receiver.awaitCall("start");
    receiver.store(List.of(1, 2));
    test.context().stop(true, true);
    assertThat(seen).containsExactly(1, 2);
    assertThat(test.context().progress().numBatches()).isEqualTo(2);
    assertThatThrownBy(() -> receiver.store(3)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void stopGracefully_withNothingStored_cutsNoBatch() throws Exception {
    started(new ByHand<>());
    test.run(1);
    test.context().stop(true, true);
    assertThat(test.context().progress().numBatches()).isEqualTo(1);
  }

  @Test
  void stopGracefully_letsAThreadFinishThatWaitsForRoom() throws Exception {
    List<Integer> seen = new ArrayList<>();
    CompletableFuture<Thread> storing = new CompletableFuture<>();
    CountDownLatch stored = new CountDownLatch(1);
    Receiver<Integer> receiver =
        new Receiver<>(StorageLevel.MEMORY_ONLY) {
          @Override
          public void onStart() {
            spawn(
                "storing",
                () -> {
                  storing.complete(Thread.currentThread());
                  store(List.of(1, 2, 3, 4, 5));
                  stored.countDown();
                });
          }

          @Override
          public void onStop() {
            // As many receivers do: wait for the thread that stores.
            try {
              stored.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    test.context().receiverStream(receiver).foreachRDD(rdd -> seen.addAll(rdd.collect()));
    test.run(0);
    awaitWaitsForRoom(storing.get());
    test.context().stop(true, true);
    assertThat(seen).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void restart_stopsAndStartsAgain() throws Exception {
    ByHand<String> receiver = new ByHand<>();
    Recorded<String> recorded = started(receiver);
    receiver.store("before");
    receiver.restart("for a test");
    receiver.awaitCall("stop");
    receiver.awaitCall("start");
    receiver.store("after");
    test.run(1);
    assertThat(recorded.batches()).containsExactly(List.of("before", "after"));
    log.await(StreamingListenerReceiverStarted.class);
    log.await(StreamingListenerReceiverStopped.class);
    log.await(StreamingListenerReceiverStarted.class);
    assertThat(log.events(StreamingListenerReceiverError.class)).isEmpty();
  }

  @Test
  void restart_becauseOfAnError_tellsListeners_whoRememberIt() throws Exception {
    ByHand<String> receiver = new ByHand<>();
    started(receiver);
    test.clock().setMillis(700);
    receiver.restart("the line is dead", new java.io.IOException("broken pipe"), 0);
    receiver.awaitCall("stop");
    receiver.awaitCall("start");
    ReceiverInfo error = log.await(StreamingListenerReceiverError.class).receiverInfo();
    assertThat(error.streamId()).isZero();
    assertThat(error.name()).isEqualTo("ReceiverTest$ByHand-0");
    assertThat(error.lastErrorMessage()).isEqualTo("the line is dead");
    assertThat(error.lastErrorTime()).isEqualTo(700);
    assertThat(error.lastError()).contains("IOException: broken pipe").contains("\n  at ");
    ReceiverInfo again = log.await(StreamingListenerReceiverStarted.class).receiverInfo();
    assertThat(again.active()).isTrue();
    assertThat(again.lastErrorMessage()).isEqualTo("the line is dead");
  }

  @Test
  void restart_waitsOutItsDelay_unlessTheContextStops() throws Exception {
    ByHand<String> receiver = new ByHand<>();
    started(receiver);
    receiver.restart("for a test", new IllegalStateException("why"), 3_600_000);
    receiver.awaitCall("stop");
    test.context().stop(true, true);
    assertThat(receiver.calls).isEmpty();
  }

  @Test
  void reportError_tellsListeners_andGoesOn() throws Exception {
    ByHand<String> receiver = new ByHand<>();
    Recorded<String> recorded = started(receiver);
    receiver.reportError("odd", new IllegalArgumentException("x"));
    ReceiverInfo error = log.await(StreamingListenerReceiverError.class).receiverInfo();
    assertThat(error.lastErrorMessage()).isEqualTo("odd");
    assertThat(error.active()).isTrue();
    receiver.store("still here");
    test.run(1);
    assertThat(recorded.batches()).containsExactly(List.of("still here"));
    assertThat(receiver.calls).isEmpty();
  }

  @Test
  void stop_isForGood_andWhatWasStoredIsProcessed() throws Exception {
    ByHand<String> receiver = new ByHand<>();
    Recorded<String> recorded = started(receiver);
    receiver.store("last");
    receiver.stop("no more");
    receiver.awaitCall("stop");
    assertThat(log.await(StreamingListenerReceiverStopped.class).receiverInfo().active()).isFalse();
    receiver.restart("too late");
    test.run(2);
    assertThat(recorded.batches()).containsExactly(List.of("last"), List.of());
    assertThat(receiver.calls).isEmpty();
    assertThat(receiver.isStopped()).isTrue();
  }

  @Test
  void onStart_thatThrows_isTriedAgain() throws Exception {
    ByHand<String> receiver =
        new ByHand<>() {
          private boolean failed;

          @Override
          public void onStart() {
            super.onStart();
            if (!failed) {
              failed = true;
              throw new IllegalStateException("not yet");
            }
          }
        };
    Recorded<String> recorded = started(receiver);
    receiver.awaitCall("stop");
    receiver.awaitCall("start");
    assertThat(log.await(StreamingListenerReceiverError.class).receiverInfo().lastErrorMessage())
        .contains("starting")
        .contains("not yet");
    receiver.store("now");
    test.run(1);
    assertThat(recorded.batches()).containsExactly(List.of("now"));
  }

  @Test
  void threadOfAReceiver_thatFails_restartsIt() throws Exception {
    ByHand<String> receiver =
        new ByHand<>() {
          private boolean failed;

          @Override
          public void onStart() {
            super.onStart();
            if (!failed) {
              failed = true;
              spawn(
                  "reader",
                  () -> {
                    throw new NoClassDefFoundError("missing");
                  });
            }
          }
        };
    started(receiver);
    receiver.awaitCall("stop");
    receiver.awaitCall("start");
    assertThat(log.await(StreamingListenerReceiverError.class).receiverInfo().lastErrorMessage())
        .contains("missing");
  }

  @Test
  void threadOfAReceiver_thatRunsOutOfMemory_stopsTheContext() throws Exception {
    Receiver<String> receiver =
        new ByHand<>() {
          @Override
          public void onStart() {
            spawn(
                "reader",
                () -> {
                  throw new OutOfMemoryError("for a test");
                });
          }
        };
    test.record(test.context().receiverStream(receiver));
    test.context().start();
    assertThatThrownBy(() -> test.context().awaitTermination())
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void stopOfTheContext_fromAReceiver_returnsAndStops() throws Exception {
    Receiver<String> receiver =
        new ByHand<>() {
          @Override
          public void onStart() {
            spawn("reader", () -> test.context().stop(true, true));
          }
        };
    test.record(test.context().receiverStream(receiver));
    test.context().start();
    test.context().awaitTermination();
  }
}
