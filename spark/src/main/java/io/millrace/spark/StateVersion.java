package io.millrace.spark;

import java.io.Serializable;

/**
 * What a partition of a state was after an attempt at a step: unique within its engine.
 *
 * @param step number that the driver gave to the step, or to what filled the state before
 * @param attempt Spark's number of the task attempt; 0 if all attempts come to the same
 */
record StateVersion(long step, long attempt) implements Serializable {

  /** Of a state that nothing was ever put in. */
  static final StateVersion EMPTY = new StateVersion(0, 0);
}
