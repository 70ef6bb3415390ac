package io.millrace.rdd;

import io.millrace.Tuple2;
import io.millrace.function.FlatMapFunction;
import io.millrace.spi.plan.ZipNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What operations of whole partitions do with their iterators; nothing is read ahead. */
final class PartitionFunctions {

  private PartitionFunctions() {}

  /** The records of a partition as a list. */
  record Gather<T>() implements FlatMapFunction<Iterator<T>, List<T>> {
    @Override
    public Iterator<List<T>> call(Iterator<T> records) {
      List<T> all = new ArrayList<>();
      records.forEachRemaining(all::add);
      return List.of(all).iterator();
    }
  }

  /** The distinct records of a partition, each when it first comes. */
  record Distinct<T>() implements FlatMapFunction<Iterator<T>, T> {
    @Override
    public Iterator<T> call(Iterator<T> records) {
      return new NotSeen<>(records);
    }
  }

  private static final class NotSeen<T> implements Iterator<T> {

    private final Iterator<T> records;
    private final Set<T> seen = new HashSet<>();
    private @Nullable T next;
    private boolean hasNext;

    NotSeen(Iterator<T> records) {
      this.records = records;
    }

    @Override
    public boolean hasNext() {
      while (!hasNext && records.hasNext()) {
        T candidate = records.next();
        if (seen.add(candidate)) {
          next = candidate;
          hasNext = true;
        }
      }
      return hasNext;
    }

    @Override
    @SuppressWarnings("NullAway") // null only if a record is
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      hasNext = false;
      return next;
    }
  }

  /** Pairs of two partitions, which must be equally long. */
  record Zip<T, U>() implements ZipNode.Zipper<Tuple2<T, U>> {
    @Override
    @SuppressWarnings("unchecked")
    public Iterator<Tuple2<T, U>> zip(List<Iterator<?>> partitions) {
      return new Zipped<>((Iterator<T>) partitions.get(0), (Iterator<U>) partitions.get(1));
    }
  }

  private record Zipped<T, U>(Iterator<T> left, Iterator<U> right)
      implements Iterator<Tuple2<T, U>> {

    @Override
    public boolean hasNext() {
      boolean more = left.hasNext();
      if (more != right.hasNext()) {
        throw new IllegalStateException(
            "zip: partitions have different numbers of records, the "
                + (more ? "second" : "first")
                + " one ended early");
      }
      return more;
    }

    @Override
    public Tuple2<T, U> next() {
      return new Tuple2<>(left.next(), right.next());
    }
  }

  /** Each record with a number, from {@code start} in steps of {@code step}. */
  static final class Numbered<T> implements Iterator<Tuple2<T, Long>> {

    private final Iterator<T> records;
    private final long step;
    private long next;

    Numbered(Iterator<T> records, long start, long step) {
      this.records = records;
      this.next = start;
      this.step = step;
    }

    @Override
    public boolean hasNext() {
      return records.hasNext();
    }

    @Override
    public Tuple2<T, Long> next() {
      Tuple2<T, Long> pair = new Tuple2<>(records.next(), next);
      next += step;
      return pair;
    }
  }
}
