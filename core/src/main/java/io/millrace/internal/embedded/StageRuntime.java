package io.millrace.internal.embedded;

import io.millrace.TaskContext;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.serialization.TaggedRecordFormat;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.SpillFiles;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.RecordReader;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Computes stages for an engine whose tasks are spread over other processes: what one such process
 * needs of the embedded engine. It knows nothing of jobs; which task runs where, what is tried
 * again and where blocks travel is the other engine's business.
 *
 * <p>Safe for concurrent use; a task belongs to its thread.
 */
public final class StageRuntime implements AutoCloseable {

  /**
   * What tasks may take, all together.
   *
   * @param parallelism tasks at the same time
   * @param maxExecutionBytes bound on what exchanges and the like hold in memory
   * @param maxLocalBytes bound on what is spilled to the disk
   */
  public record Bounds(int parallelism, long maxExecutionBytes, long maxLocalBytes) {}

  /**
   * Which attempt at which task.
   *
   * @param id as {@link TaskContext#attemptId()}
   * @param hasEnded whether the attempt is in vain; asked between chunks of records
   */
  public record Attempt(
      int partition, int attemptNumber, long id, long stageId, BooleanSupplier hasEnded) {}

  /** Where a task finds what earlier stages have written. */
  @FunctionalInterface
  public interface Exchanges {

    /** The blocks of a partition of an exchange, in their order; anew with each call. */
    Iterator<ExchangeBlock> open(ExchangeNode<?> exchange, int partition) throws Exception;
  }

  /** Local values of an attempt, to be delivered where the job was begun. */
  public static final class Locals implements Serializable {

    private static final long serialVersionUID = 1L;

    private final List<EmbeddedTaskContext.OwnedValue<?>> values;

    private Locals(List<EmbeddedTaskContext.OwnedValue<?>> values) {
      this.values = values;
    }

    public boolean isEmpty() {
      return values.isEmpty();
    }

    /** Hands each value to its owner; once, if the attempt was accepted. */
    public void deliver() {
      values.forEach(EmbeddedTaskContext.OwnedValue::deliver);
    }
  }

  private final RecordFormat format = new TaggedRecordFormat();
  private final SpillSpace space;
  private final Spilling spilling;

  public StageRuntime(SpillFiles files, Bounds bounds) {
    this.space = new SpillSpace(files, format, bounds.maxLocalBytes());
    this.spilling =
        new Spilling(new ExecutionMemory(bounds.maxExecutionBytes(), bounds.parallelism()), space);
  }

  public RecordFormat format() {
    return format;
  }

  /** Begins an attempt on this thread, which is its until {@link RunningTask#close()}. */
  public RunningTask begin(Attempt attempt) {
    return new RunningTask(
        new EmbeddedTaskContext(
            attempt.partition(),
            attempt.attemptNumber(),
            attempt.stageId(),
            new EmbeddedTaskContext.Surroundings(attempt.hasEnded(), () -> {})) {
          @Override
          public long attemptId() {
            return attempt.id();
          }
        });
  }

  /** An attempt under way. */
  public static final class RunningTask implements AutoCloseable {

    private final EmbeddedTaskContext task;
    private final @Nullable TaskContext before;
    private boolean hasEnded;

    private RunningTask(EmbeddedTaskContext task) {
      this.task = task;
      this.before = task.begin();
    }

    public TaskContext context() {
      return task;
    }

    /**
     * Ends the attempt, its completion listeners included, and returns what it has gathered for
     * owners elsewhere.
     */
    public Locals complete() {
      end();
      return new Locals(task.locals());
    }

    /** Ends an attempt that failed with {@code failure}, or is in vain; no-op after its end. */
    public void fail(Throwable failure) {
      try {
        end();
      } catch (RuntimeException | Error e) {
        // What was thrown first is the reason; a reader may throw the same once more when closed.
        if (e != failure) {
          failure.addSuppressed(e);
        }
      }
    }

