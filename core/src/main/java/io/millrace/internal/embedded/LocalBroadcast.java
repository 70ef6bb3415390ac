package io.millrace.internal.embedded;

import io.millrace.spi.Engine;
import org.jspecify.annotations.Nullable;

/** A broadcast value in one JVM: the value itself. */
final class LocalBroadcast<V> implements Engine.BroadcastHandle<V> {

  private static final long serialVersionUID = 1L;

  // Tasks run in the JVM that made it: only the round trip of the serialization check leaves it,
  // and
  // what comes out of that is thrown away.
  private transient volatile @Nullable V value;

  LocalBroadcast(V value) {
    this.value = value;
  }

  @Override
  public V value() {
    V present = value;
    if (present == null) {
      throw new IllegalStateException("this broadcast value has been destroyed");
    }
    return present;
  }

  @Override
  public void destroy() {
    value = null;
  }
}
