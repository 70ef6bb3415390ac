package io.millrace.internal.checkpoint;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The content of a data file: chunks, each with a checksum. Numbers are big-endian:
 *
 * <pre>
 * header   magic "MRDF" (4), format version 1 (2), kind (2)
 * chunk    length of the content (4), CRC32C of kind, number, length and content (4), content
 * end      -1 (4), CRC32C of kind, number of chunks and -1 (4)
 * </pre>
 *
 * The kind is 2 bytes there too. A chunk's number, from 0, takes 4 and is part of its checksum
 * only, so that chunks can't change places.
 */
public final class ChunkWriter {

  static final int MAGIC = 0x4D524446;
  static final short VERSION = 1;
  static final int HEADER_BYTES = 8;

  /** What a chunk takes beside its content, and what the end of a file takes. */
  public static final int CHUNK_HEADER_BYTES = 8;

  static final int END = -1;

  private final List<ByteBuffer> pieces = new ArrayList<>();
  private long numBytes = HEADER_BYTES;
  private final short kind;
  private int numChunks;

  /**
   * @param kind says what the chunks contain
   */
  public ChunkWriter(short kind) {
    this.kind = kind;
    pieces.add(
        ByteBuffer.allocate(HEADER_BYTES).putInt(MAGIC).putShort(VERSION).putShort(kind).flip());
  }

  /**
   * Adds a chunk.
   *
   * @param content its remaining bytes; not copied, so they must not change any more
   */
  public void add(ByteBuffer content) {
    int length = content.remaining();
    pieces.add(
        ByteBuffer.allocate(CHUNK_HEADER_BYTES)
            .putInt(length)
            .putInt(checksum(kind, numChunks++, length, content))
            .flip());
    pieces.add(content.slice());
    numBytes += CHUNK_HEADER_BYTES + (long) length;
  }

  static int checksum(short kind, int number, int length, ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(10).putShort(kind).putInt(number).putInt(length).flip());
    crc.update(content.duplicate());
    return (int) crc.getValue();
  }

  /** Bytes so far. */
  public long numBytes() {
    return numBytes;
  }

  /** Ends the file and returns its content. Nothing can be added any more. */
  public List<ByteBuffer> finish() {
    pieces.add(
        ByteBuffer.allocate(CHUNK_HEADER_BYTES)
            .putInt(END)
            .putInt(checksum(kind, numChunks, END, ByteBuffer.allocate(0)))
            .flip());
    numBytes += CHUNK_HEADER_BYTES;
    return List.copyOf(pieces);
  }
}
