package io.millrace.function;

import java.io.Serializable;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Turns a key and the values that two datasets hold for it into any number of values. Either side
 * may be empty, not both; values come in the order of their arrival.
 *
 * <p>The iterator is read as that of {@link FlatMapFunction}.
 */
@FunctionalInterface
public interface CoGroupFunction<
        K extends @Nullable Object,
        V1 extends @Nullable Object,
        V2 extends @Nullable Object,
        R extends @Nullable Object>
    extends Serializable {
  Iterator<R> call(K key, Iterator<V1> left, Iterator<V2> right) throws Exception;
}
