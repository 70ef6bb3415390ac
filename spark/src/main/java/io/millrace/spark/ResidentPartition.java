package io.millrace.spark;

import io.millrace.internal.state.StatePartition;
import io.millrace.internal.state.StateView;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A partition of a state in the memory of an executor. It is at one version, and may have tried one
 * step more, of which the driver says with the next step whether it was adopted: the version that
 * the next step begins with is that of the attempt, or it is not.
 *
 * <p>Attempts at the same partition, of which there are several when Spark speculates or a task
 * lives on that was given up, take turns, by {@link #lock}. A task of an older step than the last
 * that was seen has been given up for certain.
 */
final class ResidentPartition {

  /** Held by whoever does something with the partition. */
  final ReentrantLock lock = new ReentrantLock();

  private final Map<StateVersion, StateView> views = new HashMap<>();
  private StatePartition store;
  private StateVersion version = StateVersion.EMPTY;
  private @Nullable Tried tried;
  private long lastStep;

  /** A step that was tried, and may or may not be adopted. */
  record Tried(StateVersion version, StepResult result) {}

  ResidentPartition(StatePartition empty) {
    this.store = empty;
  }

  StatePartition store() {
    return store;
  }

  /**
   * Makes sure that a task is not one that was given up.
   *
   * @throws IllegalStateException if it is
   */
  void enter(long step) {
    if (step < lastStep) {
      throw new IllegalStateException(
          "step " + step + " was given up, since step " + lastStep + " has begun");
    }
    lastStep = step;
  }

  /** What an attempt at this very step came to that has succeeded here before, if any. */
  Optional<StepResult> resultOf(long step) {
    Tried last = tried;
    return last != null && last.version().step() == step
        ? Optional.of(last.result())
        : Optional.empty();
  }

  /** Whether the partition is at a version, having adopted or undone what was tried last. */
  boolean bringTo(StateVersion base) {
    Tried last = tried;
    if (last != null) {
      tried = null;
      if (last.version().equals(base)) {
        store.adopt();
        version = base;
      } else {
        store.abandon();
      }
    }
    return version.equals(base);
  }

  /** Whether the partition is at a version, or would be if it adopted what it has tried. */
  boolean isOf(StateVersion wanted) {
    Tried last = tried;
    return version.equals(wanted) || (last != null && last.version().equals(wanted));
  }

  void tried(StateVersion attempt, StepResult result) {
    tried = new Tried(attempt, result);
  }

  @Nullable StateVersion triedVersion() {
    Tried last = tried;
    return last == null ? null : last.version();
  }

  /** Puts another content in the place of what is there. */
  void replace(StatePartition filled, StateVersion at) {
    store.discard();
    store = filled;
    version = at;
    tried = null;
    views.clear();
  }

  synchronized void show(StateVersion at, StateView view) {
    views.put(at, view);
  }

  synchronized @Nullable StateView view(StateVersion at) {
    return views.get(at);
  }

  synchronized int numViews() {
    return views.size();
  }

  /** Forgets the versions that nobody reads any more. */
  synchronized void retainViews(Set<Long> steps) {
    views.keySet().removeIf(at -> !steps.contains(at.step()));
  }
}
