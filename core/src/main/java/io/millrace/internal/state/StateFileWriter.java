package io.millrace.internal.state;

import io.millrace.codec.Codecs;
import io.millrace.codec.Encoder;
import io.millrace.internal.checkpoint.ChunkWriter;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the content of one partition into data files, of {@value #ROLL_BYTES} bytes and a chunk at
 * most. A chunk is a stream of the codecs of its own: a tag (1 byte), then
 *
 * <pre>
 * 1 values    keys, values, 1 if notes follow and else 0 (1 byte), notes
 * 2 removed   keys
 * 3 pane      its end (signed), keys, values
 * 4 bounds    panes that count no more, panes that are part of the window (signed each)
 * </pre>
 *
 * Keys, values and notes are columns of the same length. A chunk holds as many entries as make
 * about {@value #CHUNK_BYTES} bytes, and no more than {@value ContentSink#MAX_ENTRIES}.
 *
 * <p>Used by one thread. Holds no more than one file.
 */
public final class StateFileWriter implements ContentSink {

  /** The kind of file, see {@link ChunkWriter}. */
  static final short KIND = 2;

  static final int VALUES = 1;
  static final int REMOVED = 2;
  static final int PANE = 3;
  static final int BOUNDS = 4;

  private static final int CHUNK_BYTES = 1 << 18;
  private static final int ROLL_BYTES = 1 << 26;
  private static final int FIRST_ENTRIES = 16;

  private final Store store;
  private final String prefix;
  private final int partition;
  private final int numPartitions;
  private final boolean isBase;
  private final Encoder encoder;
  private final List<StateFile> files = new ArrayList<>();
  private ChunkWriter chunks = new ChunkWriter(KIND);
  private long numInFile;
  private boolean isEmpty = true;

  /** How many entries that are no longs are likely to make a chunk. */
  private int numEntriesPerChunk = FIRST_ENTRIES;

  private final Pending values = new Pending();
  private final Pending removed = new Pending();
  private final Pending pane = new Pending();
  private long paneEndMillis;

  /** Takes files that are complete. */
  @FunctionalInterface
  public interface Store {

    /**
     * Stores a file under a name that no other has, now or later.
     *
     * @param content not changed any more
     */
    void store(String name, List<ByteBuffer> content) throws IOException;
  }

  /** Entries that wait for their chunk to be full. */
  private static final class Pending {
    final Cells keys = new Cells(0);
    final Cells values = new Cells(0);
    final Cells notes = new Cells(0);
    boolean hasNotes;

    boolean isFull(int numEntries) {
      boolean areLongs = keys.areLongs() && values.areLongs();
      return keys.size() >= (areLongs ? MAX_ENTRIES : numEntries);
    }

    void clear() {
      keys.clear();
      values.clear();
      notes.clear();
      hasNotes = false;
    }
  }

  /**
   * @param prefix of the names of files, not used before
   * @param isBase whether nothing written before counts for the partition
   */
  public StateFileWriter(
      StatePlace place, String prefix, int partition, int numPartitions, boolean isBase) {
    this(place.codecs(), storeOf(place), prefix, partition, numPartitions, isBase);
  }

  /**
   * As {@link #StateFileWriter(StatePlace, String, int, int, boolean)}, with another way to store
   * files than at once.
   */
  public StateFileWriter(
      Codecs codecs, Store store, String prefix, int partition, int numPartitions, boolean isBase) {
    this.store = store;
    this.prefix = prefix;
    this.partition = partition;
    this.numPartitions = numPartitions;
    this.isBase = isBase;
    this.encoder = codecs.encoder();
  }

  /** Stores files at once. */
  public static Store storeOf(StatePlace place) {
    return (name, content) -> {
      if (!place.storage().putIfAbsent(name, content)) {
        throw new IOException(name + " is there already in " + place.storage().location());
      }
    };
  }

  @Override
  public void values(Cells keys, Cells held, @Nullable Cells notes) throws IOException {
    for (int i = 0; i < keys.size(); ) {
      int count = count(values, keys, held, i);
      values.keys.addRange(keys, i, count);
      values.values.addRange(held, i, count);
      if (notes == null) {
        values.notes.addRepeated(NO_NOTE, count);
      } else {
        values.notes.addRange(notes, i, count);
        values.hasNotes = true;
      }
      i += count;
      if (values.isFull(numEntriesPerChunk)) {
        writeValues();
      }
    }
  }

  /** How many entries from {@code from} on can be taken in before a chunk may be full. */
  private int count(Pending to, Cells keys, Cells held, int from) {
    int left = keys.size() - from;
    int max = keys.areLongs() && held.areLongs() ? MAX_ENTRIES : numEntriesPerChunk;
    return Math.min(left, Math.max(1, max - to.keys.size()));
  }

  private void writeValues() throws IOException {
    if (values.keys.size() > 0) {
      encoder.writeByte(VALUES);
      values.keys.write(encoder);
      values.values.write(encoder);
      encoder.writeByte(values.hasNotes ? 1 : 0);
      if (values.hasNotes) {
        values.notes.write(encoder);
      }
      endChunk(values);
    }
  }

  @Override
  public void removed(Cells keys) throws IOException {
    removed.keys.addRange(keys, 0, keys.size());
    if (removed.isFull(numEntriesPerChunk)) {
      writeRemoved();
    }
  }

  private void writeRemoved() throws IOException {
    if (removed.keys.size() > 0) {
      encoder.writeByte(REMOVED);
      removed.keys.write(encoder);
      endChunk(removed);
    }
  }

  @Override
  public void pane(long endMillis, Cells keys, Cells held) throws IOException {
    if (endMillis != paneEndMillis) {
      writePane();
      paneEndMillis = endMillis;
    }
    for (int i = 0; i < keys.size(); ) {
      int count = count(pane, keys, held, i);
      pane.keys.addRange(keys, i, count);
      pane.values.addRange(held, i, count);
      i += count;
      if (pane.isFull(numEntriesPerChunk)) {
        writePane();
      }
    }
  }

  private void writePane() throws IOException {
    if (pane.keys.size() > 0) {
      encoder.writeByte(PANE);
      encoder.writeLong(paneEndMillis);
      pane.keys.write(encoder);
      pane.values.write(encoder);
      endChunk(pane);
    }
  }

  @Override
  public void bounds(Bounds bounds) throws IOException {
    encoder.writeByte(BOUNDS);
    encoder.writeLong(bounds.evictedMillis());
    encoder.writeLong(bounds.pushedMillis());
    addChunk();
  }

  private void endChunk(Pending written) throws IOException {
    int numEntries = written.keys.size();
    numInFile += numEntries;
    // Towards the number that would have made a whole chunk, in steps, as values may differ.
    long fitting = Math.max(1, (long) numEntries * CHUNK_BYTES / Math.max(1, encoder.size()));
    numEntriesPerChunk =
        (int) Math.min(MAX_ENTRIES, Math.min(fitting, 4L * Math.max(1, numEntriesPerChunk)));
    written.clear();
    addChunk();
  }

  private void addChunk() throws IOException {
    chunks.add(encoder.takePiece());
    encoder.reset();
    isEmpty = false;
    if (chunks.numBytes() >= ROLL_BYTES) {
      store();
    }
  }

  private void store() throws IOException {
    String name = nextName();
    store.store(name, chunks.finish(name));
    endFile(name, Optional.empty());
  }

  private String nextName() {
    return prefix + "-" + files.size();
  }

  /** What the names of files have in common that were written at once. */
  static String stem(StateFile file) {
    return file.name().substring(0, Math.max(0, file.name().lastIndexOf('-')));
  }

  private void endFile(String name, Optional<byte[]> inline) {
    files.add(
        new StateFile(
            name,
            inline,
            chunks.numBytes(),
            numInFile,
            partition,
            numPartitions,
            isBase && files.isEmpty(),
            chunks.checksum()));
    chunks = new ChunkWriter(KIND);
    numInFile = 0;
    isEmpty = true;
  }

  /**
   * Writes what is left.
   *
   * @param maxInlineBytes a last file up to this size is left inline instead of being stored
   * @return all files, in order; none if nothing was written
   */
  public List<StateFile> finish(int maxInlineBytes) throws IOException {
    writeValues();
    writeRemoved();
    writePane();
    if (!isEmpty) {
      if (chunks.numBytes() + ChunkWriter.CHUNK_HEADER_BYTES <= maxInlineBytes) {
        String name = nextName();
        List<ByteBuffer> content = chunks.finish(name);
        ByteBuffer joined = ByteBuffer.allocate((int) chunks.numBytes());
        content.forEach(piece -> joined.put(piece.duplicate()));
        endFile(name, Optional.of(joined.array()));
      } else {
        store();
      }
    }
    return List.copyOf(files);
  }
}
