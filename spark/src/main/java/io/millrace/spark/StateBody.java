package io.millrace.spark;

/** What is done with a partition of a state in a task. */
interface StateBody extends ResultTask.Body {

  @Override
  default boolean givesRecords() {
    return false;
  }

  @Override
  default boolean changesRecords() {
    return false;
  }
}
