package io.millrace.internal.embedded;

import io.millrace.LocalStorageException;
import io.millrace.Settings;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.SpillFiles;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The disk that an engine may use for records, up to a bound in bytes. Safe for concurrent use. */
final class SpillSpace implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SpillSpace.class);

  private final SpillFiles files;
  private final RecordFormat format;
  private final long maxBytes;
  private final AtomicLong usedBytes = new AtomicLong();
  private final AtomicLong nextFile = new AtomicLong();

  SpillSpace(SpillFiles files, RecordFormat format, long maxBytes) {
    this.files = files;
    this.format = format;
    this.maxBytes = maxBytes;
  }

  /** A new file, which exists once something is written. */
  SpillFile create() {
    return new SpillFile(this, Long.toString(nextFile.getAndIncrement()));
  }

  SpillFiles files() {
    return files;
  }

  RecordFormat format() {
    return format;
  }

  long usedBytes() {
    return usedBytes.get();
  }

  /** Makes room for some bytes more. */
  void reserve(long bytes) {
    if (usedBytes.addAndGet(bytes) > maxBytes) {
      usedBytes.addAndGet(-bytes);
      throw new LocalStorageException(
          "the spilled records in "
              + files.location()
              + " would take more than "
              + maxBytes
              + " bytes; raise "
              + Settings.LOCAL_MAX_BYTES.key()
              + " if the disk has more room",
          null);
    }
  }

  void release(long bytes) {
    usedBytes.addAndGet(-bytes);
  }

  /** The failure to write or read, in words that name the place and the remedy. */
  LocalStorageException failure(String what, IOException cause) {
    return new LocalStorageException(
        what
            + " in "
            + files.location()
            + " failed: "
            + cause
            + "; "
            + Settings.LOCAL_DIR.key()
            + " says where the directory for spilled records is made",
        cause);
  }

  void delete(String name) {
    try {
      files.delete(name);
    } catch (IOException e) {
      // It takes room until the engine closes, but the records in it are of no more use.
      LOG.warn(
          "the spill file {} in {} can't be deleted: {}", name, files.location(), e.toString());
    }
  }

  @Override
  public void close() {
    try {
      files.close();
    } catch (IOException e) {
      LOG.warn("the spill files in {} can't be deleted: {}", files.location(), e.toString());
    }
  }
}
