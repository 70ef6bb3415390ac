package io.millrace.function;

import java.io.Serializable;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Turns two values into any number of values: the body of {@code zipPartitions}.
 *
 * <p>The iterator is read as that of {@link FlatMapFunction}.
 */
@FunctionalInterface
public interface FlatMapFunction2<
        T1 extends @Nullable Object, T2 extends @Nullable Object, R extends @Nullable Object>
    extends Serializable {
  Iterator<R> call(T1 first, T2 second) throws Exception;
}
