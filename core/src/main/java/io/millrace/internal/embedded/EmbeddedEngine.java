package io.millrace.internal.embedded;

import io.millrace.TaskContext;
import io.millrace.internal.serialization.FunctionCheck;
import io.millrace.internal.serialization.RecordCheck;
import io.millrace.internal.serialization.TaggedRecordFormat;
import io.millrace.internal.serialization.ValueCopy;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Engine;
import io.millrace.spi.Job;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.plan.PlanNode;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs plans on the threads of this JVM. */
final class EmbeddedEngine implements Engine, JobRun.Services {

  /**
   * How an engine is set up.
   *
   * @param parallelism tasks at the same time
   * @param maxFailures attempts per task
   * @param maxCacheBytes bound on what is kept in memory
   * @param checkSerialization whether functions and records must be able to travel
   */
  record Options(
      int parallelism, int maxFailures, long maxCacheBytes, boolean checkSerialization) {}

  private final Options options;
  private final TaskPool pool;
  private final BlockStore store;
  private final AtomicLong nextStageId = new AtomicLong();
  private final Cancellation closing = new Cancellation();
  private final RecordFormat format = new TaggedRecordFormat();

  EmbeddedEngine(Options options, String name, LongSupplier nanoTime) {
    this.options = options;
    this.pool = new TaskPool(options.parallelism(), name, nanoTime);
    this.store =
        new BlockStore(
            options.maxCacheBytes(), record -> checkRecord(record, "a persisted dataset"));
  }

  void start() {
    pool.start();
  }

  @Override
  public int defaultParallelism() {
    return options.parallelism();
  }

  @Override
  public <T, R> List<R> run(Job<T, R> job) {
    if (closing.isCancelled()) {
      throw new IllegalStateException(job.description() + ": the engine is closed");
    }
    if (TaskContext.get() != null) {
      throw new IllegalStateException(
          job.description()
              + " was called inside a task; datasets can't be used within functions that run in"
              + " tasks: join them, or broadcast what was collected");
    }
    try {
      return JobRun.run(this, job);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a checked exception escaped the engine", e);
    }
  }

  @Override
  public void drop(PlanNode<?> node) {
    store.drop(node);
  }

  @Override
  public int numPartitionsKept(PlanNode<?> node) {
    return store.numKept(node);
  }

  @Override
  public void checkFunction(Object function, String operation) {
    if (options.checkSerialization()) {
      FunctionCheck.check(function, operation);
    }
  }

  private void checkRecord(@Nullable Object record, String where) {
    if (options.checkSerialization() && record != null) {
      RecordCheck.check(record, where);
    }
  }

  @Override
  public <A> Supplier<A> copies(A zero, String operation) {
    return ValueCopy.copier(zero, "the zero value of " + operation);
  }

  @Override
  public RecordFormat recordFormat() {
    return format;
  }

  @Override
  public <V> BroadcastHandle<V> broadcast(V value) {
    return new LocalBroadcast<>(value);
  }

  @Override
  public TaskPool pool() {
    return pool;
  }

  @Override
  public BlockStore store() {
    return store;
  }

  @Override
  public int maxFailures() {
    return options.maxFailures();
  }

  @Override
  public long nextStageId() {
    return nextStageId.getAndIncrement();
  }

  @Override
  public Cancellation closing() {
    return closing;
  }

  @Override
  public Consumer<Object> travelCheck(PlanNode<?> where) {
    return record -> checkRecord(record, where.label());
  }

  @Override
  public void close() {
    closing.cancel();
    pool.close();
    store.close();
  }
}
