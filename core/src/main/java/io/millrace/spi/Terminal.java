package io.millrace.spi;

import io.millrace.TaskContext;
import io.millrace.function.Function2;
import io.millrace.function.VoidFunction;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a job does with the records of each partition, and so what it returns for it.
 *
 * @param <T> type of the records
 * @param <R> result of one partition
 */
public sealed interface Terminal<T, R> extends Serializable {

  /** All records, in order, in a list that the caller owns. */
  record Collect<T>() implements Terminal<T, List<T>> {}

  /** The number of records. */
  record Count<T>() implements Terminal<T, Long> {}

  /** At most the first {@code count} records; reading stops there. */
  record Take<T>(int count) implements Terminal<T, List<T>> {}

  /** Folds records by one function, the first starts: a list of one value, empty if none. */
  record Reduce<T>(Function2<T, T, T> function) implements Terminal<T, List<T>> {}

  /** Folds records into a value; {@code zero} makes a fresh one for each attempt. */
  record Aggregate<T, A>(Supplier<A> zero, Function2<A, T, A> function) implements Terminal<T, A> {}

  /** Calls a function for each record; the result is how many records there were. */
  record ForEach<T>(VoidFunction<T> function) implements Terminal<T, Long> {}

  /** Runs a function over the partition as a whole. */
  record Iterate<T, R>(Body<T, R> body) implements Terminal<T, R> {}

  /** The body of {@link Iterate}; runs on a task thread. */
  @FunctionalInterface
  interface Body<T, R> extends Serializable {
    R apply(TaskContext context, Iterator<T> records) throws Exception;
  }
}
