package io.millrace.benchmarks;

import io.millrace.Tuple2;
import java.util.List;
import java.util.Map;

/** A number that two collections of counts share if they are equal, whatever their order. */
public final class Digest {

  private Digest() {}

  public static long of(Map<?, ? extends Number> counts) {
    long digest = 0;
    for (Map.Entry<?, ? extends Number> entry : counts.entrySet()) {
      digest += mix(entry.getKey(), entry.getValue());
    }
    return digest;
  }

  public static long of(List<? extends Tuple2<?, ? extends Number>> counts) {
    long digest = 0;
    for (Tuple2<?, ? extends Number> entry : counts) {
      digest += mix(entry._1(), entry._2());
    }
    return digest;
  }

  private static long mix(Object key, Number count) {
    long x = (key.hashCode() * 0x9E3779B97F4A7C15L) ^ count.longValue();
    x = (x ^ (x >>> 31)) * 0xBF58476D1CE4E5B9L;
    return x ^ (x >>> 29);
  }
}
