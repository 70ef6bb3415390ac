package io.millrace.function;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Turns a value into a number without boxing it: the body of {@code mapToDouble}. */
@FunctionalInterface
public interface DoubleFunction<T extends @Nullable Object> extends Serializable {
  double call(T value) throws Exception;
}
