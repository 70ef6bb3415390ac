package io.millrace;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Two values, of which a keyed stream takes the first as key. Either may be null.
 *
 * <p>The hash code is {@code 31 * hash(_1) + hash(_2)} with 0 for null.
 */
public record Tuple2<T1 extends @Nullable Object, T2 extends @Nullable Object>(T1 _1, T2 _2)
    implements Serializable {

  // equals, hashCode and toString are written out in each tuple: tuples are the most frequent
  // objects of a program, and the generated methods cost a bootstrap at their first call.

  public static <T1 extends @Nullable Object, T2 extends @Nullable Object> Tuple2<T1, T2> of(
      T1 first, T2 second) {
    return new Tuple2<>(first, second);
  }

  public Tuple2<T2, T1> swap() {
    return new Tuple2<>(_2, _1);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Tuple2<?, ?> that
        && Objects.equals(_1, that._1)
        && Objects.equals(_2, that._2);
  }

  @Override
  public int hashCode() {
    return 31 * Objects.hashCode(_1) + Objects.hashCode(_2);
  }

  /** As Scala writes it: {@code (a,1)}. */
  @Override
  public String toString() {
    return "(" + _1 + "," + _2 + ")";
  }
}
