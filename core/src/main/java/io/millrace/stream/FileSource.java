package io.millrace.stream;

import io.millrace.Settings;
import io.millrace.rdd.DataFilesLookup;
import io.millrace.rdd.TextFileSource;
import io.millrace.source.InputRange;
import io.millrace.source.Source;
import io.millrace.source.SourceContext;
import io.millrace.spi.DataFiles;
import io.millrace.spi.DataFiles.FileStatus;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * New files of a directory. New is a name that was not there when the context started, or has not
 * been there since: a file's own time does not matter, so one that is moved in keeps its old time
 * and is seen all the same. A name that vanishes is remembered for a while, lest it be read twice
 * because a listing missed it once.
 */
final class FileSource implements Source<String, FileSource.Files> {

  /** The files of one batch, and the records in them once they have been read. */
  record Files(List<FileStatus> files, TextFileSource lines) implements InputRange {

    @Override
    public long numRecords() {
      return files.isEmpty() ? 0 : -1;
    }

    @Override
    public boolean isEmpty() {
      return files.isEmpty();
    }

    @Override
    public String description() {
      return files.isEmpty()
          ? "no files"
          : String.join(", ", files.stream().map(FileStatus::path).toList());
    }
  }

  private static final Comparator<FileStatus> OLDEST_FIRST =
      Comparator.comparingLong(FileStatus::modifiedMillis).thenComparing(FileStatus::path);

  private final String directory;
  private final boolean newFilesOnly;
  private final int numPartitions;
  private final DataFiles storage;
  private int maxFilesPerBatch;
  private long rememberMillis;

  /** Paths that were taken, with the batch time at which a listing last had them. */
  private final Map<String, Long> seen = new HashMap<>();

  FileSource(String directory, boolean newFilesOnly, int numPartitions) {
    this.directory = directory;
    this.newFilesOnly = newFilesOnly;
    this.numPartitions = numPartitions;
    this.storage = DataFilesLookup.of(directory);
  }

  @Override
  public void start(SourceContext context) throws IOException {
    maxFilesPerBatch = context.conf().get(Settings.FILE_STREAM_MAX_FILES_PER_BATCH);
    rememberMillis = context.conf().get(Settings.FILE_STREAM_MIN_REMEMBER_DURATION).toMillis();
    List<FileStatus> present;
    try {
      present = storage.list(directory);
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(
          "textFileStream: the directory "
              + directory
              + " does not exist; create it before the context starts",
          e);
    }
    requireDirectory(present);
    if (newFilesOnly) {
      long now = context.clock().millis();
      present.forEach(file -> seen.put(file.path(), now));
    }
  }

  /** Listing a plain file gives that file alone. */
  private void requireDirectory(List<FileStatus> present) throws IOException {
    if (present.size() == 1) {
      String name = lastName(present.get(0).path());
      if (name.equals(lastName(directory)) && !storage.exists(directory + "/" + name)) {
        throw new IllegalArgumentException(
            "textFileStream: " + directory + " is a file; give the directory that files appear in");
      }
    }
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  @Override
  public Files nextRange(long batchTimeMillis, long previousTimeMillis) throws IOException {
    List<FileStatus> present = storage.list(directory);
    List<FileStatus> fresh = new ArrayList<>();
    Set<String> presentPaths = new HashSet<>();
    for (FileStatus file : present) {
      presentPaths.add(file.path());
      if (seen.containsKey(file.path())) {
        seen.put(file.path(), batchTimeMillis);
      } else {
        fresh.add(file);
      }
    }
    seen.entrySet()
        .removeIf(
            entry ->
                !presentPaths.contains(entry.getKey())
                    && entry.getValue() <= batchTimeMillis - rememberMillis);
    fresh.sort(OLDEST_FIRST);
    List<FileStatus> taken =
        List.copyOf(fresh.subList(0, Math.min(fresh.size(), maxFilesPerBatch)));
    taken.forEach(file -> seen.put(file.path(), batchTimeMillis));
    return new Files(taken, new TextFileSource(taken, numPartitions));
  }

  @Override
  public PlanNode<String> read(Files range) {
    return new SourceNode<>("textFileStream", range.lines());
  }

  @Override
  public long numRecordsRead(Files range) {
    return range.lines().numLinesRead();
  }

  @Override
  public void stop() {}
}
