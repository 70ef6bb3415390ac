package io.millrace;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Four values, any of which may be null. */
public record Tuple4<
        T1 extends @Nullable Object,
        T2 extends @Nullable Object,
        T3 extends @Nullable Object,
        T4 extends @Nullable Object>(
    T1 _1, T2 _2, T3 _3, T4 _4) implements Serializable {

  public static <
          T1 extends @Nullable Object,
          T2 extends @Nullable Object,
          T3 extends @Nullable Object,
          T4 extends @Nullable Object>
      Tuple4<T1, T2, T3, T4> of(T1 first, T2 second, T3 third, T4 fourth) {
    return new Tuple4<>(first, second, third, fourth);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Tuple4<?, ?, ?, ?> that
        && Objects.equals(_1, that._1)
        && Objects.equals(_2, that._2)
        && Objects.equals(_3, that._3)
        && Objects.equals(_4, that._4);
  }

  @Override
  public int hashCode() {
    int hash = 31 * Objects.hashCode(_1) + Objects.hashCode(_2);
    return 31 * (31 * hash + Objects.hashCode(_3)) + Objects.hashCode(_4);
  }

  /** As Scala writes it: {@code (a,1,true,null)}. */
  @Override
  public String toString() {
    return "(" + _1 + "," + _2 + "," + _3 + "," + _4 + ")";
  }
}
