package io.millrace.stream;

import io.millrace.Tuple2;
import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.function.PairFunction;
import java.util.List;

/** The functions that stream operations bring along themselves. */
final class StreamFunctions {

  private StreamFunctions() {}

  /** All under one key, each with its 1. */
  static <T> PairFunction<T, Integer, Long> countedTogether() {
    return record -> new Tuple2<>(0, 1L);
  }

  /** What {@link #countedTogether} makes of nothing. */
  static List<Tuple2<Integer, Long>> zero() {
    return List.of(new Tuple2<>(0, 0L));
  }

  /** Each under itself, with its 1. */
  static <T> PairFunction<T, T, Long> countedApart() {
    return record -> new Tuple2<>(record, 1L);
  }

  /** All under one key. */
  static <T> PairFunction<T, Integer, T> keyedTogether() {
    return record -> new Tuple2<>(0, record);
  }

  static Function2<Long, Long, Long> sum() {
    return Long::sum;
  }

  static Function2<Long, Long, Long> difference() {
    return (total, part) -> total - part;
  }

  static <K> Function<Tuple2<K, Long>, Boolean> isNotZero() {
    return pair -> pair._2() != 0;
  }
}
