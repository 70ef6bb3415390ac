package io.millrace.spi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Walks and descriptions of exceptions that come from user code: their causes may form a cycle,
 * their methods may be overridden and throw.
 */
public final class Throwables {

  /** Causes that are looked at; an exception may make up a new one each time it is asked. */
  private static final int MAX_CAUSES = 1_000;

  private Throwables() {}

  /** The exception and its causes, outermost first, each once. */
  public static List<Throwable> causes(Throwable thrown) {
    List<Throwable> chain = new ArrayList<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Throwable next = thrown;
    while (next != null && chain.size() < MAX_CAUSES && seen.add(next)) {
      chain.add(next);
      try {
        next = next.getCause();
      } catch (RuntimeException | StackOverflowError e) {
        break; // its class has overridden getCause(), and there is nothing more to find
      }
    }
    return chain;
  }

  /** The outermost of an exception and its causes that is of a type. */
  public static <T> Optional<T> find(Throwable thrown, Class<T> type) {
    return causes(thrown).stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  /** As {@link Throwable#toString}; the name of its class if that throws. */
  public static String describe(Throwable thrown) {
    try {
      return String.valueOf(thrown);
    } catch (RuntimeException | StackOverflowError e) {
      return thrown.getClass().getName() + " (its message can't be read: " + e.getClass() + ")";
    }
  }

  /** An error of the same kind that says where memory ran out; its cause is the given one. */
  public static OutOfMemoryError located(OutOfMemoryError error, String place) {
    OutOfMemoryError located = new OutOfMemoryError(error.getMessage() + "\n  in " + place);
    located.setStackTrace(error.getStackTrace());
    located.initCause(error);
    return located;
  }
}
