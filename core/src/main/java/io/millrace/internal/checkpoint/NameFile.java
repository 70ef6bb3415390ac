package io.millrace.internal.checkpoint;

import io.millrace.CorruptionException;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.NameList;
import io.millrace.spi.state.StateFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A data file of names that came to a set or left it: a run of a log-structured merge tree. Its
 * chunks have up to {@value #CHUNK_NAMES} names each:
 *
 * <pre>
 * chunk   whether the names are in the set (1), or were and are not any more (0), a {@link NameList}
 * </pre>
 */
final class NameFile {

  /** The kind of file, see {@link ChunkWriter}. */
  static final short KIND = 3;

  private static final int CHUNK_NAMES = 4096;

  private final ChunkWriter chunks = new ChunkWriter(KIND);
  private final long numNames;
  private final boolean isBase;

  /**
   * Encodes names.
   *
   * @param names with whether they are in the set
   * @param isBase whether nothing written before counts
   */
  NameFile(Map<String, Boolean> names, boolean isBase) {
    this.numNames = names.size();
    this.isBase = isBase;
    TreeMap<String, Boolean> sorted = new TreeMap<>(names);
    for (boolean isThere : new boolean[] {true, false}) {
      List<String> chunk = new ArrayList<>();
      for (Map.Entry<String, Boolean> name : sorted.entrySet()) {
        if (name.getValue() == isThere) {
          chunk.add(name.getKey());
          if (chunk.size() == CHUNK_NAMES) {
            add(chunk, isThere);
            chunk.clear();
          }
        }
      }
      if (!chunk.isEmpty()) {
        add(chunk, isThere);
      }
    }
  }

  private void add(List<String> names, boolean isThere) {
    byte[] list = NameList.encode(names);
    chunks.add(ByteBuffer.allocate(1 + list.length).put((byte) (isThere ? 1 : 0)).put(list).flip());
  }

  /** Whether it has no names. */
  boolean isEmpty() {
    return numNames == 0;
  }

  /** Size of the file. */
  long numBytes() {
    return chunks.numBytes() + ChunkWriter.CHUNK_HEADER_BYTES;
  }

  /**
   * Ends the file as a part of the log.
   *
   * @param name what it would be called
   */
  StateFile inline(String name) {
    ByteBuffer joined = ByteBuffer.allocate((int) numBytes());
    chunks.finish(name).forEach(piece -> joined.put(piece.duplicate()));
    return file(name, Optional.of(joined.array()));
  }

  /**
   * Ends the file and stores it.
   *
   * @param name of the object, not used before
   */
  StateFile store(CheckpointStorage storage, String name) throws IOException {
    if (!storage.putIfAbsent(name, chunks.finish(name))) {
      throw new IOException(name + " is there already in " + storage.location());
    }
    return file(name, Optional.empty());
  }

  private StateFile file(String name, Optional<byte[]> inline) {
    return new StateFile(
        name, inline, chunks.numBytes(), numNames, 0, 1, isBase, chunks.checksum());
  }

  /** Takes names. */
  @FunctionalInterface
  interface Taker {
    void take(String name, boolean isThere);
  }

  /**
   * Reads a file through.
   *
   * @throws CorruptionException if it is damaged, or something else than names
   */
  static void read(CheckpointStorage storage, StateFile file, Taker taker) throws IOException {
    ChunkReader chunks = new ChunkReader(storage, file);
    if (chunks.kind() != KIND) {
      throw new CorruptionException(file.name() + " does not contain names");
    }
    for (Optional<ByteBuffer> chunk = chunks.next(); chunk.isPresent(); chunk = chunks.next()) {
      read(file.name(), chunk.get(), taker);
    }
  }

  /**
   * Reads a chunk.
   *
   * @param file names it in errors
   */
  static void read(String file, ByteBuffer chunk, Taker taker) throws CorruptionException {
    byte kind = chunk.hasRemaining() ? chunk.get() : -1;
    if (kind < 0 || kind > 1) {
      throw new CorruptionException(
          file + " has a chunk of names of kind " + kind + ", which there is not");
    }
    byte[] list = new byte[chunk.remaining()];
    chunk.get(list);
    try {
      NameList.decode(list).forEach(name -> taker.take(name, kind == 1));
    } catch (IllegalArgumentException e) {
      throw new CorruptionException(
          file + " is damaged: " + e.getMessage() + ". Restore the directory from a backup", e);
    }
  }
}
