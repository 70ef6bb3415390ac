package io.millrace.rdd;

import io.millrace.TaskContext;
import io.millrace.spi.DataFiles;
import io.millrace.spi.DataFiles.FileStatus;
import io.millrace.spi.Terminal;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * A directory with one file {@code part-00000} … for each partition of a dataset.
 *
 * <p>Each attempt at a partition writes a file of its own below {@code _temporary}. Once all
 * partitions are done the winning files are moved to their places, and an empty file {@code
 * _SUCCESS} is written last: a directory without it is not complete. A job that fails leaves no
 * part files.
 */
final class PartFiles {

  private static final String STAGING = "_temporary";
  private static final String SUCCESS = "_SUCCESS";
  private static final int BUFFER_BYTES = 64 * 1024;

  private final DataFiles files;
  private final String directory;

  private PartFiles(String path) {
    this.files = DataFilesLookup.of(path);
    this.directory =
        path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** Writes the records of a partition; neither opens nor closes the file. */
  interface Format<T> extends Serializable {
    void write(Iterator<T> records, OutputStream out) throws Exception;
  }

  /** Runs a body for each partition of the dataset that is written. */
  interface Runner<T> {
    List<String> run(Terminal<T, String> terminal);
  }

  /**
   * Writes into a new directory.
   *
   * @throws UncheckedIOException if {@code path} exists or can't be written; names it
   */
  static <T> void create(String path, Format<T> format, Runner<T> runner) {
    PartFiles output = new PartFiles(path);
    try {
      if (output.files.exists(path)) {
        throw new FileAlreadyExistsException(path, null, "the output path exists already");
      }
      output.write(format, runner);
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /**
   * Writes into a directory that may exist, whose visible files are replaced once all partitions
   * are done. {@code _SUCCESS} is removed before the first of them goes, so a reader that heeds it
   * never takes a mixture for a result. A job that fails leaves the directory as it was.
   *
   * @throws UncheckedIOException if {@code path} can't be written; names it
   */
  static <T> void replace(String path, Format<T> format, Runner<T> runner) {
    PartFiles output = new PartFiles(path);
    try {
      output.write(format, runner);
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /**
   * The part files of a directory that was written as a whole, in order.
   *
   * @throws IOException if the directory does not exist, or is not complete
   */
  static List<String> complete(String path) throws IOException {
    PartFiles output = new PartFiles(path);
    if (!output.files.exists(output.directory + "/" + SUCCESS)) {
      throw new FileNotFoundException(path + " has no file " + SUCCESS + ", so it is not complete");
    }
    // By length first, since numbers of more than five digits make names longer.
    List<String> parts =
        output.files.list(output.directory).stream()
            .map(FileStatus::path)
            .sorted(
                Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
            .toList();
    for (int i = 0; i < parts.size(); i++) {
      if (!parts.get(i).endsWith("/" + partName(i))) {
        throw new FileNotFoundException(
            path + " has " + parts.get(i) + " where " + partName(i) + " should be");
      }
    }
    return parts;
  }

  private static UncheckedIOException failure(String path, IOException cause) {
    return new UncheckedIOException("can't save to " + path + ": " + cause.getMessage(), cause);
  }

  private <T> void write(Format<T> format, Runner<T> runner) throws IOException {
    String staging = directory + "/" + STAGING;
    boolean existed = files.exists(directory);
    try {
      files.delete(staging); // what a process that was killed left behind
      List<String> staged = runner.run(new Terminal.Iterate<>(new PartWriter<>(staging, format)));
      if (existed) {
        removeVisibleFiles();
      }
      for (int i = 0; i < staged.size(); i++) {
        files.move(staged.get(i), directory + "/" + partName(i));
      }
    } catch (IOException | RuntimeException e) {
      discard(existed ? staging : directory, e);
      throw e;
    }
    files.delete(staging);
    files.create(directory + "/" + SUCCESS).close();
  }

  private void removeVisibleFiles() throws IOException {
    files.delete(directory + "/" + SUCCESS);
    for (FileStatus old : files.list(directory)) {
      files.delete(old.path());
    }
  }

  /** Deletes after a failure, which stays the one that is reported. */
  private void discard(String path, Exception reason) {
    try {
      files.delete(path);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  private static String partName(int partition) {
    return String.format(Locale.ROOT, "part-%05d", partition);
  }

  /** Writes one partition; the result is the path of the file. */
  private record PartWriter<T>(String staging, Format<T> format)
      implements Terminal.Body<T, String> {

    @Override
    public String apply(TaskContext context, Iterator<T> records) throws Exception {
      String path =
          staging
              + "/"
              + partName(context.partitionId())
              + "."
              + context.attemptNumber()
              + "."
              + context.attemptId();
      DataFiles files = DataFilesLookup.of(path);
      boolean done = false;
      try (OutputStream out = new BufferedOutputStream(files.create(path), BUFFER_BYTES)) {
        format.write(records, out);
        done = true;
      } finally {
        if (!done) {
          files.delete(path);
        }
      }
      return path;
    }
  }
}
