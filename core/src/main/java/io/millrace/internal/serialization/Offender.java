package io.millrace.internal.serialization;

import io.millrace.internal.serialization.JavaSerialization.Failure;
import io.millrace.spi.Throwables;
import java.io.NotSerializableException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The object because of which something could not be serialized.
 *
 * @param reference the object and the way to it, if it could be found; where the walk began if not
 * @param complaint what is wrong with it, to follow the way to it or the name of the root
 */
record Offender(Reference reference, String complaint) {
  private static final int MAX_ATTEMPTS = 1_000;

  static Offender find(Reference root, Failure failure) {
    try {
      return findByClassName(root, failure.cause())
          .or(() -> findInnermostFailing(root, failure))
          .orElseGet(() -> new Offender(root, cannotTravel(failure)));
    } catch (RuntimeException | StackOverflowError e) {
      // Collections of the user's are iterated, and one that throws must not hide the failure.
      return new Offender(root, cannotTravel(failure));
    }
  }

  /** The way to the object and what is wrong with it, to follow the name of the root. */
  String sentence() {
    return reference.isRoot() ? complaint : reference.path() + ", which " + complaint;
  }

  private static Optional<Offender> findByClassName(Reference root, Throwable thrown) {
    String className = notSerializableClass(thrown);
    return ObjectGraph.findNearest(
            root, ObjectGraph::children, met -> met.value().getClass().getName().equals(className))
        .map(found -> new Offender(found, "is not Serializable"));
  }

  /** An object that fails, although each object that it holds survives alone. */
  private static Optional<Offender> findInnermostFailing(Reference root, Failure failure) {
    if (failure.cause() instanceof StackOverflowError) {
      return Optional.empty(); // no object is to blame alone, and each attempt is slow
    }
    Budget budget = new Budget(MAX_ATTEMPTS);
    return ObjectGraph.findNearest(
            root,
            ObjectGraph::children,
            met -> budget.fails(met) && ObjectGraph.children(met).stream().noneMatch(budget::fails))
        .map(found -> new Offender(found, cannotTravel(failure)));
  }

  /** The class that Java serialization names, if that is why it gave up. */
  private static @Nullable String notSerializableClass(Throwable thrown) {
    return Throwables.find(thrown, NotSerializableException.class)
        .map(Throwable::getMessage)
        .orElse(null);
  }

  private static String cannotTravel(Failure failure) {
    String what = failure.isReading() ? "can be written but not read back" : "cannot be written";
    String why =
        failure.cause() instanceof StackOverflowError
            ? "its objects are nested too deeply"
            : Throwables.describe(failure.cause());
    return what + " (" + why + ")";
  }

  /** Keeps the search for the innermost object from taking for ever on a large graph. */
  private static final class Budget {
    private int attempts;

    Budget(int attempts) {
      this.attempts = attempts;
    }

    boolean fails(Reference reference) {
      return attempts-- > 0 && JavaSerialization.tryRoundTrip(reference.value()).isPresent();
    }
  }
}
