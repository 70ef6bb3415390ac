package io.millrace.source;

import io.millrace.Conf;
import io.millrace.spi.Clock;

/** What a running streaming context lends to its sources. */
public interface SourceContext {

  /** Number of the stream, for names of threads and messages. */
  int streamId();

  Conf conf();

  Clock clock();

  /** Starts a daemon thread for the source; the source ends it in {@link Source#stop}. */
  Thread spawn(String name, Runnable body);

  /** Stops the streaming context because of an error outside of any batch. Returns at once. */
  void fail(Throwable error);

  /** Tells listeners that a receiver started, failed or stopped. Returns at once. */
  void receiverEvent(ReceiverEvent event);

  /** What may happen to a receiver. */
  enum ReceiverEventKind {
    STARTED,
    ERROR,
    STOPPED
  }

  /**
   * A fact about a receiver.
   *
   * @param message what happened, empty if there is nothing to add
   * @param error the stack trace as text, empty if there is none
   * @param errorMillis when the error was, by {@link #clock()}; -1 if there is none
   */
  record ReceiverEvent(
      ReceiverEventKind kind,
      String receiverName,
      String message,
      String error,
      long errorMillis,
      boolean active) {}
}
