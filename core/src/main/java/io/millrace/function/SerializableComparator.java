package io.millrace.function;

import java.io.Serializable;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * An order that can travel to the tasks that sort by it. A lambda given where this type is expected
 * is serializable; one written for a plain {@link Comparator} is not.
 *
 * <p>What {@link Comparator#comparing} and {@link #thenComparing} return need not be serializable;
 * wrap it as {@code comparator::compare} only if each part is.
 */
@FunctionalInterface
public interface SerializableComparator<T extends @Nullable Object>
    extends Comparator<T>, Serializable {

  /** The order of the values' own {@code compareTo}; null is refused with an exception. */
  static <T extends Comparable<? super T>> SerializableComparator<T> naturalOrder() {
    return (a, b) -> a.compareTo(b);
  }

  @Override
  default SerializableComparator<T> reversed() {
    return (a, b) -> compare(b, a);
  }
}
