package io.millrace.codec;

import org.jspecify.annotations.Nullable;

/**
 * Where values go. What is written by a method is read back by the method of {@link CodecInput}
 * that has the same name at its end; nothing tells them apart but the order. Belongs to one thread.
 */
public interface CodecOutput {

  void writeBoolean(boolean value);

  /** One byte, the lowest of the value. */
  void writeByte(int value);

  /** One to five bytes: one for -64 to 63. */
  void writeInt(int value);

  /** One to ten bytes: one for -64 to 63. */
  void writeLong(long value);

  /** Eight bytes; the shorter form for numbers that are large as a rule, such as hashes. */
  void writeFixedLong(long value);

  /** Four bytes. Any NaN keeps its bits. */
  void writeFloat(float value);

  /** Eight bytes. Any NaN keeps its bits. */
  void writeDouble(double value);

  /**
   * A number of elements that follow, of which each takes a byte at least; one byte up to 127.
   *
   * @throws IllegalArgumentException if it is negative
   */
  void writeCount(int count);

  /** Any text, surrogates that lack their partner included. */
  void writeString(String text);

  /** The length, then the bytes. */
  void writeBytes(byte[] bytes);

  /**
   * Any value that {@link Codecs} can encode, or null, with its type. Values within values are
   * bounded in depth, which also ends what contains itself.
   *
   * @throws io.millrace.NotEncodableException if there is no encoding for it, or for a value in it
   */
  void writeValue(@Nullable Object value);
}
