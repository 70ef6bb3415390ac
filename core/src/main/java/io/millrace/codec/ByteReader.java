package io.millrace.codec;

import io.millrace.CorruptionException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link ByteSink} wrote. Lengths are checked against the bytes that are there before
 * anything is allocated.
 */
final class ByteReader {

  private static final char REPLACEMENT = '\uFFFD';

  private final String what;
  private final byte[] array;
  private final int start;
  private int position;
  private int end;
  private long freeElements;

  /** Reads the remaining bytes of a buffer and leaves the buffer as it is. */
  ByteReader(String what, ByteBuffer buffer) {
    this.what = what;
    if (buffer.hasArray()) {
      array = buffer.array();
      start = buffer.arrayOffset() + buffer.position();
      end = start + buffer.remaining();
    } else {
      array = new byte[buffer.remaining()];
      buffer.duplicate().get(array);
      start = 0;
      end = array.length;
    }
    position = start;
  }

  String what() {
    return what;
  }

  byte[] array() {
    return array;
  }

  /** Index of the next byte in the array. */
  int index() {
    return position;
  }

  int remaining() {
    return end - position;
  }

  /** Makes the next {@code length} bytes all there is; returns what {@link #widen} needs. */
  int narrow(int length) {
    int before = end;
    end = position + length;
    return before;
  }

  void widen(int before) {
    end = before;
  }

  void skip(int length) {
    position += length;
  }

  CorruptionException corrupt(String problem) {
    return new CorruptionException(place() + problem);
  }

  CorruptionException corrupt(String problem, Throwable cause) {
    return new CorruptionException(place() + problem, cause);
  }

  /** "the log at byte 17 of its encoded values: ", say. */
  String place() {
    return what + ", at byte " + (position - start) + ": ";
  }

  void claimFree(int count) throws CorruptionException {
    freeElements += count;
    if (freeElements > FreeElements.allowedAt(position - start)) {
      throw corrupt(freeElements + " elements that take no bytes, more than are allowed here");
    }
  }

  private void need(long bytes) throws CorruptionException {
    if (bytes > remaining()) {
      throw corrupt("needs " + bytes + " more bytes and " + remaining() + " are left");
    }
  }

  int u8() throws CorruptionException {
    need(1);
    return array[position++] & 0xFF;
  }

  boolean bool() throws CorruptionException {
    int value = u8();
    if (value > 1) {
      throw corrupt("the byte " + value + " in place of a boolean");
    }
    return value == 1;
  }

  long varint() throws CorruptionException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = u8();
      value |= (next & 0x7FL) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw corrupt("a number of more than 64 bits");
  }

  long signed() throws CorruptionException {
    long value = varint();
    return (value >>> 1) ^ -(value & 1);
  }

  int signedInt() throws CorruptionException {
    long value = signed();
    if (value != (int) value) {
      throw corrupt(value + " where a number of 32 bits should be");
    }
    return (int) value;
  }

  /** A number from 0 to {@link Integer#MAX_VALUE}, of what may take no bytes. */
  int unsignedInt() throws CorruptionException {
    long value = varint();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw corrupt(Long.toUnsignedString(value) + " where a count should be");
    }
    return (int) value;
  }

  /** A number of elements that take {@code minBytes} each, at least. */
  int count(int minBytes) throws CorruptionException {
    long count = varint();
    if (count < 0 || count > remaining() / minBytes) {
      throw corrupt(
          Long.toUnsignedString(count) + " elements in the " + remaining() + " bytes left");
    }
    return (int) count;
  }

  int fixed16() throws CorruptionException {
    need(Short.BYTES);
    position += Short.BYTES;
    return (short) ByteSink.SHORTS.get(array, position - Short.BYTES);
  }

  int fixed32() throws CorruptionException {
    need(Integer.BYTES);
    position += Integer.BYTES;
    return (int) ByteSink.INTS.get(array, position - Integer.BYTES);
  }

  long fixed64() throws CorruptionException {
    need(Long.BYTES);
    position += Long.BYTES;
    return (long) ByteSink.LONGS.get(array, position - Long.BYTES);
  }

  byte[] raw(int length) throws CorruptionException {
    need(length);
    position += length;
    return Arrays.copyOfRange(array, position - length, position);
  }

  String text() throws CorruptionException {
    long header = varint();
    int form = TextForm.formOf(header);
    long length = header >>> TextForm.BITS;
    if (!TextForm.isKnown(form)) {
      throw corrupt("a text of the unknown form " + form);
    }
    need(length);
    return text(TextForm.of(form), (int) length);
  }

  /** The next {@code length} bytes, which must be there. */
  String text(TextForm form, int length) throws CorruptionException {
    String text =
        switch (form) {
          case LATIN_1 -> new String(array, position, length, StandardCharsets.ISO_8859_1);
          case UTF_8 -> utf8(length);
          case UTF_16 -> utf16(length);
        };
    position += length;
    return text;
  }

  private String utf8(int length) throws CorruptionException {
    String text = new String(array, position, length, StandardCharsets.UTF_8);
    // What is no UTF-8 was replaced, so only texts with that character need a closer look.
    if (text.indexOf(REPLACEMENT) >= 0) {
      byte[] again = text.getBytes(StandardCharsets.UTF_8);
      if (!Arrays.equals(again, 0, again.length, array, position, position + length)) {
        throw corrupt("a text that is no UTF-8");
      }
    }
    return text;
  }

  private String utf16(int length) throws CorruptionException {
    if (length % 2 != 0) {
      throw corrupt("a text of " + length + " bytes in UTF-16");
    }
    char[] chars = new char[length / 2];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) (short) ByteSink.SHORTS.get(array, position + 2 * i);
    }
    return new String(chars);
  }
}
