package io.millrace.spi.plan;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value of a plan that a small job fills in when it is first needed, such as the first index of
 * each partition. Resolved on the driver before any task reads it; tasks only call {@link #get()},
 * and get the value alone.
 */
public final class Deferred<V> implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Computes the value; runs on the driver and may run jobs. */
  @FunctionalInterface
  public interface Computation<V> {
    V compute();
  }

  /** Stays on the driver. */
  private final transient @Nullable Computation<V> computation;

  private volatile @Nullable V value;

  public Deferred(Computation<V> computation) {
    this.computation = Objects.requireNonNull(computation);
  }

  /** Computes the value unless that has been done. Blocks for as long as the job takes. */
  public synchronized void resolve() {
    if (value == null) {
      value = Objects.requireNonNull(Objects.requireNonNull(computation).compute());
    }
  }

  /**
   * The resolved value.
   *
   * @throws IllegalStateException if {@link #resolve()} has not run: an engine's mistake
   */
  public V get() {
    V resolved = value;
    if (resolved == null) {
      throw new IllegalStateException("a deferred value was read before it was resolved");
    }
    return resolved;
  }
}
