package io.millrace.checkpoint;

/**
 * Something in a checkpoint that is not as it was written.
 *
 * @param object name of the object, below the checkpoint's place
 * @param message what is wrong with it
 */
public record CheckpointProblem(String object, String message) {}
