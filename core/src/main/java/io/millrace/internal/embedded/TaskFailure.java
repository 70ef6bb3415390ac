package io.millrace.internal.embedded;

import io.millrace.internal.pipeline.ReaderIterator;
import io.millrace.spi.Throwables;
import java.util.List;

/** Finds the user's exception in a failed task and says where in the user's code it came from. */
final class TaskFailure {

  private static final List<String> PLATFORM =
      List.of("java.", "javax.", "jdk.", "sun.", "scala.", "org.apache.spark.");

  /** The packages of this library; what else begins with its name may be a user's. */
  private static final List<String> LIBRARY =
      List.of("function.", "internal.", "rdd.", "sink.", "source.", "spark.", "spi.", "stream.");

  private static final String LIBRARY_ROOT = "io.millrace.";

  private TaskFailure() {}

  /** What the user's code threw, without the carriers that brought it through iterators. */
  static Throwable userException(Throwable failure) {
    for (Throwable e : Throwables.causes(failure)) {
      if (!(e instanceof ReaderIterator.ReadFailure)) {
        return e;
      }
    }
    return failure;
  }

  /** The exception and the first frame of code that is neither Java's nor ours. */
  static String headline(Throwable e) {
    for (StackTraceElement frame : e.getStackTrace()) {
      if (isUsers(frame.getClassName())) {
        return Throwables.describe(e) + "\n  at " + frame;
      }
    }
    return Throwables.describe(e);
  }

  private static boolean isUsers(String type) {
    if (!type.startsWith(LIBRARY_ROOT)) {
      return PLATFORM.stream().noneMatch(type::startsWith);
    }
    String inside = type.substring(LIBRARY_ROOT.length());
    return inside.indexOf('.') >= 0 && LIBRARY.stream().noneMatch(inside::startsWith);
  }
}
