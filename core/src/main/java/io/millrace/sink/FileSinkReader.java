package io.millrace.sink;

import io.millrace.CorruptionException;
import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Reads what a {@link FileSink} has published: whole batches, in order of batches, of partitions
 * and of writing. Needs no running program, and may run beside one; what it returns is then of the
 * time of the call. Safe for concurrent use.
 */
public final class FileSinkReader implements AutoCloseable {

  private static final int MAX_ATTEMPTS = 100;

  private final CheckpointStorage storage;

  private FileSinkReader(CheckpointStorage storage) {
    this.storage = storage;
  }

  /**
   * Opens a directory.
   *
   * @throws NoSuchFileException if there is no such directory
   * @throws IllegalArgumentException if nothing on the class path serves the location
   */
  public static FileSinkReader open(String directory) throws IOException {
    return new FileSinkReader(SinkStore.provider(directory).openForReading(directory));
  }

  /** The last batch that is published, which may have no files; empty if none is. */
  public Optional<Marker> lastBatch() throws IOException {
    return Manifest.read(storage).marker();
  }

  /**
   * The published files. All of a batch or none; reads the manifest and all lists.
   *
   * @throws CorruptionException if a slot or a list is missing or damaged
   */
  public List<PublishedFile> files() throws IOException {
    for (int attempt = 1; ; attempt++) {
      Manifest manifest = Manifest.read(storage);
      try {
        return files(manifest);
      } catch (NoSuchFileException e) {
        // A writer may have replaced the list since the manifest was read.
        boolean isReplaced = !Manifest.read(storage).list().equals(manifest.list());
        if (!isReplaced || attempt == MAX_ATTEMPTS) {
          throw new CorruptionException(
              "list "
                  + e.getFile()
                  + " is missing in "
                  + storage.location()
                  + ", though the manifest needs it: restore the directory from a backup",
              e);
        }
      }
    }
  }

  private List<PublishedFile> files(Manifest manifest) throws IOException {
    Deque<PublishedList> lists = new ArrayDeque<>();
    String name = manifest.list();
    while (!name.isEmpty()) {
      PublishedList list = PublishedList.read(storage, name);
      if (PublishedList.lastBatch(list.previous()) >= PublishedList.lastBatch(name)) {
        throw ChecksummedObject.damaged(name, "it follows " + list.previous());
      }
      lists.addFirst(list);
      name = list.previous();
    }
    List<PublishedFile> files = new ArrayList<>();
    lists.forEach(list -> list.batches().forEach(batch -> files.addAll(batch.files())));
    manifest.recent().forEach(batch -> files.addAll(batch.files()));
    return files;
  }

  /**
   * The bytes of a file.
   *
   * @throws NoSuchFileException if the program has merged the file into another since it was
   *     listed: {@link #files()} has the one that has its records now
   * @throws CorruptionException if the file is missing, or its checksum does not fit
   */
  public byte[] read(PublishedFile file) throws IOException {
    try {
      return read(storage, file);
    } catch (CorruptionException e) {
      if (e.getCause() instanceof NoSuchFileException && !isListed(file)) {
        NoSuchFileException merged =
            new NoSuchFileException(
                file.name(), null, "it was merged into another file; list the files again");
        merged.initCause(e);
        throw merged;
      }
      throw e;
    }
  }

  private boolean isListed(PublishedFile file) throws IOException {
    return files().stream().anyMatch(listed -> listed.name().equals(file.name()));
  }

  static byte[] read(CheckpointStorage storage, PublishedFile file) throws IOException {
    byte[] bytes;
    try {
      bytes = storage.read(file.name());
    } catch (NoSuchFileException e) {
      throw new CorruptionException(
          file.name() + " was published in " + storage.location() + " but is missing", e);
    }
    if (bytes.length != file.size() || PublishedFile.crc32c(bytes) != file.crc32c()) {
      throw new CorruptionException(
          String.format(
              Locale.ROOT,
              "%s in %s is damaged: its checksum does not fit its %d bytes, of which %d were"
                  + " published",
              file.name(),
              storage.location(),
              bytes.length,
              file.size()));
    }
    return bytes;
  }

  /**
   * The lines of a file, without their ends; of a CSV file with a header, that too. Only a line
   * feed ends a line; a CSV record with a line break in a quoted field is several.
   */
  public List<String> lines(PublishedFile file) throws IOException {
    return lines(read(file), 0);
  }

  private static List<String> lines(byte[] bytes, int from) {
    String text = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    return Arrays.asList(text.substring(0, text.length() - 1).split("\n", -1));
  }

  /**
   * The lines of all files, as {@link #lines(PublishedFile)} gives them, each once, also if files
   * are merged meanwhile. Keeps one file in memory; the stream throws {@link UncheckedIOException}
   * if one can't be read.
   */
  public Stream<String> lines() throws IOException {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(
                new Pages(files()), Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .flatMap(List::stream);
  }

  /** The lines of one file after the other. */
  private final class Pages implements Iterator<List<String>> {

    private List<PublishedFile> files;
    private int next;

    /** How many bytes of records have been read. */
    private long numBytes;

    /**
     * How many bytes of the next file's records have been read, in those that it was merged from.
     */
    private long numSkipped;

    Pages(List<PublishedFile> files) {
      this.files = files;
    }

    @Override
    public boolean hasNext() {
      return next < files.size();
    }

    @Override
    public List<String> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      for (int attempt = 1; ; attempt++) {
        PublishedFile file = files.get(next);
        try {
          byte[] bytes = read(file);
          int from = numSkipped == 0 ? 0 : (int) (file.headerBytes() + numSkipped);
          numBytes += file.bodyBytes() - numSkipped;
          numSkipped = 0;
          next++;
          return lines(bytes, from);
        } catch (NoSuchFileException e) {
          if (attempt == MAX_ATTEMPTS) {
            throw new UncheckedIOException(e);
          }
          listAgain();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    /** Merging keeps records and their order, so where this was is a number of their bytes. */
    private void listAgain() {
      try {
        files = files();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      next = 0;
      numSkipped = numBytes;
      while (numSkipped > 0 && numSkipped >= files.get(next).bodyBytes()) {
        numSkipped -= files.get(next).bodyBytes();
        next++;
      }
    }
  }

  @Override
  public void close() throws IOException {
    storage.close();
  }
}
