package io.millrace.function;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Makes a value from nothing: the factory that {@code getOrCreate} calls, an initial value. */
@FunctionalInterface
public interface Function0<R extends @Nullable Object> extends Serializable {
  R call() throws Exception;
}
