package io.millrace.internal.system;

import io.millrace.spi.checkpoint.DurableFiles;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Files of the local file system.
 *
 * <p>Nothing here goes through a {@link java.nio.channels.FileChannel}: an interrupt closes it, and
 * hides whether a sync that was under way has failed. A file stays open from its creation to its
 * sync, since the system tells a failed write in the background only to those who had the file open
 * then.
 */
final class LocalDurableFiles implements DurableFiles {

  // The JVM copies each piece outside the heap.
  private static final int MAX_WRITE_BYTES = 1 << 16;

  private final Path top;
  private final FileAttribute<?>[] ofFiles;
  private final FileAttribute<?>[] ofDirectories;
  private final Map<String, FileOutputStream> unsynced = new ConcurrentHashMap<>();

  /** Files with the system's default permissions. */
  LocalDurableFiles(Path top) {
    this(top, new FileAttribute<?>[0], new FileAttribute<?>[0]);
  }

  private LocalDurableFiles(
      Path top, FileAttribute<?>[] ofFiles, FileAttribute<?>[] ofDirectories) {
    this.top = top;
    this.ofFiles = ofFiles;
    this.ofDirectories = ofDirectories;
  }

  /**
   * Files that the owner of the process alone may read, and directories that it alone may enter.
   */
  static LocalDurableFiles ofOwner(Path top) {
    return new LocalDurableFiles(top, OwnerOnly.file(), OwnerOnly.directory());
  }

  @Override
  public String location() {
    return top.toString();
  }

  @Override
  public void create(String path, List<ByteBuffer> content) throws IOException {
    Path file = top.resolve(path);
    Files.createFile(file, ofFiles);
    FileOutputStream out = new FileOutputStream(file.toFile());
    unsynced.put(path, out);
    for (ByteBuffer piece : content) {
      write(piece.duplicate(), out);
    }
  }

  private static void write(ByteBuffer piece, OutputStream out) throws IOException {
    byte[] copy = new byte[Math.min(piece.remaining(), MAX_WRITE_BYTES)];
    while (piece.hasRemaining()) {
      int count = Math.min(piece.remaining(), copy.length);
      piece.get(copy, 0, count);
      out.write(copy, 0, count);
    }
  }

  @Override
  public void sync(String path) throws IOException {
    FileOutputStream out = unsynced.remove(path);
    if (out == null) {
      throw new NoSuchFileException(
          top.resolve(path).toString(), null, "not created here, or synced before");
    }
    try (out) {
      out.getFD().sync();
    }
  }

  @Override
  public void link(String path, String existing) throws IOException {
    Files.createLink(top.resolve(path), top.resolve(existing));
  }

  @Override
  public void createDirectory(String path) throws IOException {
    if (path.isEmpty()) {
      createTop();
    } else {
      Files.createDirectories(top.resolve(path), ofDirectories);
    }
  }

  /** Creates the top, and makes all names that lead to it durable, down from the mount point. */
  private void createTop() throws IOException {
    Path parent = top.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.createDirectories(top, ofDirectories);
    FileStore store = Files.getFileStore(top);
    Path above = top.getParent();
    while (above != null && Files.getFileStore(above).equals(store)) {
      try {
        syncDirectory(above);
      } catch (AccessDeniedException e) {
        // Who may not look into a directory has not made the one below it either.
        return;
      }
      above = above.getParent();
    }
  }

  @Override
  public void syncDirectory(String path) throws IOException {
    syncDirectory(top.resolve(path));
  }

  private static void syncDirectory(Path directory) throws IOException {
    try (AsynchronousFileChannel channel =
        AsynchronousFileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void delete(String path) throws IOException {
    FileOutputStream out = unsynced.remove(path);
    try {
      if (out != null) {
        out.close();
      }
    } finally {
      Files.deleteIfExists(top.resolve(path));
    }
  }

  @Override
  public List<String> list(String path) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(top.resolve(path), Files::isRegularFile)) {
      for (Path entry : entries) {
        names.add(entry.getFileName().toString());
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  @Override
  public long size(String path) throws IOException {
    try (RandomAccessFile file = open(path)) {
      return file.length();
    }
  }

  @Override
  public byte[] read(String path, long offset, int length) throws IOException {
    try (RandomAccessFile file = open(path)) {
      // Before memory is taken for it.
      if (offset > file.length() - length) {
        throw new EOFException(
            String.format(
                Locale.ROOT,
                "%s has %d bytes, fewer than %d + %d",
                top.resolve(path),
                file.length(),
                offset,
                length));
      }
      file.seek(offset);
      byte[] bytes = new byte[length];
      file.readFully(bytes);
      return bytes;
    }
  }

  private RandomAccessFile open(String path) throws IOException {
    Path file = top.resolve(path);
    try {
      return new RandomAccessFile(file.toFile(), "r");
    } catch (FileNotFoundException e) {
      // Says so of every file that can't be opened.
      if (Files.exists(file) && !Files.isDirectory(file)) {
        throw e;
      }
      NoSuchFileException missing = new NoSuchFileException(file.toString());
      missing.initCause(e);
      throw missing;
    }
  }
}
