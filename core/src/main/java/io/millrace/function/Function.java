package io.millrace.function;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Turns one value into another: the body of {@code map}, the predicate of {@code filter}. */
@FunctionalInterface
public interface Function<T extends @Nullable Object, R extends @Nullable Object>
    extends Serializable {
  R call(T value) throws Exception;
}
