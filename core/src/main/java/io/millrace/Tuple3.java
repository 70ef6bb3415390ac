package io.millrace;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Three values, any of which may be null. */
public record Tuple3<
        T1 extends @Nullable Object, T2 extends @Nullable Object, T3 extends @Nullable Object>(
    T1 _1, T2 _2, T3 _3) implements Serializable {

  public static <
          T1 extends @Nullable Object, T2 extends @Nullable Object, T3 extends @Nullable Object>
      Tuple3<T1, T2, T3> of(T1 first, T2 second, T3 third) {
    return new Tuple3<>(first, second, third);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Tuple3<?, ?, ?> that
        && Objects.equals(_1, that._1)
        && Objects.equals(_2, that._2)
        && Objects.equals(_3, that._3);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Objects.hashCode(_1) + Objects.hashCode(_2)) + Objects.hashCode(_3);
  }

  /** As Scala writes it: {@code (a,1,true)}. */
  @Override
  public String toString() {
    return "(" + _1 + "," + _2 + "," + _3 + ")";
  }
}
