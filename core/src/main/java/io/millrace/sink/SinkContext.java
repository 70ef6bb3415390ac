package io.millrace.sink;

/**
 * Who opens a sink.
 *
 * @param checkpointId identifies the checkpoint, a UUID in its usual form
 * @param outputId identifies the output within the program; at most 200 characters
 * @param epoch of the driver, higher than that of any driver that started before it
 */
public record SinkContext(String checkpointId, String outputId, long epoch) {}
