package io.millrace.internal.scheduler;

import io.millrace.spi.Throwables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells failures of user code from failures of the JVM. */
final class Failures {

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** Logs a failure of user code, whose exceptions may throw when they are printed. */
  static void log(String what, Throwable failure) {
    try {
      LOG.error(what, failure);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("{}: {}", what, Throwables.describe(failure));
    }
  }

  /**
   * A fatal error that says where it happened.
   *
   * @param place begins with the preposition
   */
  static Error located(Error error, String place) {
    String where = place.startsWith("in ") ? place.substring("in ".length()) : place;
    if (error instanceof OutOfMemoryError memory) {
      return Throwables.located(memory, where);
    }
    error.addSuppressed(new IllegalStateException("it happened in " + where));
    return error;
  }

  /**
   * Whether nothing can be relied on after this: memory has run out, or the JVM has a fault. A
   * stack that overflowed is a fault of the code that ran on it.
   */
  static boolean isFatal(Throwable e) {
    return e instanceof VirtualMachineError && !(e instanceof StackOverflowError);
  }
}
