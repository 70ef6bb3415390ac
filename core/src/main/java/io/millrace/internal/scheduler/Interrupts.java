package io.millrace.internal.scheduler;

import java.util.function.BooleanSupplier;

/**
 * The interrupt flag of the threads that call user code. Only the end of a context interrupts them,
 * so a flag that is set otherwise was left by user code, and must not fail what runs next.
 */
final class Interrupts {

  private Interrupts() {}

  /**
   * Clears the flag of this thread after a call of user code.
   *
   * @param isEnding whether the thread may have been interrupted to end what it does; then the flag
   *     stays
   */
  static void forget(BooleanSupplier isEnding) {
    // Whoever interrupts has first made isEnding true: an interrupt that comes between is put back.
    if (Thread.interrupted() && isEnding.getAsBoolean()) {
      Thread.currentThread().interrupt();
    }
  }
}
