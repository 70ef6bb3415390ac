package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.Conf;
import io.millrace.NotSerializableRecordException;
import io.millrace.Tuple2;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import io.millrace.testkit.StreamTest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exceptions, flags and values of user code that the engine must survive, or refuse. */
@Timeout(60)
@Tag("embedded")
class UserCodeTroubleTest {

  private static final List<List<Integer>> THREE_BATCHES =
      List.of(List.of(1, 2), List.of(3, 4), List.of(5, 6));

  private static StreamTest test(String... settings) {
    Conf conf = new Conf().setMaster("local[2]");
    for (int i = 0; i < settings.length; i += 2) {
      conf.set(settings[i], settings[i + 1]);
    }
    return new StreamTest(conf, Duration.ofSeconds(1));
  }

  /** Where user code runs. */
  private enum Body {
    OUTPUT,
    TASK,
    TRANSFORM,
    STATE,
    LISTENER;

    /** Declares a program that calls {@code code} there in each batch. */
    void define(StreamTest test, Code code, List<Long> counts) {
      DStream<Integer> input = test.input(THREE_BATCHES, 2);
      switch (this) {
        case OUTPUT ->
            input.foreachRDD(
                rdd -> {
                  counts.add(rdd.count());
                  code.run();
                });
        case TASK -> input.map(i -> call(code, i)).foreachRDD(rdd -> counts.add(rdd.count()));
        case TRANSFORM ->
            input.transform(rdd -> call(code, rdd)).foreachRDD(rdd -> counts.add(rdd.count()));
        case STATE ->
            input
                .mapToPair(i -> Tuple2.of(i % 2, i))
                .updateStateByKey(
                    (List<Integer> values, Optional<Integer> state) ->
                        call(code, Optional.of(values.size())))
                .foreachRDD(rdd -> counts.add(rdd.count()));
        case LISTENER -> {
          test.context()
              .addStreamingListener(
                  new StreamingListener() {
                    @Override
                    public void onBatchStarted(
                        StreamingListenerEvent.StreamingListenerBatchStarted started) {
                      code.run();
                    }
                  });
          input.foreachRDD(rdd -> counts.add(rdd.count()));
        }
      }
    }
  }

  /** User code. */
  private interface Code extends java.io.Serializable {
    void run();
  }

  private static <T> T call(Code code, T value) {
    code.run();
    return value;
  }

  private static void throwCyclic() {
    RuntimeException first = new IllegalStateException("first");
    RuntimeException second = new IllegalStateException("second", first);
    first.initCause(second);
    throw first;
  }

