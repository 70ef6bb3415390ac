package io.millrace.internal.embedded;

import io.millrace.spi.Engine;
import org.jspecify.annotations.Nullable;

/** A broadcast value in one JVM: the value itself. */
final class LocalBroadcast<V> implements Engine.BroadcastHandle<V> {

  private static final long serialVersionUID = 1L;

  /** Tells a value that is null from none. */
  private record Held<V>(V value) {}

  // Tasks run in the JVM that made it: only the round trip of the serialization check leaves it,
  // and what comes out of that is thrown away.
  private transient volatile @Nullable Held<V> held;

  LocalBroadcast(V value) {
    this.held = new Held<>(value);
  }

  @Override
  public V value() {
    Held<V> present = held;
    if (present == null) {
      throw new IllegalStateException("this broadcast value has been destroyed");
    }
    return present.value();
  }

  @Override
  public void destroy() {
    held = null;
  }
}
