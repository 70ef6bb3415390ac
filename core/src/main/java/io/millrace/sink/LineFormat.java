package io.millrace.sink;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** How a record becomes a line. */
@FunctionalInterface
interface LineFormat<T extends @Nullable Object> extends Serializable {

  /** The line, without its end. */
  String line(T item) throws Exception;
}
