package io.millrace.stream;

import io.millrace.function.Function0;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;

/** The contexts of this JVM that run, the one that was started last in front. */
final class ActiveContexts {

  private static final Deque<StreamingContext> STARTED = new ArrayDeque<>();

  private ActiveContexts() {}

  /** Adds a context that is about to start; false if it is there already. */
  static boolean add(StreamingContext context) {
    synchronized (STARTED) {
      boolean isNew = !STARTED.contains(context);
      if (isNew) {
        STARTED.addFirst(context);
      }
      return isNew;
    }
  }

  static void remove(StreamingContext context) {
    synchronized (STARTED) {
      STARTED.remove(context);
    }
  }

  static Optional<StreamingContext> latest() {
    synchronized (STARTED) {
      return STARTED.stream()
          .filter(context -> context.getState() == StreamingContextState.ACTIVE)
          .findFirst();
    }
  }

  static StreamingContext latestOr(Function0<StreamingContext> creatingFunc) {
    return latest().orElseGet(() -> created(creatingFunc));
  }

  static StreamingContext created(Function0<StreamingContext> creatingFunc) {
    try {
      return Objects.requireNonNull(
          creatingFunc.call(), "the function that creates the streaming context returned null");
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("creating a streaming context failed: " + e.getMessage(), e);
    }
  }
}
