package io.millrace.rdd;

import io.millrace.TaskContext;
import java.io.Serializable;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A total that tasks add to and the driver reads.
 *
 * <p>Each attempt at a task collects into a partial result of its own, which joins the total once
 * the attempt has succeeded; so failed attempts leave no trace. A partition that is computed again
 * by a later job counts again.
 *
 * @param <P> a partial result, which is also the form of the total
 */
abstract sealed class Accumulator<P> implements Serializable
    permits LongAccumulator, DoubleAccumulator, CollectionAccumulator {

  private static final long serialVersionUID = 1L;
  private static final AtomicLong NEXT_ID = new AtomicLong();

  private final long id = NEXT_ID.getAndIncrement();
  private final @Nullable String name;
  private transient volatile @Nullable Driver<P> driver;

  /** What only the driver's side has; kept here so that nothing is made for each record. */
  private record Driver<P>(P total, Supplier<P> partials, Consumer<P> join) {}

  Accumulator(@Nullable String name) {
    this.name = name;
  }

  abstract P newPartial();

  abstract void join(P total, P partial);

  public final long id() {
    return id;
  }

  /** The name that was given, or empty. */
  public final Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /** What to add to: the attempt's own partial result, or null outside of tasks. */
  final @Nullable P partial() {
    TaskContext context = TaskContext.get();
    if (context == null) {
      return null;
    }
    Driver<P> own = driver();
    return context.attemptLocal(this, own.partials(), own.join());
  }

  /** The total; hold its monitor while using it. */
  final P total() {
    return driver().total();
  }

  private Driver<P> driver() {
    Driver<P> own = driver;
    return own != null ? own : makeDriver();
  }

  private synchronized Driver<P> makeDriver() {
    Driver<P> own = driver;
    if (own == null) {
      P total = newPartial();
      own = new Driver<>(total, this::newPartial, partial -> joinLocked(total, partial));
      driver = own;
    }
    return own;
  }

  private void joinLocked(P total, P partial) {
    synchronized (total) {
      join(total, partial);
    }
  }

  /** {@code LongAccumulator(id: 3, name: lines, value: 12)}. */
  final String describe(Object value) {
    return getClass().getSimpleName()
        + "(id: "
        + id
        + (name == null ? "" : ", name: " + name)
        + ", value: "
        + value
        + ")";
  }
}
