package io.millrace.internal.serialization;

import java.util.Arrays;

/**
 * A growing array of bytes with numbers in LEB128, the variable-length form of DWARF and Protocol
 * Buffers: seven bits a byte, lowest first; signed numbers zigzag.
 */
final class OutputBytes {

  private static final int MAX_VARINT = 5;
  private static final int MAX_VARLONG = 10;
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 16;
  private static final int LATIN_1_MAX = 0xFF;

  private byte[] array;
  private int size;

  OutputBytes(int capacity) {
    this.array = new byte[capacity];
  }

  byte[] array() {
    return array;
  }

  int size() {
    return size;
  }

  /** Takes back all bytes from {@code newSize} on. */
  void truncate(int newSize) {
    size = newSize;
  }

  private void ensure(long more) {
    long needed = size + more;
    if (needed > array.length) {
      if (needed > MAX_ARRAY) {
        throw new TooLargeException();
      }
      array = Arrays.copyOf(array, (int) Math.min(MAX_ARRAY, Math.max(needed, 2L * array.length)));
    }
  }

  void u8(int value) {
    ensure(1);
    array[size++] = (byte) value;
  }

  /** A number that is not negative, or any whose bits are wanted as they are. */
  void varint(int value) {
    ensure(MAX_VARINT);
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      array[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[size++] = (byte) rest;
  }

  void signed(int value) {
    varint((value << 1) ^ (value >> 31));
  }

  void varlong(long value) {
    ensure(MAX_VARLONG);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      array[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[size++] = (byte) rest;
  }

  void signed(long value) {
    varlong((value << 1) ^ (value >> 63));
  }

  void fixed16(int value) {
    ensure(Short.BYTES);
    put(value, Short.BYTES);
  }

  void fixed32(int value) {
    ensure(Integer.BYTES);
    put(value, Integer.BYTES);
  }

  void fixed64(long value) {
    ensure(Long.BYTES);
    put(value, Long.BYTES);
  }

  private void put(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      array[size++] = (byte) (value >>> (8 * i));
    }
  }

  /** The length, then the bytes. */
  void bytes(byte[] bytes) {
    varint(bytes.length);
    ensure(bytes.length);
    System.arraycopy(bytes, 0, array, size, bytes.length);
    size += bytes.length;
  }

  /** Writes a text of Latin-1 characters, a byte each; returns false, writing none, otherwise. */
  boolean tryLatin1(String text) {
    int start = size;
    int length = text.length();
    varint(length);
    ensure(length);
    byte[] into = array;
    int at = size;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c > LATIN_1_MAX) {
        size = start;
        return false;
      }
      into[at++] = (byte) c;
    }
    size = at;
    return true;
  }

  /** Any text, surrogates without their partner included: one varint for each char. */
  void chars(String text) {
    varint(text.length());
    for (int i = 0; i < text.length(); i++) {
      varint(text.charAt(i));
    }
  }

  /** More than an array can hold. */
  static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLargeException() {
      super("it takes more than " + MAX_ARRAY + " bytes");
    }
  }
}
