package io.millrace.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream of values and columns into memory: the version of the format, then item by item
 * what the methods are called for. The stream stands for itself, as each type is described where it
 * first occurs. {@link Decoder} reads the items back in the same order.
 *
 * <p>A method that fails has written nothing, and the encoder can go on. Belongs to one thread.
 * Holds about twice the memory of what was not taken yet.
 *
 * <pre>{@code
 * Encoder out = codecs.encoder();
 * out.writeLongs(keys, count);
 * out.writeValues(values, 0, count);
 * storage.put(name, out.bytes());
 * }</pre>
 */
public final class Encoder implements CodecOutput {

  /** The first byte of each stream. */
  static final int FORMAT_VERSION = 1;

  private final ByteSink bytes = new ByteSink();
  private final ValueWriter values;
  private final ColumnWriter columns;

  Encoder(Codecs codecs) {
    this.values = new ValueWriter(codecs, bytes);
    this.columns = new ColumnWriter(values);
    bytes.u8(FORMAT_VERSION);
  }

  /** Number of bytes that {@link #bytes} has. */
  public int size() {
    return bytes.size();
  }

  /**
   * What was written and not taken. A view, valid until the next call of any method that writes,
   * takes or resets; must not be changed.
   */
  public ByteBuffer bytes() {
    return bytes.view();
  }

  /**
   * Hands over what was written since the last piece; the stream goes on in fresh memory. The
   * pieces one after the other are the stream.
   *
   * @throws IllegalStateException from within a codec
   */
  public ByteBuffer takePiece() {
    requireOutside();
    return bytes.take();
  }

  /**
   * Drops what was not taken and begins a new stream in the same memory.
   *
   * @throws IllegalStateException from within a codec
   */
  public void reset() {
    requireOutside();
    bytes.reset();
    values.reset();
    bytes.u8(FORMAT_VERSION);
  }

  private void requireOutside() {
    if (values.isInside()) {
      throw new IllegalStateException("a value is being written");
    }
  }

  /**
   * Writes a column of numbers in 0 to 8 bytes each, as the range of the numbers demands, and a few
   * bytes more.
   *
   * @param count the first so many values are written
   */
  public void writeLongs(long[] longs, int count) {
    requireRange(0, count, longs.length);
    columns.writeLongs(longs, count);
  }

  /**
   * Writes a column of values, any of which may be null. Takes least time and space if all are of
   * one class, which is {@link Long}, {@link Integer}, {@link Double}, {@link Boolean}, {@link
   * String}, a tuple or a record.
   *
   * @throws io.millrace.NotEncodableException if there is no encoding for one of them
   */
  public void writeValues(@Nullable Object[] column, int from, int count) {
    requireRange(from, count, column.length);
    values.atomically(() -> columns.write(column, from, count));
  }

  private static void requireRange(int from, int count, int length) {
    if (from < 0 || count < 0 || count > length - from) {
      throw new IllegalArgumentException(
          count + " values from place " + from + " of an array of " + length);
    }
  }

  @Override
  public void writeBoolean(boolean value) {
    values.writeBoolean(value);
  }

  @Override
  public void writeByte(int value) {
    values.writeByte(value);
  }

  @Override
  public void writeInt(int value) {
    values.writeInt(value);
  }

  @Override
  public void writeLong(long value) {
    values.writeLong(value);
  }

  @Override
  public void writeFixedLong(long value) {
    values.writeFixedLong(value);
  }

  @Override
  public void writeFloat(float value) {
    values.writeFloat(value);
  }

  @Override
  public void writeDouble(double value) {
    values.writeDouble(value);
  }

  @Override
  public void writeCount(int count) {
    values.writeCount(count);
  }

  @Override
  public void writeString(String text) {
    values.writeString(text);
  }

  @Override
  public void writeBytes(byte[] array) {
    values.writeBytes(array);
  }

  @Override
  public void writeValue(@Nullable Object value) {
    values.atomically(() -> values.writeValue(value));
  }
}
