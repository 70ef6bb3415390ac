package io.millrace.spark;

/**
 * Calls of Spark's driver that ask one of its own threads and wait for the answer, which is short.
 * An interrupt, as of a context that stops, is for who called: in such a call it would be taken for
 * a failure, or be lost.
 */
final class Uninterrupted {

  private Uninterrupted() {}

  /**
   * @param call may be repeated
   */
  static void run(Runnable call) {
    boolean wasInterrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          call.run();
          return;
        } catch (Exception e) { // Scala throws checked ones without saying so
          if (!(e instanceof InterruptedException)) {
            throw e;
          }
          wasInterrupted = true;
        }
      }
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
