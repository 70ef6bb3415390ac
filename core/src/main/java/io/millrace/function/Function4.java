package io.millrace.function;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Turns four values into one: the body of {@code mapWithState} that also wants the batch time. */
@FunctionalInterface
public interface Function4<
        T1 extends @Nullable Object,
        T2 extends @Nullable Object,
        T3 extends @Nullable Object,
        T4 extends @Nullable Object,
        R extends @Nullable Object>
    extends Serializable {
  R call(T1 first, T2 second, T3 third, T4 fourth) throws Exception;
}
