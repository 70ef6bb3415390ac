package io.millrace.codec;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where values come from, in the order in which they went into {@link CodecOutput}. Belongs to one
 * thread.
 *
 * <p>All methods throw {@link io.millrace.CorruptionException} if the bytes can't be what was
 * written. No more is allocated than in proportion to the bytes that are there, whatever lengths
 * they claim.
 */
public interface CodecInput {

  boolean readBoolean() throws IOException;

  byte readByte() throws IOException;

  int readInt() throws IOException;

  long readLong() throws IOException;

  long readFixedLong() throws IOException;

  float readFloat() throws IOException;

  double readDouble() throws IOException;

  /** At most the number of bytes that are left, so it is safe to allocate that many elements. */
  int readCount() throws IOException;

  String readString() throws IOException;

  byte[] readBytes() throws IOException;

  /**
   * Lists come back as {@link java.util.ArrayList}, sets as {@link java.util.LinkedHashSet}, maps
   * as {@link java.util.LinkedHashMap}, those with natural order as {@link java.util.TreeSet} and
   * {@link java.util.TreeMap}.
   *
   * @throws SchemaException if the value is of a type that the program does not know, or knows in a
   *     form that the stored one does not fit
   * @throws io.millrace.FormatVersionException if a later version of a {@link Codec} wrote it
   */
  @Nullable Object readValue() throws IOException;
}
