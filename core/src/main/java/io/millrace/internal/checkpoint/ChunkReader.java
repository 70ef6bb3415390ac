package io.millrace.internal.checkpoint;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.state.StateFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a {@link ChunkWriter} has written, chunk by chunk, and checks each. Reads ahead no
 * more than a bounded piece of the file.
 */
public final class ChunkReader {

  private static final int OLDER_HEADER_BYTES = 8;
  private static final int READ_BYTES = 1 << 20;

  private final CheckpointStorage storage;
  private final StateFile file;
  private final short kind;
  private final short version;
  private final int ofFile;
  private final CRC32C found;
  private ByteBuffer buffer;

  /** Where in the file the bytes after the buffer are. */
  private long offset;

  private int numChunks;
  private boolean isEnded;

  /**
   * Opens a file.
   *
   * @throws CorruptionException if it is missing, cut short or damaged
   * @throws FormatVersionException if it is of a version that this build does not read
   */
  public ChunkReader(CheckpointStorage storage, StateFile file) throws IOException {
    this(storage, file, false);
  }

  /**
   * As {@link #ChunkReader(CheckpointStorage, StateFile)}.
   *
   * @param isUnmentioned whether no log says what the file's checksum is
   */
  ChunkReader(CheckpointStorage storage, StateFile file, boolean isUnmentioned) throws IOException {
    this.storage = storage;
    this.file = file;
    this.buffer = ByteBuffer.wrap(file.inline().orElse(new byte[0]));
    this.offset = buffer.remaining();
    if (file.inline().isPresent() && offset != file.numBytes()) {
      throw damaged("it has " + offset + " bytes and should have " + file.numBytes(), null);
    }
    require(OLDER_HEADER_BYTES);
    if (buffer.getInt() != ChunkWriter.MAGIC) {
      throw damaged("it does not begin as a data file does", null);
    }
    this.version = buffer.getShort();
    if (version < ChunkWriter.OLDEST_VERSION || version > ChunkWriter.VERSION) {
      throw new FormatVersionException(
          name(), version, ChunkWriter.OLDEST_VERSION, ChunkWriter.VERSION);
    }
    this.kind = buffer.getShort();
    this.ofFile = isOlder() ? 0 : checksumOfFile();
    this.found = ChunkWriter.begin(file.name(), kind);
    boolean isExpected =
        file.checksum() == StateFile.NO_CHECKSUM
            ? isOlder() || isUnmentioned
            : !isOlder() && file.checksum() == Integer.toUnsignedLong(ofFile);
    if (!isExpected) {
      throw damaged("it is another file than the one that the log names", null);
    }
  }

  private boolean isOlder() {
    return version < ChunkWriter.VERSION;
  }

  private int checksumOfFile() throws IOException {
    require(Integer.BYTES);
    return buffer.getInt();
  }

  private String name() {
    return file.name() + " in " + storage.location();
  }

  private CorruptionException damaged(String why, @Nullable Throwable cause) {
    String message = name() + " is damaged: " + why + ". Restore the directory from a backup";
    return cause == null
        ? new CorruptionException(message)
        : new CorruptionException(message, cause);
  }

  /** What the writer was given. */
  public short kind() {
    return kind;
  }

  /** The next chunk, or empty after the last, then and at each later call. */
  public Optional<ByteBuffer> next() throws IOException {
    if (isEnded) {
      return Optional.empty();
    }
    require(ChunkWriter.CHUNK_HEADER_BYTES);
    int length = buffer.getInt();
    int checksum = buffer.getInt();
    if (length == ChunkWriter.END) {
      check(checksum, ChunkWriter.END, ByteBuffer.allocate(0));
      if (!isOlder() && (int) found.getValue() != ofFile) {
        throw damaged("its chunks are not those of its header", null);
      }
      if (buffer.hasRemaining() || offset < file.numBytes()) {
        throw damaged("bytes follow its end", null);
      }
      isEnded = true;
      return Optional.empty();
    }
    if (length < 0 || length > file.numBytes()) {
      throw damaged("a chunk claims " + length + " bytes", null);
    }
    require(length);
    ByteBuffer content = buffer.slice().limit(length);
    buffer.position(buffer.position() + length);
    check(checksum, length, content);
    numChunks++;
    return Optional.of(content);
  }

  private void check(int checksum, int length, ByteBuffer content) throws CorruptionException {
    if (checksum != expected(length, content)) {
      throw damaged("the checksum of chunk " + numChunks + " does not fit", null);
    }
  }

  private int expected(int length, ByteBuffer content) {
    if (isOlder()) {
      return ChunkWriter.olderChecksum(kind, numChunks, length, content);
    }
    int ofContent = length == ChunkWriter.END ? 0 : ChunkWriter.crc(content);
    if (length != ChunkWriter.END) {
      ChunkWriter.addTo(found, length, ofContent);
    }
    return ChunkWriter.checksum(ofFile, kind, numChunks, length, ofContent);
  }

  /** Makes sure that this many bytes are in the buffer. */
  private void require(int count) throws IOException {
    int missing = count - buffer.remaining();
    if (missing <= 0) {
      return;
    }
    long left = file.numBytes() - offset;
    if (missing > left) {
      throw damaged("it ends after " + file.numBytes() + " bytes, within a chunk", null);
    }
    byte[] read = read((int) Math.min(left, Math.max(missing, READ_BYTES)));
    ByteBuffer joined = ByteBuffer.allocate(buffer.remaining() + read.length);
    buffer = joined.put(buffer).put(read).flip();
    offset += read.length;
  }

  private byte[] read(int length) throws IOException {
    try {
      return storage.read(file.name(), offset, length);
    } catch (NoSuchFileException e) {
      throw damaged("it is missing", e);
    } catch (EOFException e) {
      throw damaged("it is shorter than the " + file.numBytes() + " bytes it should have", e);
    }
  }
}
