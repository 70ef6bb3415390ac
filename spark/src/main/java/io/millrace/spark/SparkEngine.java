package io.millrace.spark;

import io.millrace.JobCancelledException;
import io.millrace.JobFailedException;
import io.millrace.LocalStorageException;
import io.millrace.TaskContext;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.serialization.FunctionCheck;
import io.millrace.internal.serialization.TaggedRecordFormat;
import io.millrace.internal.serialization.ValueCopy;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Engine;
import io.millrace.spi.Job;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.Terminal;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StateDefinition;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.BlockManagerMaster;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StreamBlockId;
import org.jspecify.annotations.Nullable;
import scala.reflect.ClassTag$;

/** Runs plans on a Spark cluster. */
final class SparkEngine implements Engine {

  private static final int WAVE_GROWTH = 4;
  private static final AtomicInteger NEXT_ENGINE = new AtomicInteger();

  /** Unique among the states of all engines that share a Spark context, as their blocks are. */
  private static final AtomicInteger NEXT_STATE = new AtomicInteger();

  private static final Cleaner CLEANER = Cleaner.create();
  private static final ShutdownHolds HOLDS = new ShutdownHolds();

  private final SparkContexts.Lease lease;
  private final StagePlanner planner;
  private final ShuffleFiles shuffles;
  private final RecordFormat format = new TaggedRecordFormat();
  private final boolean checksSerialization;
  private final String id;
  private final Cancellation closing = new Cancellation();

  /** The last that a running Spark has told; never less than 1. */
  private volatile int lastParallelism = 1;

  /**
   * @param checksSerialization whether functions are checked when they are given, rather than when
   *     a job sends them
   */
  SparkEngine(
      SparkContexts.Lease lease, ExecutorRuntime.Bounds bounds, boolean checksSerialization) {
    this.lease = lease;
    this.planner = new StagePlanner(lease.spark(), bounds);
    this.shuffles = new ShuffleFiles(lease.spark());
    this.checksSerialization = checksSerialization;
    ExecutorLosses.watch(lease.spark());
    this.id = lease.spark().applicationId() + "-" + NEXT_ENGINE.getAndIncrement();
  }

  /** Lets Spark forget blocks when nobody can read them any more. */
  void removeWhenUnused(EmittedBlocks emitted) {
    List<StreamBlockId> blocks = emitted.blocks();
    CLEANER.register(emitted, () -> remove(blocks));
  }

  private void remove(List<StreamBlockId> blocks) {
    SparkContext running = spark();
    if (!running.isStopped()) {
      blocks.forEach(block -> running.env().blockManager().master().removeBlock(block));
    }
  }

  SparkContext spark() {
    return lease.spark();
  }

  /** As many as the executors have cores, so it changes as they come and go. */
  @Override
  public int defaultParallelism() {
    if (!spark().isStopped()) {
      lastParallelism = spark().defaultParallelism();
    }
    return lastParallelism;
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
    return run(
        job.target(),
        new TerminalBody(job.terminal()),
        job.partitions(),
        List.of(),
        job.enough(),
        job.description(),
        job.cancellation());
  }

  /**
   * Runs {@code body} over some partitions of a node.
   *
   * @param preferred executors, by partition of the node
   */
  <R> List<R> run(
      PlanNode<?> target,
      ResultTask.Body body,
      List<Integer> partitions,
      List<String> preferred,
      String description,
      Cancellation cancellation) {
    requireOpen(description);
    return run(target, body, partitions, preferred, null, description, cancellation);
  }

  private <R> List<R> run(
      PlanNode<?> target,
      ResultTask.Body body,
      List<Integer> partitions,
      List<String> preferred,
      @Nullable Predicate<List<R>> enough,
      String description,
      Cancellation cancellation) {
    if (cancellation.isCancelled()) {
      throw new JobCancelledException(description + " was cancelled");
    }
    shuffles.beginJob();
    try {
      return runStage(
          stage(target, description),
          body,
          partitions,
          preferred,
          enough,
          description,
          cancellation);
    } finally {
      shuffles.endJob();
    }
  }

  private <R> List<R> runStage(
      StageRdd stage,
      ResultTask.Body body,
      List<Integer> partitions,
      List<String> preferred,
      @Nullable Predicate<List<R>> enough,
      String description,
      Cancellation cancellation) {
    stage.prefer(preferred);
    List<R> results = new ArrayList<>(partitions.size());
    int wave = enough == null ? partitions.size() : 1;
    while (results.size() < partitions.size()) {
      int first = results.size();
      int end = first + Math.min(wave, partitions.size() - first);
      SparkJob job = new SparkJob(spark(), stage, description, cancellation, closing);
      List<TaskResult> wanted = job.run(body, partitions.subList(first, end));
      for (TaskResult result : wanted) {
        results.add(decoded(result, body));
      }
      if (enough != null && enough.test(results)) {
        break;
      }
      wave *= WAVE_GROWTH;
    }
    return results;
  }

