package io.millrace.internal.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The content of a data file: chunks, each with a checksum. Numbers are big-endian:
 *
 * <pre>
 * header   magic "MRDF" (4), format version 2 (2), kind (2), checksum of the file (4)
 * chunk    length of the content (4), checksum of the chunk (4), content
 * end      -1 (4), checksum of the end (4)
 * </pre>
 *
 * The checksum of the file is the CRC32C of its name, with the checkpoint's id in it, its kind, and
 * the length and CRC32C of each content. It is in the log too, so another file in the place of this
 * one is found by its header, before anything of it is used. The checksum of a chunk is the CRC32C
 * of that checksum, the kind, the chunk's number from 0, its length and the CRC32C of its content;
 * so chunks can't change places, within a file or between two. The end has number of chunks, length
 * -1 and no content.
 *
 * <p>Version 1 has no checksum in the header, and as that of a chunk the CRC32C of kind, number,
 * length and content. It is still read.
 */
public final class ChunkWriter {

  static final int MAGIC = 0x4D524446;
  static final short VERSION = 2;
  static final short OLDEST_VERSION = 1;
  static final int HEADER_BYTES = 12;

  /** What a chunk takes beside its content, and what the end of a file takes. */
  public static final int CHUNK_HEADER_BYTES = 8;

  static final int END = -1;

  private final List<ByteBuffer> contents = new ArrayList<>();
  private final List<Integer> contentChecksums = new ArrayList<>();
  private long numBytes = HEADER_BYTES;
  private final short kind;
  private long checksum;

  /**
   * @param kind says what the chunks contain
   */
  public ChunkWriter(short kind) {
    this.kind = kind;
  }

  /**
   * Adds a chunk.
   *
   * @param content its remaining bytes; not copied, so they must not change any more
   */
  public void add(ByteBuffer content) {
    contents.add(content.slice());
    contentChecksums.add(crc(content));
    numBytes += CHUNK_HEADER_BYTES + (long) content.remaining();
  }

  static int crc(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(content.duplicate());
    return (int) crc.getValue();
  }

  /** Of a chunk in version 1. */
  static int olderChecksum(short kind, int number, int length, ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(10).putShort(kind).putInt(number).putInt(length).flip());
    crc.update(content.duplicate());
    return (int) crc.getValue();
  }

  static int checksum(int ofFile, short kind, int number, int length, int ofContent) {
    return crc(
        ByteBuffer.allocate(18)
            .putInt(ofFile)
            .putShort(kind)
            .putInt(number)
            .putInt(length)
            .putInt(ofContent)
            .flip());
  }

  /** Begins the checksum of a file; {@link #addTo} goes on with it. */
  static CRC32C begin(String name, short kind) {
    CRC32C crc = new CRC32C();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    crc.update(ByteBuffer.allocate(2).putShort(kind).flip());
    return crc;
  }

  static void addTo(CRC32C ofFile, int length, int ofContent) {
    ofFile.update(ByteBuffer.allocate(8).putInt(length).putInt(ofContent).flip());
  }

  /** Bytes so far. */
  public long numBytes() {
    return numBytes;
  }

  /**
   * Ends the file and returns its content. Nothing can be added any more.
   *
   * @param name of the file
   */
  public List<ByteBuffer> finish(String name) {
    CRC32C crc = begin(name, kind);
    for (int i = 0; i < contents.size(); i++) {
      addTo(crc, contents.get(i).remaining(), contentChecksums.get(i));
    }
    checksum = crc.getValue();
    int ofFile = (int) checksum;
    List<ByteBuffer> pieces = new ArrayList<>();
    pieces.add(
        ByteBuffer.allocate(HEADER_BYTES)
            .putInt(MAGIC)
            .putShort(VERSION)
            .putShort(kind)
            .putInt(ofFile)
            .flip());
    for (int i = 0; i < contents.size(); i++) {
      int length = contents.get(i).remaining();
      pieces.add(header(length, checksum(ofFile, kind, i, length, contentChecksums.get(i))));
      pieces.add(contents.get(i));
    }
    pieces.add(header(END, checksum(ofFile, kind, contents.size(), END, 0)));
    numBytes += CHUNK_HEADER_BYTES;
    return List.copyOf(pieces);
  }

  private static ByteBuffer header(int length, int checksum) {
    return ByteBuffer.allocate(CHUNK_HEADER_BYTES).putInt(length).putInt(checksum).flip();
  }

  /** The checksum of the file, once it is finished. */
  public long checksum() {
    return checksum;
  }
}
