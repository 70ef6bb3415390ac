package io.millrace.function;

import java.io.Serializable;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Turns one value into any number of values: the body of {@code flatMap}, or of {@code
 * mapPartitions}, where the value is the iterator over a partition.
 *
 * <p>The iterator is read lazily, once and on the thread that called; it may be abandoned before
 * its end, and may be endless when few of its values are asked for.
 */
@FunctionalInterface
public interface FlatMapFunction<T extends @Nullable Object, R extends @Nullable Object>
    extends Serializable {
  Iterator<R> call(T value) throws Exception;
}
