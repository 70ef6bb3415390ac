package io.millrace.internal.checkpoint;

import io.millrace.codec.Encoder;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes the rows of one partition into data files: chunks of rows, each a stream of the codecs
 * with one column. Begins a new file when one has {@value #ROLL_BYTES} bytes, so no more than that
 * is held in memory. Used by one thread.
 */
public final class RowFileWriter {

  /** The kind of file, see {@link ChunkWriter}. */
  static final short KIND = 1;

  private static final int ROLL_BYTES = 4 << 20;
  private static final int CHUNK_ROWS = 1024;

  private final StatePlace place;
  private final String prefix;
  private final int partition;
  private final int numPartitions;
  private final Encoder encoder;
  private final Object[] rows = new Object[CHUNK_ROWS];
  private final List<StateFile> files = new ArrayList<>();
  private ChunkWriter chunks = new ChunkWriter(KIND);
  private int numBuffered;
  private long numInFile;

  /**
   * @param prefix of the names of files, not used before
   */
  public RowFileWriter(StatePlace place, String prefix, int partition, int numPartitions) {
    this.place = place;
    this.prefix = prefix;
    this.partition = partition;
    this.numPartitions = numPartitions;
    this.encoder = place.codecs().encoder();
  }

  /**
   * Adds a row.
   *
   * @throws io.millrace.NotEncodableException if it has no codec; possibly for a row before it
   */
  public void write(Object row) throws RowsNotStoredException {
    rows[numBuffered++] = row;
    if (numBuffered == CHUNK_ROWS) {
      endChunk();
      if (chunks.numBytes() >= ROLL_BYTES) {
        files.add(store());
      }
    }
  }

  private void endChunk() {
    encoder.writeValues(rows, 0, numBuffered);
    chunks.add(encoder.takePiece());
    encoder.reset();
    numInFile += numBuffered;
    numBuffered = 0;
  }

  private StateFile store() throws RowsNotStoredException {
    String name = prefix + "-" + files.size();
    List<ByteBuffer> content = chunks.finish(name);
    try {
      if (!place.storage().putIfAbsent(name, content)) {
        throw new IOException(name + " is there already in " + place.storage().location());
      }
    } catch (IOException e) {
      throw new RowsNotStoredException(e);
    }
    return file(name, Optional.empty());
  }

  private StateFile file(String name, Optional<byte[]> inline) {
    StateFile file =
        new StateFile(
            name,
            inline,
            chunks.numBytes(),
            numInFile,
            partition,
            numPartitions,
            false,
            chunks.checksum());
    chunks = new ChunkWriter(KIND);
    numInFile = 0;
    return file;
  }

  /**
   * Ends the last file.
   *
   * @param maxInlineBytes a last file up to this size is left inline instead of being stored
   * @return all files, in order; none if there were no rows
   */
  public List<StateFile> finish(int maxInlineBytes) throws RowsNotStoredException {
    if (numBuffered > 0) {
      endChunk();
    }
    if (numInFile > 0) {
      if (chunks.numBytes() + ChunkWriter.CHUNK_HEADER_BYTES <= maxInlineBytes) {
        String name = prefix + "-" + files.size();
        List<ByteBuffer> content = chunks.finish(name);
        ByteBuffer joined = ByteBuffer.allocate((int) chunks.numBytes());
        content.forEach(piece -> joined.put(piece.duplicate()));
        files.add(file(name, Optional.of(joined.array())));
      } else {
        files.add(store());
      }
    }
    return List.copyOf(files);
  }
}
