package io.millrace.hadoop;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.ObjectNames;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.hdfs.client.HdfsDataInputStream;

/**
 * Write-once objects as files on HDFS. An object is written to a temporary file, whose blocks the
 * data nodes sync when they are closed, and then renamed to its name: one step of the name node,
 * which refuses a name that is taken, and which is in its log when the call returns.
 *
 * <p>A rename whose answer was lost is asked again by the Hadoop client with the number of the
 * first request; the name node knows it ({@code dfs.namenode.enable.retrycache}, on by default, is
 * needed) and answers as before. What the client gives up is unknown, and so is the object.
 *
 * <p>The name node's log is in order, so whatever it has logged later makes what came before
 * durable too. That is how {@link #putIfAbsent} may say that a name is taken, and {@link #list}
 * what is there, though the writer of it may still wait for the log.
 *
 * <p>Files are replicated, also where the directory's policy is erasure coding: striped blocks
 * can't be synced.
 *
 * <p>Temporary files are all beneath the top, so that {@link #sweep} finds them, and have names
 * that no object can have.
 *
 * <p>The Hadoop client gives a call up when its thread is interrupted, so calls are to be made by
 * way of {@link io.millrace.spi.checkpoint.UninterruptedStorage}. Safe for concurrent use.
 */
final class HdfsCheckpointStorage implements CheckpointStorage {

  private static final String TEMPORARY_PREFIX = ".tmp-";
  private static final int MAX_KNOWN_DIRECTORIES = 1_000;
  private static final int COPY_BYTES = 64 << 10;

  private final HdfsPlace place;
  private final HdfsPlace.Use use;
  private final Supplier<String> nonces;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  private final Set<String> knownDirectories = ConcurrentHashMap.newKeySet();

  /**
   * @param nonces names that nobody else draws, such as random UUIDs; safe for concurrent use
   */
  HdfsCheckpointStorage(HdfsPlace place, HdfsPlace.Use use, Supplier<String> nonces) {
    this.place = place;
    this.use = use;
    this.nonces = nonces;
  }

  @Override
  public String location() {
    return place.location();
  }

