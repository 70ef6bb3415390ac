package io.millrace.internal.embedded;

import io.millrace.TaskContext;
import io.millrace.internal.serialization.FunctionCheck;
import io.millrace.internal.serialization.RecordCheck;
import io.millrace.internal.serialization.TaggedRecordFormat;
import io.millrace.internal.serialization.ValueCopy;
import io.millrace.internal.state.RowBlocks;
import io.millrace.internal.system.RecordMethodCaches;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Engine;
import io.millrace.spi.Job;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.SpillFiles;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StateDefinition;
import java.util.List;
import java.util.concurrent.Executor;
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
   * @param maxExecutionBytes bound on what exchanges and the like hold in memory
   * @param maxLocalBytes bound on what is spilled to the disk
   * @param checkSerialization whether functions and records must be able to travel
   * @param abortsFirstAttempts whether the first attempt at each task is thrown away
   */
  record Options(
      int parallelism,
      int maxFailures,
      long maxCacheBytes,
      long maxExecutionBytes,
      long maxLocalBytes,
      boolean checkSerialization,
      boolean abortsFirstAttempts) {}

  private final RecordFormat format = new TaggedRecordFormat();
  private final Options options;
  private final Executor writers;
  private final TaskPool pool;
  private final SpillSpace space;
  private final Spilling spilling;
  private final BlockStore store;
  private final SharedPasses passes = new SharedPasses();
  private final AtomicLong nextStageId = new AtomicLong();
  private final Cancellation closing = new Cancellation();

  /**
   * @param writers store what steps have changed while batches go on; may refuse work
   */
  EmbeddedEngine(
      Options options, SpillFiles files, String name, LongSupplier nanoTime, Executor writers) {
    this.options = options;
    this.writers = writers;
    this.space = new SpillSpace(files, format, options.maxLocalBytes());
    this.spilling =
        new Spilling(
            new ExecutionMemory(options.maxExecutionBytes(), options.parallelism()), space);
    this.pool = new TaskPool(options.parallelism(), name, nanoTime);
    this.store =
        new BlockStore(
            options.maxCacheBytes(), space, record -> checkRecord(record, "a persisted dataset"));
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
    requireOpen(job.description());
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
    passes.drop(node);
    store.drop(node);
  }

  @Override
  public boolean share(PlanNode<?> node, List<PlanNode<?>> targets) {
    return passes.share(node, targets);
  }

  @Override
  public <T> BlockSetNode<T> pin(
      String operation, List<? extends List<T>> partitions, @Nullable Placement placement) {
    PinnedBlocks<T> blocks = new PinnedBlocks<>(operation, partitions);
    BlockSetNode<T> node = new BlockSetNode<>(operation, blocks, placement);
    blocks.keptAs(store.pin(node, partitions));
    return node;
  }

  @Override
  public void retain(BlockSetNode<?> emitted) {
    if (emitted.blocks() instanceof RowBlocks rows) {
      List<List<Object>> partitions = rows.partitions();
      PinnedBlocks<Object> blocks = new PinnedBlocks<>(emitted.label(), partitions);
      blocks.keptAs(store.pin(emitted, partitions));
      rows.moveTo(blocks);
    }
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
    checkRecord(value, "broadcast");
    return new LocalBroadcast<>(value);
  }

  @Override
  public KeyedState newState(StateDefinition definition) {
    requireOpen("the state of " + definition.name());
    return new EmbeddedState(this, definition);
  }

  Executor writers() {
    return writers;
  }

  private void requireOpen(String what) {
    if (closing.isCancelled()) {
      throw new IllegalStateException(what + ": the engine is closed");
    }
  }

  /** Runs {@code body} over all partitions of a node, as a job of the given description. */
  <R> List<R> runOver(
      PlanNode<?> target, JobRun.Body<R> body, String description, Cancellation cancellation) {
    requireOpen(description);
    try {
      return JobRun.run(this, target, body, description, cancellation);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a checked exception escaped the engine", e);
    }
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
  public SharedPasses passes() {
    return passes;
  }

  @Override
  public Spilling spilling() {
    return spilling;
  }

  @Override
  public int maxFailures() {
    return options.maxFailures();
  }

  @Override
  public boolean abortsFirstAttempts() {
    return options.abortsFirstAttempts();
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
  public void checkResult(@Nullable Object result, String job) {
    if (!options.checkSerialization()) {
      return;
    }
    if (!(result instanceof List<?> records)) {
      checkRecord(result, job);
      return;
    }
    // As for exchanges a sample, but one of each class that the records are of.
    Class<?> checked = Void.class;
    for (Object record : records) {
      if (record != null && record.getClass() != checked) {
        checked = record.getClass();
        RecordCheck.check(record, job);
      }
    }
  }

  @Override
  public void close() {
    closing.cancel();
    pool.close();
    passes.close();
    store.close();
    space.close();
    RecordMethodCaches.clear();
  }
}
