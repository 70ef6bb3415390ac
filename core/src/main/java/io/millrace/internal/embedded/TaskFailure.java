package io.millrace.internal.embedded;

import io.millrace.internal.pipeline.ReaderIterator;

/** Finds the user's exception in a failed task and says where in the user's code it came from. */
final class TaskFailure {

  private TaskFailure() {}

  /** What the user's code threw, without the carriers that brought it through iterators. */
  static Throwable userException(Throwable failure) {
    Throwable e = failure;
    while (e instanceof ReaderIterator.ReadFailure && e.getCause() != null) {
      e = e.getCause();
    }
    return e;
  }

  /** The exception and the first frame of code that is neither Java's nor ours. */
  static String headline(Throwable e) {
    for (StackTraceElement frame : e.getStackTrace()) {
      String type = frame.getClassName();
      if (!type.startsWith("java.")
          && !type.startsWith("jdk.")
          && !type.startsWith("io.millrace.internal.")
          && !type.startsWith("io.millrace.rdd.")) {
        return e + "\n  at " + frame;
      }
    }
    return e.toString();
  }
}
