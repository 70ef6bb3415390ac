package io.millrace.internal.system;

import io.millrace.spi.SpillFiles;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spill files in a directory of their own, which only the owner of the process may enter. It is
 * made for the first file, and removed with all that is in it on {@link #close()}, or when the JVM
 * ends in an orderly way; a killed process leaves it behind.
 *
 * <p>Plain streams, not channels: an interrupt closes a channel, and would lose a file for others.
 */
public final class LocalSpillFiles implements SpillFiles {

  private static final Logger LOG = LoggerFactory.getLogger(LocalSpillFiles.class);
  private static final String PREFIX = "millrace-spill-";

  private final Path parent;
  private @Nullable Path directory;
  private @Nullable ShutdownHook hook;
  private boolean closed;

  /**
   * @param parent where the directory is made; without it, in the JVM's temporary directory
   */
  public LocalSpillFiles(Optional<String> parent) {
    this.parent = Path.of(parent.orElseGet(() -> System.getProperty("java.io.tmpdir")));
  }

  @Override
  public synchronized String location() {
    return (directory == null ? parent : directory).toString();
  }

  @Override
  public OutputStream create(String name) throws IOException {
    Path file = directory().resolve(name);
    Files.createFile(file, OwnerOnly.file());
    return new FileOutputStream(file.toFile());
  }

  private synchronized Path directory() throws IOException {
    Path made = directory;
    if (closed) {
      throw new IOException("the engine is closed");
    } else if (made == null) {
      Files.createDirectories(parent);
      made = Files.createTempDirectory(parent, PREFIX);
      directory = made;
      hook = ShutdownHook.register(PREFIX + "removal", this::removeQuietly);
    }
    return made;
  }

  @Override
  public InputStream open(String name, long offset, long length) throws IOException {
    InputStream file = new FileInputStream(directory().resolve(name).toFile());
    try {
      file.skipNBytes(offset);
      return new LimitedInput(file, length);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    if (directory != null) {
      Files.deleteIfExists(directory.resolve(name));
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (hook != null) {
      hook.remove();
      hook = null;
    }
    remove();
  }

  private synchronized void remove() throws IOException {
    Path made = directory;
    if (made != null && Files.exists(made)) {
      try (Stream<Path> files = Files.list(made)) {
        for (Path file : files.toList()) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(made);
    }
  }

  private void removeQuietly() {
    try {
      remove();
    } catch (IOException e) {
      LOG.warn("the temporary directory {} could not be removed: {}", location(), e.toString());
    }
  }

  /** The first bytes of a stream. */
  private static final class LimitedInput extends InputStream {

    private final InputStream in;
    private long left;

    LimitedInput(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      if (left == 0) {
        return -1;
      }
      int next = in.read();
      left -= next < 0 ? 0 : 1;
      return next;
    }

    @Override
    public int read(byte[] into, int from, int count) throws IOException {
      if (left == 0) {
        return count == 0 ? 0 : -1;
      }
      int read = in.read(into, from, (int) Math.min(count, left));
      left -= Math.max(0, read);
      return read;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
