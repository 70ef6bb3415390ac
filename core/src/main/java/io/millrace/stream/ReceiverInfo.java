package io.millrace.stream;

/**
 * What is known of one receiver.
 *
 * @param streamId the input stream it feeds
 * @param name class and number of the receiver
 * @param active whether it is running
 * @param lastErrorMessage empty if there was none
 * @param lastError stack trace as text, empty if there was none
 * @param lastErrorTime milliseconds of the context's clock, -1 if there was none
 */
public record ReceiverInfo(
    int streamId,
    String name,
    boolean active,
    String lastErrorMessage,
    String lastError,
    long lastErrorTime) {}
