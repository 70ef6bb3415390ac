package io.millrace.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing array of bytes. Numbers of variable length are LEB128, as in DWARF and Protocol
 * Buffers: seven bits a byte, lowest first; signed ones zigzag. Those of fixed length come lowest
 * byte first.
 */
final class ByteSink {

  static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int INITIAL_CAPACITY = 256;
  private static final int MAX_VARINT = 10;
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 16;
  private static final int LATIN_1_MAX = 0xFF;

  private byte[] array = new byte[INITIAL_CAPACITY];
  private int size;

  /** What was taken before the bytes in the array. */
  private long taken;

  private long freeElements;

  int size() {
    return size;
  }

  /** Position in the stream, of which the first bytes may have been taken. */
  long position() {
    return taken + size;
  }

  /** Begins a new stream in the same memory. */
  void reset() {
    size = 0;
    taken = 0;
    freeElements = 0;
  }

  ByteBuffer view() {
    return ByteBuffer.wrap(array, 0, size);
  }

  ByteBuffer take() {
    ByteBuffer piece = view();
    taken += size;
    array = new byte[INITIAL_CAPACITY];
    size = 0;
    return piece;
  }

  /** Where the stream stands, to be gone back to. */
  Mark mark() {
    return new Mark(size, freeElements);
  }

  /** Takes back everything from the mark on. */
  void backTo(Mark mark) {
    size = mark.size;
    freeElements = mark.freeElements;
  }

  /** A place in the stream. */
  record Mark(int size, long freeElements) {}

  /**
   * Whether {@code count} elements may be written here that take no bytes; see {@link
   * FreeElements}.
   */
  boolean tryFree(int count) {
    if (freeElements + count > FreeElements.allowedAt(position())) {
      return false;
    }
    freeElements += count;
    return true;
  }

  private void ensure(long more) {
    if (size + more > array.length) {
      grow(size + more);
    }
  }

  private void grow(long needed) {
    if (needed > MAX_ARRAY) {
      throw new IllegalStateException(
          "more than 2 GiB in one piece of an encoded stream; take pieces more often");
    }
    array = Arrays.copyOf(array, (int) Math.min(MAX_ARRAY, Math.max(needed, 2L * array.length)));
  }

  void u8(int value) {
    ensure(1);
    array[size++] = (byte) value;
  }

  void varint(long value) {
    ensure(MAX_VARINT);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      array[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[size++] = (byte) rest;
  }

  void signed(long value) {
    varint((value << 1) ^ (value >> 63));
  }

  void fixed16(int value) {
    int at = reserve(Short.BYTES);
    SHORTS.set(array, at, (short) value);
  }

  void fixed32(int value) {
    int at = reserve(Integer.BYTES);
    INTS.set(array, at, value);
  }

  void fixed64(long value) {
    int at = reserve(Long.BYTES);
    LONGS.set(array, at, value);
  }

  /** Overwrites four bytes that were written before. */
  void patch32(int at, int value) {
    INTS.set(array, at, value);
  }

  void raw(byte[] bytes, int from, int length) {
    int at = reserve(length);
    System.arraycopy(bytes, from, array, at, length);
  }

  /** Adds that many bytes of no particular value; returns where they begin. */
  int reserve(long length) {
    ensure(length);
    int at = size;
    size += (int) length;
    return at;
  }

  /**
   * Makes room for that many bytes and {@link Long#BYTES} more, so that the last numbers can be
   * written eight bytes at a time; returns where they begin.
   */
  int reserveAndSpare(long length) {
    ensure(length + Long.BYTES);
    return reserve(length);
  }

  /** Valid until the next write. */
  byte[] array() {
    return array;
  }

  /** A header that tells form and length in bytes, then the characters; see {@link TextForm}. */
  void text(String text) {
    int start = size;
    int length = text.length();
    varint(TextForm.LATIN_1.header(length));
    if (!tryLatin1(text)) {
      size = start;
      wideText(text);
    }
  }

  /** Writes a byte for each character, or nothing if there is one that needs more. */
  boolean tryLatin1(String text) {
    int length = text.length();
    ensure(length);
    byte[] into = array;
    int at = size;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c > LATIN_1_MAX) {
        return false;
      }
      into[at++] = (byte) c;
    }
    size = at;
    return true;
  }

  private void wideText(String text) {
    if (isWellFormed(text)) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      varint(TextForm.UTF_8.header(utf8.length));
      raw(utf8, 0, utf8.length);
    } else {
      long length = 2L * text.length();
      varint(TextForm.UTF_16.header(length));
      int at = reserve(length);
      for (int i = 0; i < text.length(); i++) {
        SHORTS.set(array, at + 2 * i, (short) text.charAt(i));
      }
    }
  }

  /** Whether each surrogate has its partner, without which UTF-8 can't express it. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
