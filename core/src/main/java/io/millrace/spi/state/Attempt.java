package io.millrace.spi.state;

import io.millrace.spi.plan.BlockSetNode;
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

  /** Makes this what the next step begins with, and tells what the state then amounts to. */
  StateSize adopt();

  /** Undoes the step. */
  void abandon();
}