  /** Makes up a new cause each time it is asked, and can't be described. */
  private static final class Endless extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Throwable getCause() {
      return new Endless();
    }
  }

  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LISTENER")
  void causesThatFormACycle_failTheBatch(Body body) {
    try (StreamTest test = test()) {
      body.define(test, UserCodeTroubleTest::throwCyclic, new CopyOnWriteArrayList<>());
      assertThatThrownBy(() -> test.run(1))
          .isInstanceOf(BatchFailedException.class)
          .hasMessageContaining("first");
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LISTENER")
  @Tag("one-run")
  void causesWithoutEnd_failTheBatch(Body body) {
    try (StreamTest test = test("millrace.streaming.batchFailure", "continue")) {
      body.define(
          test,
          () -> {
            throw new Endless();
          },
          new CopyOnWriteArrayList<>());
      assertThat(catchThrowable(() -> test.run(2))).isNull();
      assertThat(test.context().progress().numFailedBatches()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LISTENER")
  void anExceptionWithoutMessage_failsTheBatch(Body body) {
    try (StreamTest test = test()) {
      body.define(
          test,
          () -> {
            throw new Unspeakable();
          },
          new CopyOnWriteArrayList<>());
      assertThatThrownBy(() -> test.run(1))
          .isInstanceOf(BatchFailedException.class)
          .hasMessageContaining("Unspeakable");
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("one-run")
  void anInterruptFlagThatABodyLeaves_isForgotten(Body body) throws Exception {
    List<Long> counts = new CopyOnWriteArrayList<>();
    try (StreamTest test = test()) {
      body.define(test, () -> Thread.currentThread().interrupt(), counts);
      test.run(3);
    }
    assertThat(counts).containsExactly(2L, 2L, 2L);
  }

  @Test
  @Tag("one-run")
  void aListenerThatLeavesTheInterruptFlag_hearsTheRest() throws Exception {
    List<Long> heard = new CopyOnWriteArrayList<>();
    try (StreamTest test = test()) {
      test.context()
          .addStreamingListener(
              new StreamingListener() {
                @Override
                public void onBatchCompleted(
                    StreamingListenerEvent.StreamingListenerBatchCompleted completed) {
                  heard.add(completed.batchInfo().number());
                  Thread.currentThread().interrupt();
                }
              });
      test.input(THREE_BATCHES, 1).foreachRDD(rdd -> rdd.count());
      test.run(3);
    }
    assertThat(heard).containsExactly(1L, 2L, 3L);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LISTENER")
  void outOfMemory_namesItsPlace(Body body) {
    try (StreamTest test = test()) {
      body.define(
          test,
          () -> {
            throw new OutOfMemoryError("a test");
          },
          new CopyOnWriteArrayList<>());
      assertThatThrownBy(() -> test.run(1))
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessageStartingWith("a test")
          .hasMessageContaining(
              switch (body) {
                case OUTPUT -> "output foreachRDD#0 of sourceStream#0";
                case TASK -> "map#1";
                case TRANSFORM -> "transform#1";
                default -> "updateStateByKey#";
              });
    }
  }

  private static final class Local {
    @Override
    public String toString() {
      return "local";
    }
  }

  @Test
  void resultsThatCannotBeSerialized_areRefused() {
    try (RDDContext context = new RDDContext("local[2]", "test")) {
      RDD<Object> locals = context.parallelize(List.of(1, 2), 2).map(i -> new Local());
      assertThatThrownBy(locals::collect)
          .hasCauseInstanceOf(NotSerializableRecordException.class)
          .hasMessageContaining("Local")
          .hasMessageContaining("collect");
      assertThatThrownBy(() -> locals.take(1))
          .hasCauseInstanceOf(NotSerializableRecordException.class);
      assertThatThrownBy(() -> locals.reduce((a, b) -> a))
          .hasCauseInstanceOf(NotSerializableRecordException.class);
      assertThat(locals.count()).isEqualTo(2);
      RDD<Object> mixed =
          context.parallelize(List.of(1, 2, 3), 1).map(i -> i == 3 ? new Local() : i);
      assertThatThrownBy(mixed::collect).hasCauseInstanceOf(NotSerializableRecordException.class);
    }
  }

  @Test
  void broadcastsThatCannotBeSerialized_areRefused() {
    try (RDDContext context = new RDDContext("local[2]", "test")) {
      RDD<Integer> dataset = context.parallelize(List.of(1, 2), 2);
      assertThatThrownBy(() -> context.broadcast(dataset))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("broadcast what collect() returns, or join the dataset");
      assertThatThrownBy(() -> context.broadcast(List.of(dataset)))
          .isInstanceOf(NotSerializableRecordException.class);
      assertThatThrownBy(() -> context.broadcast(new Local()))
          .isInstanceOf(NotSerializableRecordException.class);
      assertThat(context.broadcast(List.of(1)).value()).containsExactly(1);
    }
  }

  @Test
  @Tag("one-run")
  void stopOfTheStreamsAlone_leavesTheJobsOfTheUserAlone() throws Exception {
    try (StreamTest test = test()) {
      RDDContext datasets = test.context().rddContext();
      List<RDD<Integer>> kept = new CopyOnWriteArrayList<>();
      test.input(THREE_BATCHES, 2).foreachRDD(rdd -> kept.add(rdd));
      test.run(2);
      CountDownLatch running = new CountDownLatch(1);
      CountDownLatch stopped = new CountDownLatch(1);
      Waiting.set(running, stopped);
      var underWay =
          datasets
              .parallelize(List.of(1, 2, 3), 1)
              .map(
                  i -> {
                    Waiting.await();
                    return i;
                  })
              .countAsync();
      running.await();
      test.context().stop(false);
      stopped.countDown();
      assertThat(underWay.get()).isEqualTo(3);
      assertThat(datasets.parallelize(List.of(1, 2, 3), 2).count()).isEqualTo(3);
      assertThat(kept.get(1).collect()).containsExactly(3, 4);
      datasets.close();
      test.context().rddContext().close();
    }
  }

  /** Where a task waits; static, since functions must be able to travel. */
  private static final class Waiting {
    private static volatile CountDownLatch running = new CountDownLatch(0);
    private static volatile CountDownLatch stopped = new CountDownLatch(0);

    static void set(CountDownLatch begun, CountDownLatch end) {
      running = begun;
      stopped = end;
    }

    static void await() throws InterruptedException {
      running.countDown();
      stopped.await();
    }
  }

  @Test
  void thousandsOfChainedStreams_doNotOverflowTheStack() throws Exception {
    try (StreamTest test = test()) {
      DStream<Integer> stream = test.input(THREE_BATCHES, 1);
      for (int i = 0; i < 3_000; i++) {
        stream = stream.map(n -> n + 1);
      }
      DStream<Integer> end = stream;
      for (int i = 0; i < 3_000; i++) {
        end = end.transform(rdd -> rdd);
      }
      StreamTest.Recorded<Integer> first = test.record(stream);
      StreamTest.Recorded<Integer> second = test.record(end.filter(n -> n > 3_001));
      test.run(2);
      assertThat(first.batches()).containsExactly(List.of(3001, 3002), List.of(3003, 3004));
      assertThat(second.batches()).containsExactly(List.of(3002), List.of(3003, 3004));
    }
  }
}
