package io.millrace.spi;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StateDefinition;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Executes plans. An engine implements the plan's nodes and the few services below, and nothing
 * else; every public operation is written in terms of these.
 *
 * <p>All methods are safe for concurrent use. Jobs of different threads share the engine's workers.
 */
public interface Engine extends AutoCloseable {

  /** How many tasks run at the same time; the default number of partitions. At least 1. */
  int defaultParallelism();

  /**
   * Runs a job and returns its results in the order of {@link Job#partitions()} (a prefix if {@link
   * Job#enough()} ended it). Blocks; the calling thread may be put to work on the tasks.
   *
   * <p>A task that fails is computed again from its lineage, up to {@code
   * millrace.task.maxFailures} attempts; results and accumulator updates of failed attempts are
   * dropped. Nodes marked with a storage level are kept on first computation.
   *
   * @throws io.millrace.JobFailedException if a task failed for good; names the stage, the
   *     partition and the cause
   * @throws io.millrace.JobCancelledException if the job's cancellation was triggered
   * @throws IllegalStateException if the engine is closed or the caller is itself a task
   */
  <T, R> List<R> run(Job<T, R> job);

  /**
   * Says that several jobs are going to read a node that is not marked to be kept, each target by
   * one job, and asks to compute it once for all of them. An engine does so by letting the first of
   * these jobs write the exchanges of the others on the way; what it holds for them it lets go when
   * they have read it, and at the latest with {@link #drop} of the node, which must follow.
   *
   * <p>Results are those of jobs that read the node one after the other. A failure that belongs to
   * one target fails the job over that target alone.
   *
   * @param targets in the order in which their jobs are to run
   * @return whether that can be done; if not, nothing has changed, and the node had better be kept
   */
  default boolean share(PlanNode<?> node, List<PlanNode<?>> targets) {
    return false;
  }

  /** Drops what is kept of a node's records; later jobs compute them again. */
  void drop(PlanNode<?> node);

  /**
   * Says that the jobs of a batch have ended, so that what was written for exchanges of its own can
   * go. An engine that does not keep such between jobs has nothing to do. Later jobs over nodes of
   * the batch compute them again.
   *
   * @param firstNode the {@link PlanNode#id} from which on nodes are the batch's, or were made
   *     beside it
   */
  default void endBatch(long firstNode) {}

  /**
   * Keeps records that can't be computed again, until {@link #drop} or until nobody can reach the
   * node any more: in memory while there is room, then on the local disk. Losing a block there
   * fails the jobs that read it.
   *
   * @param partitions one list each; copied
   * @param placement what the records are known to obey, or null
   */
  <T> BlockSetNode<T> pin(
      String operation, List<? extends List<T>> partitions, @Nullable Placement placement);

  /**
   * Says that what a state step emitted will be read by later batches, until {@link #drop}: from
   * here on it is kept as by {@link #pin}. Before that, it is in memory for as long as somebody
   * holds the node.
   */
  void retain(BlockSetNode<?> emitted);

  /** How many partitions of a node are kept right now. */
  int numPartitionsKept(PlanNode<?> node);

  /**
   * Refuses a function that could not travel to another process. Called for each function that runs
   * in tasks when it is given to an operation.
   *
   * @param operation the operation that the user called, such as {@code map}
   * @throws io.millrace.NotSerializableFunctionException names the function and what it captures
   */
  void checkFunction(Object function, String operation);

  /**
   * A supplier of independent copies of a zero value, so that no attempt sees another's changes.
   *
   * @param operation the operation that the user called
   */
  <A> Supplier<A> copies(A zero, String operation);

  /**
   * Makes a state, empty but for what its definition gives it to begin with.
   *
   * @throws IllegalStateException if the engine is closed
   */
  KeyedState newState(StateDefinition definition);

  /** How this engine writes records into bytes. */
  RecordFormat recordFormat();

  /**
   * Refuses a checkpoint storage that the processes which run tasks don't see as this one does.
   * Called when a checkpoint is opened.
   *
   * @param object the name of an object in it
   * @throws IOException says which process finds what instead
   */
  default void requireReachable(CheckpointStorage storage, String object) throws IOException {}

  /** Makes a value available to tasks without sending it with each of them. */
  <V> BroadcastHandle<V> broadcast(V value);

  /**
   * Asks that the engine goes on working while the process is being ended by a signal, until {@link
   * Hold#close()}, so that what is under way can be brought to its end. Those who hold it see to it
   * that this does not take long. An engine that nothing but {@link #close} ends need do nothing.
   */
  default Hold hold() {
    return () -> {};
  }

  /** Somebody still needs the engine. */
  interface Hold extends AutoCloseable {

    /** The engine is not needed any more. Idempotent. */
    @Override
    void close();
  }

  /** Ends the workers and drops all that is kept. Running jobs are cancelled. Idempotent. */
  @Override
  void close();

  /** A value that was broadcast. */
  interface BroadcastHandle<V> extends java.io.Serializable {

    V value();

    /** Drops the copies; using the value afterwards is an error. */
    void destroy();
  }
}
