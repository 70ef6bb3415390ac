package io.millrace.codec;

import io.millrace.CorruptionException;
import java.util.Arrays;

/**
 * Whole numbers as their distance from the least of them, each in the number of bytes that the
 * greatest distance takes, as in Goldstein, Ramakrishnan and Shaft, "Compressing Relations and
 * Indexes" (1998). Whole bytes where that paper has bits: somewhat longer, and simpler to write and
 * read at the speed of memory.
 *
 * <pre>
 *   least     signed varint
 *   width     1 byte, 0 to 8
 *   distance  width bytes each, lowest first; unsigned
 * </pre>
 */
final class FrameOfReference {

  private FrameOfReference() {}

  /** Writes the first {@code count} values. */
  static void write(long[] values, int count, ByteSink out) {
    long least = count == 0 ? 0 : values[0];
    long greatest = least;
    for (int i = 1; i < count; i++) {
      least = Math.min(least, values[i]);
      greatest = Math.max(greatest, values[i]);
    }
    out.signed(least);
    // The distance, taken as unsigned, is right even where the subtraction overflows.
    int width = (Long.SIZE - Long.numberOfLeadingZeros(greatest - least) + 7) / Byte.SIZE;
    if (width == 0 && !out.tryFree(count)) {
      width = 1;
    }
    out.u8(width);
    int at = out.reserveAndSpare((long) count * width);
    put(values, count, least, width, out.array(), at);
  }

  private static void put(long[] values, int count, long least, int width, byte[] into, int start) {
    switch (width) {
      case 0 -> {}
      case 1 -> {
        for (int i = 0; i < count; i++) {
          into[start + i] = (byte) (values[i] - least);
        }
      }
      case 2 -> {
        for (int i = 0; i < count; i++) {
          ByteSink.SHORTS.set(into, start + 2 * i, (short) (values[i] - least));
        }
      }
      case 4 -> {
        for (int i = 0; i < count; i++) {
          ByteSink.INTS.set(into, start + 4 * i, (int) (values[i] - least));
        }
      }
      default -> {
        // Always eight bytes, of which the next number overwrites those that are too many.
        for (int i = 0, at = start; i < count; i++, at += width) {
          ByteSink.LONGS.set(into, at, values[i] - least);
        }
      }
    }
  }

  static long[] read(int count, ByteReader in) throws CorruptionException {
    long least = in.signed();
    int width = in.u8();
    if (width > Long.BYTES) {
      throw in.corrupt("numbers of " + width + " bytes");
    }
    if (width == 0) {
      in.claimFree(count);
    } else if (count > in.remaining() / width) {
      throw in.corrupt(
          count + " numbers of " + width + " bytes in the " + in.remaining() + " bytes left");
    }
    long[] values = new long[count];
    take(values, least, width, in.array(), in.index());
    in.skip(count * width);
    return values;
  }

  private static void take(long[] values, long least, int width, byte[] from, int start) {
    int count = values.length;
    switch (width) {
      case 0 -> Arrays.fill(values, least);
      case 1 -> {
        for (int i = 0; i < count; i++) {
          values[i] = least + (from[start + i] & 0xFFL);
        }
      }
      case 2 -> {
        for (int i = 0; i < count; i++) {
          values[i] = least + ((short) ByteSink.SHORTS.get(from, start + 2 * i) & 0xFFFFL);
        }
      }
      case 4 -> {
        for (int i = 0; i < count; i++) {
          values[i] = least + ((int) ByteSink.INTS.get(from, start + 4 * i) & 0xFFFF_FFFFL);
        }
      }
      default -> takeOdd(values, least, width, from, start);
    }
  }

  private static void takeOdd(long[] values, long least, int width, byte[] from, int start) {
    long mask = -1L >>> (Long.SIZE - width * Byte.SIZE);
    int lastAt = from.length - Long.BYTES;
    for (int i = 0, at = start; i < values.length; i++, at += width) {
      long distance =
          at <= lastAt ? (long) ByteSink.LONGS.get(from, at) & mask : byBytes(from, at, width);
      values[i] = least + distance;
    }
  }

  /** At the end of the array, where there are no eight bytes to read at once. */
  private static long byBytes(byte[] from, int at, int width) {
    long value = 0;
    for (int i = 0; i < width; i++) {
      value |= (from[at + i] & 0xFFL) << (i * Byte.SIZE);
    }
    return value;
  }
}
