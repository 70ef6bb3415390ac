package io.millrace.codec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Values of one column, in the order in which they were written. Not for several threads. */
public final class Column {

  private final int count;
  private final long @Nullable [] longs;
  private @Nullable Object @Nullable [] values;

  private Column(int count, long @Nullable [] longs, @Nullable Object @Nullable [] values) {
    this.count = count;
    this.longs = longs;
    this.values = values;
  }

  static Column ofLongs(long[] longs) {
    return new Column(longs.length, longs, null);
  }

  static Column ofValues(@Nullable Object[] values) {
    return new Column(values.length, null, values);
  }

  /** Number of values. */
  public int count() {
    return count;
  }

  /** Whether all values are a {@link Long}, none null, so that {@link #longs} has them. */
  public boolean isLongs() {
    return longs != null;
  }

  /**
   * The values without boxes, as many as {@link #count}. Not a copy.
   *
   * @throws IllegalStateException if they are not longs
   */
  public long[] longs() {
    if (longs == null) {
      throw new IllegalStateException("a column of " + count + " values that are not all longs");
    }
    return longs;
  }

  /** The values of whatever type, as many as {@link #count}, null where null was. Not a copy. */
  public @Nullable Object[] values() {
    if (values == null) {
      values = Arrays.stream(longs()).boxed().toArray();
    }
    return values;
  }
}
