package io.millrace.function;

import java.io.Serializable;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Turns one value into any number of numbers: the body of {@code flatMapToDouble}.
 *
 * <p>The iterator is read as that of {@link FlatMapFunction}.
 */
@FunctionalInterface
public interface DoubleFlatMapFunction<T extends @Nullable Object> extends Serializable {
  Iterator<Double> call(T value) throws Exception;
}
