package io.millrace.rdd;

import io.millrace.spi.Engine;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A read-only value that tasks share. Functions capture the broadcast, not the value, so that the
 * value does not travel with each task. Neither tasks nor the program may change the value.
 */
public final class Broadcast<T> implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final AtomicLong NEXT_ID = new AtomicLong();

  private final long id = NEXT_ID.getAndIncrement();
  private final Engine.BroadcastHandle<T> handle;
  private volatile boolean destroyed;

  Broadcast(Engine.BroadcastHandle<T> handle) {
    this.handle = handle;
  }

  public long id() {
    return id;
  }

  /**
   * The value; safe for concurrent use.
   *
   * @throws IllegalStateException if the broadcast was destroyed
   */
  public T value() {
    if (destroyed) {
      throw new IllegalStateException(this + " was used after it was destroyed");
    }
    return handle.value();
  }

  /** As {@link #value()}. */
  public T getValue() {
    return value();
  }

  /**
   * Lets workers forget their copies; they are sent again when needed. On the embedded engine there
   * are no copies, and nothing happens.
   */
  public void unpersist() {}

  /** As {@link #unpersist()}, which never waits. */
  @SuppressWarnings("InlineMeSuggester")
  public void unpersist(boolean blocking) {
    unpersist();
  }

  /** Drops the value for good; using it afterwards is an error. Idempotent. */
  public void destroy() {
    if (!destroyed) {
      destroyed = true;
      handle.destroy();
    }
  }

  @Override
  public String toString() {
    return "Broadcast(" + id + ")";
  }
}