  private StageRdd stage(PlanNode<?> target, String description) {
    try {
      return planner.stage(target);
    } catch (LocalStorageException e) {
      throw new JobFailedException(description + " failed: " + e.getMessage(), e);
    } catch (IllegalStateException e) {
      if (spark().isStopped()) {
        throw SparkFailures.failed(description, spark(), e);
      }
      throw e;
    }
  }

  @SuppressWarnings("unchecked") // as the body says
  private static <R> R decoded(TaskResult result, ResultTask.Body body) {
    return (R) (body.givesRecords() ? result.result().asList() : result.result().value());
  }

  /** Ends a pipeline as a job says. */
  private record TerminalBody(Terminal<?, ?> terminal) implements ResultTask.Body {

    @Override
    public Object run(Pipeline records, int partition, TaskContext task) throws Exception {
      return records.run(terminal, task);
    }

    @Override
    public boolean givesRecords() {
      return terminal instanceof Terminal.Collect
          || terminal instanceof Terminal.Take
          || terminal instanceof Terminal.Reduce;
    }

    @Override
    public boolean changesRecords() {
      return terminal instanceof Terminal.Reduce;
    }
  }

  @Override
  public void drop(PlanNode<?> node) {
    planner.drop(node);
  }

  @Override
  public void endBatch(long firstNode) {
    shuffles.drop(planner.forgetExchanges(firstNode));
  }

  @Override
  public <T> BlockSetNode<T> pin(
      String operation, List<? extends List<T>> partitions, @Nullable Placement placement) {
    return new BlockSetNode<>(operation, new DriverBlocks<>(operation, partitions), placement);
  }

  @Override
  public void retain(BlockSetNode<?> emitted) {
    // It is in Spark's block manager already, which spills what memory has no room for.
  }

  @Override
  public int numPartitionsKept(PlanNode<?> node) {
    if (node instanceof BlockSetNode<?> blocks && blocks.blocks() instanceof DriverBlocks<?> own) {
      return own.isDropped() ? 0 : own.numPartitions();
    }
    RDD<?> rdd = planner.kept(node);
    if (rdd != null) {
      return numBlocks(rdd);
    }
    return 0;
  }

  /** Asks the driver's block manager: Spark's storage status follows events and may be behind. */
  private int numBlocks(RDD<?> rdd) {
    BlockManagerMaster master = spark().env().blockManager().master();
    int numStored = 0;
    for (int i = 0; i < rdd.getNumPartitions(); i++) {
      if (!master.getLocations(new RDDBlockId(rdd.id(), i)).isEmpty()) {
        numStored++;
      }
    }
    return numStored;
  }

  @Override
  public void checkFunction(Object function, String operation) {
    if (checksSerialization) {
      FunctionCheck.check(function, operation);
    }
  }

  @Override
  public <A> Supplier<A> copies(A zero, String operation) {
    return ValueCopy.copier(zero, "the zero value of " + operation);
  }

  @Override
  public KeyedState newState(StateDefinition definition) {
    requireOpen("the state of " + definition.name());
    int number = NEXT_STATE.getAndIncrement();
    return new SparkState(this, definition, id + "/" + number, number);
  }

  @Override
  public RecordFormat recordFormat() {
    return format;
  }

  @Override
  public <V> BroadcastHandle<V> broadcast(V value) {
    return new Handle<>(
        spark().broadcast(Carried.ofValue(value), ClassTag$.MODULE$.apply(Carried.class)));
  }

  /** A value in Spark's own broadcast. */
  private record Handle<V>(Broadcast<Carried> broadcast) implements BroadcastHandle<V> {

    @Override
    @SuppressWarnings("unchecked")
    public V value() {
      return (V) broadcast.value().value();
    }

    @Override
    public void destroy() {
      broadcast.destroy();
    }
  }

  @Override
  public Hold hold() {
    return HOLDS.hold();
  }

  @Override
  public void requireReachable(CheckpointStorage storage, String object) throws IOException {
    CheckpointProbe.require(spark(), storage, object);
  }

  private void requireOpen(String what) {
    if (closing.isCancelled()) {
      throw new IllegalStateException(what + ": the engine is closed");
    }
  }

  @Override
  public void close() {
    closing.cancel();
    lease.close();
  }
}
