package io.millrace.codec;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the items of a stream that an {@link Encoder} wrote, in the order of writing. Makes objects
 * of the classes alone that are built in or that the program has registered.
 *
 * <p>Each method throws, whatever the bytes are, nothing but {@link CorruptionException} with the
 * place in the stream, {@link FormatVersionException}, or {@link SchemaException} if the bytes and
 * the program's types do not fit. Memory is taken in proportion to the bytes that are there. After
 * a failure nothing more can be read. Belongs to one thread.
 */
public final class Decoder implements CodecInput {

  private final ByteReader bytes;
  private final ValueReader values;
  private final ColumnReader columns;

  Decoder(Codecs codecs, ByteBuffer buffer, String what) throws IOException {
    this.bytes = new ByteReader(what, buffer);
    this.values = new ValueReader(codecs, bytes);
    this.columns = new ColumnReader(values);
    int version = bytes.u8();
    if (version != Encoder.FORMAT_VERSION) {
      throw new FormatVersionException(
          what, version, Encoder.FORMAT_VERSION, Encoder.FORMAT_VERSION);
    }
  }

  /** Whether there is another item. */
  public boolean hasRemaining() {
    return bytes.remaining() > 0;
  }

  /**
   * Call after the last item.
   *
   * @throws CorruptionException if there are more bytes
   */
  public void requireEnd() throws CorruptionException {
    if (hasRemaining()) {
      throw bytes.corrupt(bytes.remaining() + " bytes more than expected");
    }
  }

  /** Reads what {@link Encoder#writeLongs} or {@link Encoder#writeValues} wrote. */
  public Column readColumn() throws IOException {
    return guarded(columns::read);
  }

  @Override
  public @Nullable Object readValue() throws IOException {
    return guarded(values::read);
  }

  /** Reads something. */
  @FunctionalInterface
  private interface Read<T> {
    T read() throws IOException;
  }

  /** JDK classes refuse bad values by all kinds of exceptions, as do the users' own. */
  private <T> T guarded(Read<T> read) throws IOException {
    try {
      return read.read();
    } catch (RuntimeException e) {
      throw bytes.corrupt("no value can be made of the bytes: " + e, e);
    }
  }

  @Override
  public boolean readBoolean() throws IOException {
    return values.readBoolean();
  }

  @Override
  public byte readByte() throws IOException {
    return values.readByte();
  }

  @Override
  public int readInt() throws IOException {
    return values.readInt();
  }

  @Override
  public long readLong() throws IOException {
    return values.readLong();
  }

  @Override
  public long readFixedLong() throws IOException {
    return values.readFixedLong();
  }

  @Override
  public float readFloat() throws IOException {
    return values.readFloat();
  }

  @Override
  public double readDouble() throws IOException {
    return values.readDouble();
  }

  @Override
  public int readCount() throws IOException {
    return values.readCount();
  }

  @Override
  public String readString() throws IOException {
    return values.readString();
  }

  @Override
  public byte[] readBytes() throws IOException {
    return values.readBytes();
  }
}
