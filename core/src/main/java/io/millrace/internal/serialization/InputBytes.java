package io.millrace.internal.serialization;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link OutputBytes} wrote. Lengths are checked before anything is allocated. */
final class InputBytes {

  private byte[] array = {};
  private int position;
  private int end;

  /** Begins anew with the first {@code length} bytes of an array. */
  void reset(byte[] bytes, int length) {
    array = bytes;
    position = 0;
    end = length;
  }

  int remaining() {
    return end - position;
  }

  int u8() {
    need(1);
    return array[position++] & 0xFF;
  }

  int varint() {
    int value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      int next = u8();
      value |= (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new MalformedException("a number of more than 32 bits");
  }

  int signed() {
    int value = varint();
    return (value >>> 1) ^ -(value & 1);
  }

  long varlong() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = u8();
      value |= (next & 0x7FL) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new MalformedException("a number of more than 64 bits");
  }

  long signedLong() {
    long value = varlong();
    return (value >>> 1) ^ -(value & 1);
  }

  int fixed16() {
    return (int) fixed(Short.BYTES);
  }

  int fixed32() {
    return (int) fixed(Integer.BYTES);
  }

  long fixed64() {
    return fixed(Long.BYTES);
  }

  private long fixed(int bytes) {
    need(bytes);
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (array[position++] & 0xFFL) << (8 * i);
    }
    return value;
  }

  /** A number of elements that take {@code minBytes} each, at least. */
  int count(int minBytes) {
    int count = varint();
    if (count < 0 || (long) count * minBytes > remaining()) {
      throw new MalformedException(
          Integer.toUnsignedString(count) + " elements in " + remaining() + " bytes");
    }
    return count;
  }

  byte[] bytes() {
    int length = count(1);
    position += length;
    return Arrays.copyOfRange(array, position - length, position);
  }

  String latin1() {
    int length = count(1);
    position += length;
    return new String(array, position - length, length, StandardCharsets.ISO_8859_1);
  }

  String chars() {
    char[] chars = new char[count(1)];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) varint();
    }
    return new String(chars);
  }

  private void need(int bytes) {
    if (bytes > remaining()) {
      throw new MalformedException("it ends within a value");
    }
  }

  /** The bytes contradict themselves. */
  static final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }

    MalformedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
