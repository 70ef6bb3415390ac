package io.millrace.spi.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Write-once objects as files. An object is written to a temporary file, which is synced and then
 * linked to its name: the link appears in one step and refuses a name that is taken. Then the
 * directory is synced, which makes the link durable, and the temporary name goes.
 *
 * <p>Temporary files are all beneath the top, so that {@link #sweep} finds them, and have names
 * that no object can have.
 *
 * <p>After a sync has failed, the system may have dropped what it was to write, and report the next
 * sync as a success (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC
 * 2020). So a file whose sync has failed is given up, and after a failed sync of a directory the
 * whole store is.
 *
 * <p>Safe for concurrent use as {@link CheckpointStorage} asks. Two objects in one directory wait
 * for each other's sync of the directory, not for anything else.
 */
public final class FileCheckpointStorage implements CheckpointStorage {

  private static final String TEMPORARY_PREFIX = ".tmp-";

  /** How often a put begins anew whose temporary file has vanished. */
  private static final int MAX_ATTEMPTS = 3;

  private static final int NUM_SYNC_LOCKS = 64;
  private static final int MAX_KNOWN_DIRECTORIES = 1_000;

  private final DurableFiles files;
  private final Supplier<String> nonces;
  private final boolean isReadOnly;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  // Names of directories whose own names are durable.
  private final Set<String> durableDirectories = ConcurrentHashMap.newKeySet();
  private final Object[] syncLocks = new Object[NUM_SYNC_LOCKS];
  private volatile @Nullable Throwable failedSync;

  /**
   * A store over files that are known to refuse links to names that are taken. {@link #open} finds
   * out whether they do.
   *
   * @param nonces names that nobody else draws, such as random UUIDs, of {@code a-z}, {@code 0-9}
   *     and {@code -}; safe for concurrent use
   */
  public FileCheckpointStorage(DurableFiles files, Supplier<String> nonces) {
    this(files, nonces, false);
  }

  private FileCheckpointStorage(DurableFiles files, Supplier<String> nonces, boolean isReadOnly) {
    this.files = files;
    this.nonces = nonces;
    this.isReadOnly = isReadOnly;
    for (int i = 0; i < NUM_SYNC_LOCKS; i++) {
      syncLocks[i] = new Object();
    }
  }

  /**
   * A store over files that have been tried first: that they can be written, synced and linked, and
   * that a link refuses a name that is taken.
   *
   * @throws IOException if not; names the place and the remedy
   */
  public static FileCheckpointStorage open(DurableFiles files, Supplier<String> nonces)
      throws IOException {
    new DurableFilesProbe(files, () -> TEMPORARY_PREFIX + nonces.get()).run();
    return new FileCheckpointStorage(files, nonces);
  }

  /**
   * A store that only reads, and so works where nothing can be written; it makes nothing durable.
   */
  public static FileCheckpointStorage readOnly(DurableFiles files) {
    return new FileCheckpointStorage(files, () -> "", true);
  }

  @Override
  public String location() {
    return files.location();
  }

  @Override
  public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
    ObjectNames.check(name);
    checkWritable();
    for (int attempt = 1; ; attempt++) {
      String temporary = TEMPORARY_PREFIX + nonces.get();
      underWay.add(temporary);
      try (Closeable removal = () -> files.delete(temporary)) {
        return put(name, temporary, content);
      } catch (FailedSyncException e) {
        throw e;
      } catch (NoSuchFileException e) {
        // A writer that was asleep for long: who came after it has swept its temporary file away.
        if (attempt == MAX_ATTEMPTS) {
          throw notStored(name, e);
        }
      } catch (IOException e) {
        throw notStored(name, e);
      } finally {
        underWay.remove(temporary);
      }
    }
  }

  private IOException notStored(String name, IOException e) {
    return new IOException(
        String.format(Locale.ROOT, "%s could not be stored in %s: %s", name, location(), e), e);
  }

  private boolean put(String name, String temporary, List<ByteBuffer> content) throws IOException {
    String directory = ObjectNames.parent(name);
    makeDirectory(directory);
    files.create(temporary, content);
    files.sync(temporary);
    boolean isNew;
    try {
      files.link(name, temporary);
      isNew = true;
    } catch (FileAlreadyExistsException taken) {
      isNew = false;
    }
    // Also if the name is taken: who has taken it may not have come to this yet.
    syncDirectory(directory);
    return isNew;
  }

  /** Makes a directory, and the names that lead to it durable, whoever has made them. */
  private void makeDirectory(String directory) throws IOException {
    if (directory.isEmpty() || durableDirectories.contains(directory)) {
      return;
    }
    files.createDirectory(directory);
    syncDirectory("");
    for (int end = directory.indexOf('/'); end >= 0; end = directory.indexOf('/', end + 1)) {
      syncDirectory(directory.substring(0, end));
    }
    if (durableDirectories.size() >= MAX_KNOWN_DIRECTORIES) {
      durableDirectories.clear();
    }
    durableDirectories.add(directory);
  }

  /**
   * One at a time for each directory: the system reports a failure once, so a sync that begins
   * after a failed one may succeed without what both were for. By then the store has to be marked.
   */
  private void syncDirectory(String directory) throws IOException {
    synchronized (syncLocks[Math.floorMod(directory.hashCode(), NUM_SYNC_LOCKS)]) {
      checkSound();
      try {
        files.syncDirectory(directory);
      } catch (IOException e) {
        failedSync = e;
        throw failed(e);
      } catch (RuntimeException | Error e) {
        failedSync = e;
        throw e;
      }
    }
  }

  private void checkWritable() throws FailedSyncException {
    if (isReadOnly) {
      throw new UnsupportedOperationException(location() + " was opened for reading alone");
    }
    checkSound();
  }

  private void checkSound() throws FailedSyncException {
    Throwable cause = failedSync;
    if (cause != null) {
      throw failed(cause);
    }
  }

  private FailedSyncException failed(Throwable cause) {
    return new FailedSyncException(
        String.format(
            Locale.ROOT,
            "what %s holds is not known since a sync of it has failed (%s), so it is not written to"
                + " any more: restart the program once the disk is healthy",
            location(),
            cause),
        cause);
  }

  @Override
  public byte[] read(String name, long offset, int length) throws IOException {
    ObjectNames.check(name);
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "can't read %d bytes from %d on of %s", length, offset, name));
    }
    return files.read(name, offset, length);
  }

  @Override
  public byte[] read(String name) throws IOException {
    ObjectNames.check(name);
    long size = files.size(name);
    if (size > Integer.MAX_VALUE - Long.BYTES) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s in %s has %d bytes, too many to be read at once",
              name,
              location(),
              size));
    }
    return files.read(name, 0, (int) size);
  }

  @Override
  public List<StoredObject> list(String directory) throws IOException {
    ObjectNames.checkDirectory(directory);
    checkSound();
    List<StoredObject> found = new ArrayList<>();
    for (String part : files.list(directory)) {
      if (ObjectNames.isPart(part)) {
        addObject(ObjectNames.child(directory, part), found);
      }
    }
    if (!found.isEmpty() && !isReadOnly) {
      // A put of another writer may have come as far as its link and no further.
      makeDirectory(directory);
      syncDirectory(directory);
    }
    found.sort(Comparator.comparing(StoredObject::name));
    return List.copyOf(found);
  }

  private void addObject(String name, List<StoredObject> found) throws IOException {
    try {
      found.add(new StoredObject(name, files.size(name)));
    } catch (NoSuchFileException deletedMeanwhile) {
      return;
    }
  }

  @Override
  public void delete(String name) throws IOException {
    ObjectNames.check(name);
    checkWritable();
    files.delete(name);
  }

  @Override
  public void sweep() throws IOException {
    checkWritable();
    for (String name : files.list("")) {
      if (name.startsWith(TEMPORARY_PREFIX) && !underWay.contains(name)) {
        files.delete(name);
      }
    }
  }

  /** Nothing is held open between calls. */
  @Override
  public void close() {}
}
