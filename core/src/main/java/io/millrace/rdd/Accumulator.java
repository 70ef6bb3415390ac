package io.millrace.rdd;

import io.millrace.TaskContext;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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
abstract sealed class Accumulator<P> implements TaskContext.AttemptLocal<P>
    permits LongAccumulator, DoubleAccumulator, CollectionAccumulator, LineCounts {

  private static final long serialVersionUID = 1L;
  private static final AtomicLong NEXT_ID = new AtomicLong();

  /** Those that have been sent away, by id, for as long as somebody here uses them. */
  private static final Map<Long, WeakReference<Accumulator<?>>> SENT = new ConcurrentHashMap<>();

  private final long id = NEXT_ID.getAndIncrement();
  private final @Nullable String name;
  private transient volatile @Nullable P total;

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
    return context == null ? null : context.attemptLocal(this);
  }

  /** The total; hold its monitor while using it. */
  final P total() {
    P known = total;
    return known != null ? known : makeTotal();
  }

  private synchronized P makeTotal() {
    P known = total;
    if (known == null) {
      known = newPartial();
      total = known;
    }
    return known;
  }

  @Override
  public final P begin() {
    return newPartial();
  }

  @Override
  public final void accept(P partial) {
    P own = total();
    synchronized (own) {
      join(own, partial);
    }
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    SENT.values().removeIf(sent -> sent.get() == null);
    SENT.putIfAbsent(id, new WeakReference<>(this));
    out.defaultWriteObject();
  }

  /** Where it was made, what comes back is that very one. */
  protected final Object readResolve() {
    WeakReference<Accumulator<?>> sent = SENT.get(id);
    Accumulator<?> original = sent == null ? null : sent.get();
    return original == null ? this : original;
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
