package io.millrace.function;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Does something with a value: the body of {@code foreach} and {@code foreachRDD}. */
@FunctionalInterface
public interface VoidFunction<T extends @Nullable Object> extends Serializable {
  void call(T value) throws Exception;
}