    private void end() {
      if (!hasEnded) {
        hasEnded = true;
        try {
          task.complete();
        } finally {
          EmbeddedTaskContext.end(before);
        }
      }
    }

    @Override
    public void close() {
      end();
    }
  }

  /**
   * What yields a partition of a node, within a task. Storage marks are not looked at.
   *
   * @param task of a {@link RunningTask} of this thread
   * @param changesRecords whether the reader may change records that others read too
   */
  public Pipeline pipeline(
      TaskContext task,
      PlanNode<?> target,
      int partition,
      Exchanges exchanges,
      boolean changesRecords)
      throws Exception {
    EmbeddedTaskContext own = (EmbeddedTaskContext) task;
    Lineage lineage = new Lineage(new Inputs(exchanges, own), null, own);
    return (changesRecords ? lineage.copying() : lineage).pipeline(target, partition);
  }

  /**
   * Writes a map partition of an exchange, and hands its blocks out, which are read once. Where
   * records are dealt in turn, the targets of the blocks are parts in the sense of {@link Dealing}.
   */
  public Iterator<ExchangeBlock> write(
      TaskContext task, ExchangeNode<?> exchange, int mapPartition, Exchanges exchanges)
      throws Exception {
    EmbeddedTaskContext own = (EmbeddedTaskContext) task;
    Pipeline records =
        pipeline(
            task,
            exchange.parent(),
            mapPartition,
            exchanges,
            Lineage.changesValues(exchange.combiner()));
    MapOutput output = new MapOutput(exchange, spilling);
    own.addTaskCompletionListener(ended -> output.close());
    output.write(records, record -> {});
    return new OutgoingBlocks(exchange, output, mapPartition, format, own::poll);
  }

  /** About how many bytes objects take. */
  public static long estimateBytes(Object[] objects) {
    return SizeEstimate.ofElements(objects, objects.length);
  }

  /** The operations of a stage, source first, for errors. */
  public static String operations(PlanNode<?> end) {
    return new TaskStage(0, end, end.numPartitions()).chain();
  }

  /** What the user's code threw, without the carriers that brought it through iterators. */
  public static Throwable userException(Throwable failure) {
    return TaskFailure.userException(failure);
  }

  /** An exception and the first frame of code that is neither Java's nor ours. */
  public static String headline(Throwable failure) {
    return TaskFailure.headline(failure);
  }

  @Override
  public void close() {
    space.close();
  }

  /** The inputs of one attempt; an exchange that is read several times is merged once. */
  private final class Inputs implements Lineage.Inputs {

    private final Exchanges exchanges;
    private final EmbeddedTaskContext task;
    private final Map<PlanNode<?>, Map<Integer, Joining.Opening>> merged = new HashMap<>();

    Inputs(Exchanges exchanges, EmbeddedTaskContext task) {
      this.exchanges = exchanges;
      this.task = task;
    }

    @Override
    public RecordReader<?> exchange(ExchangeNode<?> node, int partition, EmbeddedTaskContext reader)
        throws Exception {
      Map<Integer, Joining.Opening> partitions =
          merged.computeIfAbsent(node, key -> new HashMap<>());
      Joining.Opening opening = partitions.get(partition);
      if (opening == null) {
        opening = merge(node, partition);
        partitions.put(partition, opening);
      }
      RecordReader<?> records = opening.open();
      return new ClosingReader(records, task.closeAtEnd(records));
    }

    private Joining.Opening merge(ExchangeNode<?> node, int partition) throws Exception {
      SpillScope scope = new SpillScope(spilling);
      task.addTaskCompletionListener(ended -> scope.close());
      IncomingBlocks incoming =
          new IncomingBlocks(node, () -> exchanges.open(node, partition), format);
      return incoming.merge(scope, task::poll);
    }

    @Override
    public Spilling spilling() {
      return spilling;
    }

    @Override
    public BlockStore.@Nullable Block kept(PlanNode<?> node, int partition) {
      return null;
    }
  }
}
