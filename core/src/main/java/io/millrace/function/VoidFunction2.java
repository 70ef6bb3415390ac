package io.millrace.function;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Does something with two values: the body of {@code foreachRDD} that also wants the batch time.
 */
@FunctionalInterface
public interface VoidFunction2<T1 extends @Nullable Object, T2 extends @Nullable Object>
    extends Serializable {
  void call(T1 first, T2 second) throws Exception;
}
