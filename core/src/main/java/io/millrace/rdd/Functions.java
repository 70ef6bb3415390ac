package io.millrace.rdd;

import io.millrace.JobFailedException;
import io.millrace.Tuple2;
import io.millrace.function.DoubleFlatMapFunction;
import io.millrace.function.FlatMapFunction;
import io.millrace.function.Function;
import io.millrace.function.Function2;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The functions that operations bring along themselves; each a class of its own, for profiles. */
final class Functions {

  private Functions() {}

  /** {@code (k, v)} becomes {@code k}. */
  record KeyOf<K, V>() implements Function<Tuple2<K, V>, K> {
    @Override
    public K call(Tuple2<K, V> pair) {
      return pair._1();
    }
  }

  /** {@code (k, v)} becomes {@code v}. */
  record ValueOf<K, V>() implements Function<Tuple2<K, V>, V> {
    @Override
    public V call(Tuple2<K, V> pair) {
      return pair._2();
    }
  }

  record One<T>() implements Function<T, Long> {
    @Override
    public Long call(T ignored) {
      return 1L;
    }
  }

  record Sum() implements Function2<Long, Long, Long> {
    @Override
    public Long call(Long a, Long b) {
      return a + b;
    }
  }

  /** Adds a number to a sum of its own, so that a partition makes one object. */
  record AddToSum() implements Function2<double[], Double, double[]> {
    @Override
    public double[] call(double[] sum, Double number) {
      sum[0] += number;
      return sum;
    }
  }

  record AddToStats() implements Function2<StatCounter, Double, StatCounter> {
    @Override
    public StatCounter call(StatCounter stats, Double number) {
      return stats.merge(number);
    }
  }

  /** The numbers that a user's function makes of a record. */
  record Numbers<T>(DoubleFlatMapFunction<T> function) implements FlatMapFunction<T, Double> {
    @Override
    public Iterator<Double> call(T record) throws Exception {
      return function.call(record);
    }
  }

  record First<T extends @Nullable Object>() implements Function2<T, T, T> {
    @Override
    public T call(T first, T second) {
      return first;
    }
  }

  /** The greatest by an order; of equal ones the first. */
  record Greatest<T>(Comparator<? super T> order) implements Function2<T, T, T> {
    @Override
    public T call(T a, T b) {
      return order.compare(a, b) >= 0 ? a : b;
    }
  }

  /** The least by an order; of equal ones the first. */
  record Least<T>(Comparator<? super T> order) implements Function2<T, T, T> {
    @Override
    public T call(T a, T b) {
      return order.compare(a, b) <= 0 ? a : b;
    }
  }

  /** The values of the first of two groups, if the second is empty. */
  record OnlyInFirst<V>() implements FlatMapFunction<List<List<Object>>, V> {
    @Override
    @SuppressWarnings("unchecked")
    public Iterator<V> call(List<List<Object>> groups) {
      return groups.get(1).isEmpty()
          ? ((List<V>) groups.get(0)).iterator()
          : Collections.emptyIterator();
    }
  }

  /** A single value if both groups have some. */
  record InBoth() implements FlatMapFunction<List<List<Object>>, Boolean> {
    @Override
    public Iterator<Boolean> call(List<List<Object>> groups) {
      return groups.get(0).isEmpty() || groups.get(1).isEmpty()
          ? Collections.emptyIterator()
          : Collections.singleton(true).iterator();
    }
  }

  /** Calls a user's function on the driver, where results of partitions are joined. */
  static <A, B, C> C call(String action, Function2<A, B, C> function, A first, B second) {
    try {
      return function.call(first, second);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new JobFailedException(
          action + ": the function failed while results of partitions were joined: " + e, e);
    }
  }
}
