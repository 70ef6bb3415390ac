package io.millrace.spark;

import java.io.Serializable;

/**
 * What a stage has its tasks do.
 *
 * @param label the stage's operations, for errors
 */
record StageWork(
    StageDescription description, StageSource source, ExecutorRuntime.Bounds bounds, String label)
    implements Serializable {}
