package io.millrace.rdd;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers elements that tasks add, as {@link LongAccumulator} does numbers. Elements of one task
 * keep their order; the order of tasks is that in which they end.
 */
public final class CollectionAccumulator<T> extends Accumulator<List<T>> {

  private static final long serialVersionUID = 1L;

  CollectionAccumulator(@Nullable String name) {
    super(name);
  }

  public void add(T element) {
    List<T> partial = partial();
    if (partial != null) {
      partial.add(element);
      return;
    }
    List<T> total = total();
    synchronized (total) {
      total.add(element);
    }
  }

  /** A copy of what was gathered so far. */
  public List<T> value() {
    List<T> total = total();
    synchronized (total) {
      return new ArrayList<>(total);
    }
  }

  public boolean isZero() {
    List<T> total = total();
    synchronized (total) {
      return total.isEmpty();
    }
  }

  /** Starts again from nothing. Tasks that run meanwhile still add what they collected. */
  public void reset() {
    List<T> total = total();
    synchronized (total) {
      total.clear();
    }
  }

  @Override
  List<T> newPartial() {
    return new ArrayList<>();
  }

  @Override
  void join(List<T> total, List<T> partial) {
    total.addAll(partial);
  }

  @Override
  public String toString() {
    return describe(value());
  }
}
