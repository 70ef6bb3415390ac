package io.millrace.function;

import io.millrace.Tuple2;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Turns a value into a key and a value: the body of {@code mapToPair}. */
@FunctionalInterface
public interface PairFunction<
        T extends @Nullable Object, K extends @Nullable Object, V extends @Nullable Object>
    extends Serializable {
  Tuple2<K, V> call(T value) throws Exception;
}
