package io.millrace.sink;

/**
 * Whose output a sink is.
 *
 * @param checkpointId identifies the checkpoint, a UUID in its usual form
 * @param outputId identifies the output within the program; at most 200 characters
 */
public record SinkOwner(String checkpointId, String outputId) {}
