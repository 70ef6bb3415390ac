package io.millrace.spi.state;

import io.millrace.spi.Cancellation;
import io.millrace.spi.plan.BlockSetNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a step has done, private until it is adopted. */
public interface Attempt {

  /**
   * What the operator emitted, in the state's partitions; null if the step was to emit nothing.
   * Reading it never runs the operator again. What is read of it stays the same whatever later
   * steps do, for as long as somebody holds the node.
   */
  @Nullable BlockSetNode<?> emitted();

  /**
   * All pairs of key and state as they are after this step, in unspecified order, under the same
   * promises as {@link #emitted()}. Values are those that functions are given: who changes one
   * changes what others read.
   */
  BlockSetNode<?> entries();

  /**
   * Writes down what the step has changed, so that it can be {@linkplain KeyedState#restore
   * restored} on top of what was written before; at most once per partition and prefix. Blocks;
   * what is returned is durable. Called before {@link #adopt}. What the step has written already,
   * since it was {@linkplain StateStep#delta told} this place, is not written again.
   *
   * @param prefix of the names of objects, never used before; letters as in the names of {@link
   *     io.millrace.spi.checkpoint.CheckpointStorage}
   * @return in the order in which they apply; empty if the step has changed nothing
   * @throws io.millrace.JobFailedException if a key or value has no codec, or if the storage fails;
   *     the cause tells which. May be called again, with another prefix
   * @throws io.millrace.JobCancelledException if {@code cancellation} was triggered
   */
  List<StateFile> persist(StatePlace place, String prefix, Cancellation cancellation);

  /** Makes this what the next step begins with, and tells what the state then amounts to. */
  StateSize adopt();

  /** Undoes the step. */
  void abandon();
}
