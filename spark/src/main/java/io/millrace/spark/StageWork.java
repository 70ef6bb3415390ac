package io.millrace.spark;

import java.io.Serializable;

/**
 * What a stage has its tasks do.
 *
 * @param packed the stage itself
 * @param label the stage's operations, for errors
 */
record StageWork(
    Packed<StageDescription> packed,
    StageSource source,
    ExecutorRuntime.Bounds bounds,
    String label)
    implements Serializable {

  StageWork(
      StageDescription description,
      StageSource source,
      ExecutorRuntime.Bounds bounds,
      String label) {
    this(new Packed<>(description), source, bounds, label);
  }

  StageDescription description() {
    return packed.value();
  }
}
