package io.millrace.internal.scheduler;

/** Tells failures of user code from failures of the JVM. */
final class Failures {

  private Failures() {}

  /**
   * Whether nothing can be relied on after this: memory has run out, or the JVM has a fault. A
   * stack that overflowed is a fault of the code that ran on it.
   */
  static boolean isFatal(Throwable e) {
    return e instanceof VirtualMachineError && !(e instanceof StackOverflowError);
  }
}
