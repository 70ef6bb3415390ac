package io.millrace.function;

import java.io.Serializable;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An order that can travel to the tasks that sort by it. A lambda given where this type is expected
 * is serializable; one written for a plain {@link Comparator} is not.
 *
 * <p>What {@link Comparator#comparing} and {@link #thenComparing} make of lambdas is not
 * serializable; {@link #comparing} here and {@link #reversed} are.
 */
@FunctionalInterface
public interface SerializableComparator<T extends @Nullable Object>
    extends Comparator<T>, Serializable {

  /** The order of the values' own {@code compareTo}; null is refused with an exception. */
  static <T extends Comparable<? super T>> SerializableComparator<T> naturalOrder() {
    return (a, b) -> a.compareTo(b);
  }

  /**
   * The order of a key of each value, such as {@code comparing(Tuple2::_2)}.
   *
   * @param key a value without key, or one that makes it throw, is refused with an exception
   */
  static <T extends @Nullable Object, K extends Comparable<? super K>>
      SerializableComparator<T> comparing(Function<? super T, ? extends K> key) {
    Objects.requireNonNull(key);
    return (a, b) -> keyOf(key, a).compareTo(keyOf(key, b));
  }

  private static <T extends @Nullable Object, K> K keyOf(
      Function<? super T, ? extends K> key, T value) {
    try {
      return key.call(value);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalArgumentException("the key to compare " + value + " by", e);
    }
  }

  @Override
  default SerializableComparator<T> reversed() {
    return (a, b) -> compare(b, a);
  }
}
