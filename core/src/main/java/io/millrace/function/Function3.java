package io.millrace.function;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Turns three values into one: the body of {@code mapWithState} (key, new value, state). */
@FunctionalInterface
public interface Function3<
        T1 extends @Nullable Object,
        T2 extends @Nullable Object,
        T3 extends @Nullable Object,
        R extends @Nullable Object>
    extends Serializable {
  R call(T1 first, T2 second, T3 third) throws Exception;
}