  @Override
  public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
    ObjectNames.check(name);
    checkWritable();
    String temporary = TEMPORARY_PREFIX + nonces.get();
    underWay.add(temporary);
    try {
      return put(name, place.path(temporary), content);
    } catch (IOException e) {
      throw failed(name + " could not be stored in", e);
    } finally {
      underWay.remove(temporary);
    }
  }

  private IOException failed(String what, IOException e) {
    return new IOException(
        String.format(Locale.ROOT, "%s %s: %s", what, location(), HdfsPlace.firstLine(e)), e);
  }

  private boolean put(String name, Path temporary, List<ByteBuffer> content) throws IOException {
    String directory = ObjectNames.parent(name);
    makeDirectory(directory);
    boolean isNew;
    try {
      write(temporary, content);
      isNew = rename(temporary, place.path(name));
    } catch (IOException | RuntimeException | Error e) {
      // The directory may have gone; the next put makes it.
      knownDirectories.remove(directory);
      discard(temporary, e);
      throw e;
    }
    // Logged after the other's rename, which is durable with it; unless a sweep was faster.
    if (!isNew && !place.files().delete(temporary, false)) {
      makeDurable(directory);
    }
    return isNew;
  }

  /** Returns false if the name is taken. */
  private boolean rename(Path from, Path to) throws IOException {
    try {
      place.files().rename(from, to, Options.Rename.NONE);
      return true;
    } catch (FileAlreadyExistsException taken) {
      return false;
    }
  }

  private void makeDirectory(String directory) throws IOException {
    if (directory.isEmpty() || knownDirectories.contains(directory)) {
      return;
    }
    place.files().mkdirs(place.path(directory));
    if (knownDirectories.size() >= MAX_KNOWN_DIRECTORIES) {
      knownDirectories.clear();
    }
    knownDirectories.add(directory);
  }

  private void write(Path file, List<ByteBuffer> content) throws IOException {
    OutputStream out = place.files().createFile(file).replicate().syncBlock().create().build();
    try {
      for (ByteBuffer buffer : content) {
        write(out, buffer.duplicate());
      }
    } catch (IOException | RuntimeException | Error e) {
      giveUp(out, e);
      throw e;
    }
    out.close();
  }

  /** Closing fails with the very exception that writing has failed with, so no resource block. */
  private static void giveUp(OutputStream out, Throwable failure) {
    try {
      out.close();
    } catch (IOException e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }

  private static void write(OutputStream out, ByteBuffer buffer) throws IOException {
    if (buffer.hasArray()) {
      out.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
      return;
    }
    byte[] piece = new byte[Math.min(COPY_BYTES, buffer.remaining())];
    while (buffer.hasRemaining()) {
      int length = Math.min(piece.length, buffer.remaining());
      buffer.get(piece, 0, length);
      out.write(piece, 0, length);
    }
  }

  /** Whether or not the rename was carried out, nobody needs that name. */
  private void discard(Path temporary, Throwable failure) {
    try {
      place.files().delete(temporary, false);
    } catch (IOException | RuntimeException e) {
      // It is left to the next sweep.
      failure.addSuppressed(e);
    }
  }

  private void checkWritable() {
    if (use == HdfsPlace.Use.READ) {
      throw new UnsupportedOperationException(location() + " was opened for reading alone");
    }
  }

  @Override
  public byte[] read(String name, long offset, int length) throws IOException {
    ObjectNames.check(name);
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "can't read %d bytes from %d on of %s", length, offset, name));
    }
    return read(name, size -> checkedLength(name, offset, length, size), offset);
  }

  private int checkedLength(String name, long offset, int length, long size) throws IOException {
    if (length > size - offset) {
      throw new BeyondEndException(
          String.format(
              Locale.ROOT,
              "%s in %s has %d bytes, not %d from %d on",
              name,
              location(),
              size,
              length,
              offset));
    }
    return length;
  }

  @Override
  public byte[] read(String name) throws IOException {
    ObjectNames.check(name);
    return read(name, HdfsCheckpointStorage::checkedSize, 0);
  }

  private static int checkedSize(long size) throws IOException {
    if (size > Integer.MAX_VALUE - Long.BYTES) {
      throw new IOException("it has " + size + " bytes, too many to be read at once");
    }
    return (int) size;
  }

  /** How many bytes to read of an object with so many. */
  private interface Length {
    int of(long size) throws IOException;
  }

  private byte[] read(String name, Length length, long offset) throws IOException {
    try (FSDataInputStream in = openFile(name)) {
      byte[] bytes = new byte[length.of(size(in))];
      in.readFully(offset, bytes);
      return bytes;
    } catch (BeyondEndException | NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      // Another end of file is that of a connection; to callers it would mean the object.
      throw failed(name + " could not be read from", e);
    }
  }

  /** The object ends before what is to be read of it. */
  private static final class BeyondEndException extends EOFException {

    private static final long serialVersionUID = 1L;

    BeyondEndException(String message) {
      super(message);
    }
  }

  private FSDataInputStream openFile(String name) throws IOException {
    try {
      return place.files().open(place.path(name));
    } catch (FileNotFoundException e) {
      NoSuchFileException missing =
          new NoSuchFileException(name, null, "no such object in " + location());
      missing.initCause(e);
      throw missing;
    }
  }

  /** Known since the file was opened; no further request. */
  private static long size(FSDataInputStream in) throws IOException {
    return ((HdfsDataInputStream) in).getVisibleLength();
  }

  @Override
  public List<StoredObject> list(String directory) throws IOException {
    ObjectNames.checkDirectory(directory);
    try {
      List<StoredObject> found = objects(directory);
      if (!found.isEmpty() && use == HdfsPlace.Use.WRITE) {
        makeDurable(directory);
      }
      return found;
    } catch (IOException e) {
      throw failed("the objects of '" + directory + "' could not be listed in", e);
    }
  }

  private List<StoredObject> objects(String directory) throws IOException {
    Path path = place.path(directory);
    List<StoredObject> found = new ArrayList<>();
    for (FileStatus status : plainFiles(path)) {
      String part = status.getPath().getName();
      if (ObjectNames.isPart(part)) {
        found.add(new StoredObject(ObjectNames.child(directory, part), status.getLen()));
      }
    }
    found.sort(Comparator.comparing(StoredObject::name));
    return List.copyOf(found);
  }

  /** The files in a directory; none if there is none, or if it is a file. */
  private List<FileStatus> plainFiles(Path directory) throws IOException {
    List<FileStatus> files = new ArrayList<>();
    try {
      RemoteIterator<FileStatus> statuses = place.files().listStatusIterator(directory);
      while (statuses.hasNext()) {
        FileStatus status = statuses.next();
        if (status.isFile() && !status.getPath().equals(directory)) {
          files.add(status);
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return files;
  }

  /** Has the name node log something, and with it all that was before. */
  private void makeDurable(String directory) throws IOException {
    Path path = place.path(directory);
    long modified = place.files().getFileStatus(path).getModificationTime();
    place.files().setTimes(path, modified, -1);
  }

  @Override
  public void delete(String name) throws IOException {
    ObjectNames.check(name);
    checkWritable();
    try {
      place.files().delete(place.path(name), false);
    } catch (IOException e) {
      throw failed(name + " could not be deleted from", e);
    }
  }

  @Override
  public void sweep() throws IOException {
    checkWritable();
    try {
      for (FileStatus status : plainFiles(place.directory())) {
        String name = status.getPath().getName();
        if (name.startsWith(TEMPORARY_PREFIX) && !underWay.contains(name)) {
          place.files().delete(status.getPath(), false);
        }
      }
    } catch (IOException e) {
      throw failed("what crashes have left could not be deleted from", e);
    }
  }

  @Override
  public void close() throws IOException {
    place.files().close();
  }
}
