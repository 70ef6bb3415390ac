package io.millrace.function;

import io.millrace.Tuple2;
import java.io.Serializable;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Turns one value into any number of keys with values: the body of {@code flatMapToPair}.
 *
 * <p>The iterator is read as that of {@link FlatMapFunction}.
 */
@FunctionalInterface
public interface PairFlatMapFunction<
        T extends @Nullable Object, K extends @Nullable Object, V extends @Nullable Object>
    extends Serializable {
  Iterator<Tuple2<K, V>> call(T value) throws Exception;
}
