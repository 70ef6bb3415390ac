package io.millrace.spi.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Finds out whether write-once objects can be made of files at some place, by doing once what
 * storing one takes.
 */
final class DurableFilesProbe {

  // Another process that opens the same place may sweep away what this one has just made.
  private static final int MAX_ATTEMPTS = 5;

  private final DurableFiles files;
  private final Supplier<String> temporaryNames;

  DurableFilesProbe(DurableFiles files, Supplier<String> temporaryNames) {
    this.files = files;
    this.temporaryNames = temporaryNames;
  }

  void run() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        attempt(temporaryNames.get(), temporaryNames.get());
        return;
      } catch (NoSuchFileException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw unwritable(e);
        }
      }
    }
  }

  private void attempt(String file, String secondName) throws IOException {
    try (Closeable removal = () -> delete(file, secondName)) {
      write(file);
      link(secondName, file);
      checkRefused(secondName, file);
    }
  }

  private void write(String file) throws IOException {
    try {
      files.createDirectory("");
      files.create(file, List.of(ByteBuffer.wrap(new byte[] {1})));
      files.sync(file);
      files.syncDirectory("");
    } catch (NoSuchFileException swept) {
      throw swept;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void link(String secondName, String file) throws IOException {
    try {
      files.link(secondName, file);
    } catch (NoSuchFileException swept) {
      throw swept;
    } catch (IOException | UnsupportedOperationException e) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s can't hold a checkpoint, since files there can't have a second name (%s): choose"
                  + " a place on a file system with hard links, such as ext4, xfs, btrfs, zfs or"
                  + " NFS",
              files.location(),
              e),
          e);
    }
  }

  private void checkRefused(String secondName, String file) throws IOException {
    try {
      files.link(secondName, file);
    } catch (FileAlreadyExistsException asItShould) {
      return;
    }
    throw new IOException(
        String.format(
            Locale.ROOT,
            "%s can't hold a checkpoint, since a link there replaces a file of the same name, so"
                + " two programs could overwrite each other: choose a place on another file system",
            files.location()));
  }

  private void delete(String file, String secondName) throws IOException {
    files.delete(secondName);
    files.delete(file);
  }

  private IOException unwritable(IOException cause) {
    return new IOException(
        String.format(
            Locale.ROOT,
            "%s can't hold a checkpoint, since it can't be written durably (%s): make it writable"
                + " for this user, give it space, or choose another place",
            files.location(),
            cause),
        cause);
  }
}
