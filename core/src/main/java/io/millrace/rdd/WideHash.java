package io.millrace.rdd;

import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.Tuple4;
import io.millrace.spi.StableHash;
import java.math.BigInteger;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A hash of 64 well mixed bits that is the same in every JVM; equal values have equal hashes.
 *
 * <p>Strings, numbers, UUIDs, and tuples and lists of such are hashed to the full width. What else
 * {@link StableHash} takes is hashed by that, to 32 bits, and then mixed: some 100 million
 * different ones are the most that are told apart well.
 */
final class WideHash {

  /** Of the 64-bit variant of FNV, by Fowler, Noll and Vo. */
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;

  private static final long FNV_PRIME = 0x100000001B3L;

  private WideHash() {}

  /**
   * The hash of a value, which may be null.
   *
   * @throws IllegalArgumentException if the value has no stable hash, as arrays have none
   */
  static long of(@Nullable Object value) {
    return mix(raw(value));
  }

  private static long raw(@Nullable Object value) {
    if (value instanceof String text) {
      return ofText(text);
    } else if (value instanceof Long number) {
      return number;
    } else if (value instanceof Double number) {
      return Double.doubleToLongBits(number);
    } else if (value instanceof UUID uuid) {
      return append(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    } else if (value instanceof BigInteger number) {
      return ofBytes(number.toByteArray());
    } else if (value instanceof Tuple2<?, ?> tuple) {
      return append(of(tuple._1()), of(tuple._2()));
    } else if (value instanceof Tuple3<?, ?, ?> tuple) {
      return append(append(of(tuple._1()), of(tuple._2())), of(tuple._3()));
    } else if (value instanceof Tuple4<?, ?, ?, ?> tuple) {
      long firstThree = append(append(of(tuple._1()), of(tuple._2())), of(tuple._3()));
      return append(firstThree, of(tuple._4()));
    } else if (value instanceof List<?> list) {
      long hash = list.size();
      for (Object element : list) {
        hash = append(hash, of(element));
      }
      return hash;
    }
    return StableHash.of(value);
  }

  private static long ofText(String text) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }

  private static long ofBytes(byte[] bytes) {
    long hash = FNV_OFFSET;
    for (byte b : bytes) {
      hash = (hash ^ b) * FNV_PRIME;
    }
    return hash;
  }

  private static long append(long hash, long next) {
    return mix(hash + 0x9E3779B97F4A7C15L) ^ next;
  }

  /** The finalizer of SplitMix64: variant 13 of D. Stafford's mixers. */
  private static long mix(long bits) {
    long mixed = bits + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
