package io.millrace.spi;

import io.millrace.TaskContext;
import io.millrace.Tuple2;
import io.millrace.function.Function;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDD;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.RecordSource;
import io.millrace.spi.plan.SourceNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How functions that run in tasks talk to the test: through static fields, since a function that
 * captured something else could not travel. Beside them what several contracts compute with.
 */
final class EngineProbe {

  static final Queue<Object> EVENTS = new ConcurrentLinkedQueue<>();
  static final AtomicInteger CALLS = new AtomicInteger();

  private static volatile CountDownLatch entered = new CountDownLatch(1);
  private static volatile CountDownLatch released = new CountDownLatch(1);

  private static volatile Thread caller;
  private static volatile Engine engineInTasks;

  private EngineProbe() {}

  static void reset() {
    EVENTS.clear();
    CALLS.set(0);
    caller = null;
    engineInTasks = null;
    entered = new CountDownLatch(1);
    released = new CountDownLatch(1);
  }

  /** For the test: waits until a task is in {@link #enterAndWait}. */
  static void awaitEntered() throws InterruptedException {
    entered.await();
  }

  /** For a task: tells the test. */
  static void enter() {
    entered.countDown();
  }

  /** For a task: tells the test, and waits for an interrupt. */
  static void enterAndWait() throws InterruptedException {
    enter();
    released.await();
  }

  /** For the end of the test: nobody waits any more. */
  static void release() {
    released.countDown();
  }

  /** For the test: what {@link #inTasks} returns. */
  static void useInTasks(Engine engine) {
    engineInTasks = engine;
  }

  /** For a task: an engine that a task has no business with. */
  static Engine inTasks() {
    return engineInTasks;
  }

  /** For the test: this is the thread that runs jobs. */
  static void callFromHere() {
    caller = Thread.currentThread();
  }

  /** For a task: whether it runs on the thread that runs the job. */
  static boolean isOnCaller() {
    return Thread.currentThread().equals(caller);
  }

  static <K, V> Tuple2<K, V> pair(K key, V value) {
    return new Tuple2<>(key, value);
  }

  /** Notes each record that it is called with. */
  record Counted(Function<Integer, Integer> function) implements Function<Integer, Integer> {
    @Override
    public Integer call(Integer x) throws Exception {
      EVENTS.add(x);
      return function.call(x);
    }
  }

  /** {@code x % 4} and the list of numbers, gathered in lists that are changed. */
  static PairRDD<Integer, List<Integer>> lists(RDD<Integer> numbers, int numPartitions) {
    return numbers
        .mapToPair(x -> pair(x % 4, x))
        .aggregateByKey(
            (List<Integer>) new ArrayList<Integer>(),
            numPartitions,
            (list, x) -> {
              list.add(x);
              return list;
            },
            (a, b) -> {
              a.addAll(b);
              return a;
            });
  }

  /** Fails in each task's first attempt after its second record, or at its end. */
  static <T> RDD<T> failingOnce(RDD<T> records) {
    return records.mapPartitions(
        iterator -> {
          TaskContext task = TaskContext.get();
          List<T> all = new ArrayList<>();
          while (iterator.hasNext()) {
            all.add(iterator.next());
            if (all.size() == 2 && task.attemptNumber() == 0) {
              throw new IllegalStateException("first attempt");
            }
          }
          if (task.attemptNumber() == 0) {
            throw new IllegalStateException("first attempt");
          }
          return all.iterator();
        });
  }

  /** Partition <i>i</i> has {@code 10 i} and {@code 10 i + 1}; closing it is noted. */
  static PlanNode<Integer> source(int numPartitions) {
    return new SourceNode<>("source", new NotedSource(numPartitions));
  }

  private record NotedSource(int numPartitions) implements RecordSource<Integer> {
    @Override
    public RecordReader<Integer> open(int partition, TaskContext context) {
      Iterator<Integer> records = List.of(10 * partition, 10 * partition + 1).iterator();
      return new RecordReader<>() {
        @Override
        public int read(Object[] into, int max) {
          if (!records.hasNext()) {
            return -1;
          }
          into[0] = records.next();
          return 1;
        }

        @Override
        public void close() {
          EVENTS.add("close " + partition);
        }
      };
    }

    @Override
    public String description() {
      return "numbers";
    }
  }

  /** Never ends. */
  record EndlessSource(int numPartitions) implements RecordSource<Integer> {
    @Override
    public RecordReader<Integer> open(int partition, TaskContext context) {
      return (into, max) -> {
        Arrays.fill(into, 0, max, 1);
        return max;
      };
    }

    @Override
    public String description() {
      return "ones";
    }
  }

  /** Fails when it is read, and in the same way when it is closed. */
  record FailingSource(RuntimeException failure) implements RecordSource<Integer> {
    @Override
    public int numPartitions() {
      return 1;
    }

    @Override
    public RecordReader<Integer> open(int partition, TaskContext context) {
      return new RecordReader<>() {
        @Override
        public int read(Object[] into, int max) {
          throw failure;
        }

        @Override
        public void close() {
          throw failure;
        }
      };
    }

    @Override
    public String description() {
      return "failure";
    }
  }
}
