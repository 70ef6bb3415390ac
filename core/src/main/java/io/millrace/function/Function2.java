package io.millrace.function;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Turns two values into one: the body of {@code reduce} and {@code updateStateByKey}.
 *
 * <p>Where it combines values, it must be associative, and must not change an argument that it does
 * not return.
 */
@FunctionalInterface
public interface Function2<
        T1 extends @Nullable Object, T2 extends @Nullable Object, R extends @Nullable Object>
    extends Serializable {
  R call(T1 first, T2 second) throws Exception;
}
