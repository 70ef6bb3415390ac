package io.millrace.stream;

import io.millrace.Settings;
import io.millrace.Tuple3;
import io.millrace.Tuple4;
import io.millrace.function.Function;
import io.millrace.rdd.DataFilesLookup;
import io.millrace.rdd.FixedLengthSource;
import io.millrace.rdd.LineLimit;
import io.millrace.rdd.TextFileSource;
import io.millrace.source.InputRange;
import io.millrace.source.Replay;
import io.millrace.source.SeenNames;
import io.millrace.source.SeparableInputs;
import io.millrace.source.Source;
import io.millrace.source.SourceContext;
import io.millrace.source.UnreadableInputException;
import io.millrace.spi.DataFiles;
import io.millrace.spi.DataFiles.FileStatus;
import io.millrace.spi.checkpoint.NameList;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.RecordSource;
import io.millrace.spi.plan.SourceNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * New files of a directory. New is a name that was not there when the context started, or has not
 * been there since: a file's own time does not matter, so one that is moved in keeps its old time
 * and is seen all the same. A name that vanishes is remembered for a while, lest it be read twice
 * because a listing missed it once.
 */
final class FileSource<T> implements Source<T, FileSource.Files<T>> {

  /**
   * What is in the files of one batch.
   *
   * @param numRead how many records the tasks have found so far
   */
  record Content<T>(RecordSource<T> records, LongSupplier numRead) {}

  /** Finds records in files. */
  @FunctionalInterface
  interface Format<T> {

    /**
     * @throws IllegalArgumentException if a file can't be of this format; fails the batch
     */
    Content<T> open(List<FileStatus> files);
  }

  /**
   * Lines of text.
   *
   * @param numPartitions asked for each batch
   */
  static Format<String> text(IntSupplier numPartitions, LineLimit lineLimit) {
    return files -> {
      TextFileSource lines = new TextFileSource(files, numPartitions.getAsInt(), lineLimit);
      return new Content<>(lines, lines::numLinesRead);
    };
  }

  /** Records of a fixed number of bytes. */
  static Format<byte[]> fixedLength(int recordLength, IntSupplier numPartitions) {
    return files -> {
      FixedLengthSource records =
          new FixedLengthSource(files, recordLength, numPartitions.getAsInt());
      return new Content<>(records, records::numRecords);
    };
  }

  /** The files of one batch, and what is in them. */
  record Files<T>(List<FileStatus> files, Content<T> content) implements InputRange {

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

  private static final Logger LOG = LoggerFactory.getLogger(FileSource.class);

  private static final Comparator<FileStatus> OLDEST_FIRST =
      Comparator.comparingLong(FileStatus::modifiedMillis).thenComparing(FileStatus::path);

  private final String operation;
  private final String directory;
  private final Function<String, Boolean> filter;
  private final boolean newFilesOnly;
  private final Format<T> format;
  private final DataFiles storage;
  private int maxFilesPerBatch;

  /** Paths that were taken. */
  private final SeenFiles seen = new SeenFiles();

  /** Null for a local directory. */
  private @Nullable DirectoryWatch watch;

  /**
   * @param operation what the user called, for messages
   * @param filter is asked for each new path; runs on the batch thread
   */
  FileSource(
      String operation,
      String directory,
      Function<String, Boolean> filter,
      boolean newFilesOnly,
      Format<T> format) {
    this.operation = operation;
    this.directory = directory;
    this.filter = filter;
    this.newFilesOnly = newFilesOnly;
    this.format = format;
    this.storage = DataFilesLookup.of(directory);
  }

  @Override
  public void start(SourceContext context) throws IOException {
    maxFilesPerBatch = context.conf().get(Settings.FILE_STREAM_MAX_FILES_PER_BATCH);
    seen.rememberFor(context.conf().get(Settings.FILE_STREAM_MIN_REMEMBER_DURATION).toMillis());
    List<FileStatus> present = list();
    if (newFilesOnly) {
      seen.addAll(paths(present));
    }
    if (!storage.isLocal()) {
      DirectoryWatch remote = new DirectoryWatch(storage, directory);
      remote.start(context);
      watch = remote;
    }
  }

  @Override
  public void check() throws IOException {
    list();
  }

  private List<FileStatus> list() throws IOException {
    List<FileStatus> present;
    try {
      present = storage.list(directory);
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException(
          operation
              + ": the directory "
              + directory
              + " does not exist; create it before the context starts",
          e);
    }
    requireDirectory(present);
    return present;
  }

  /** Listing a plain file gives that file alone. */
  private void requireDirectory(List<FileStatus> present) throws IOException {
    if (present.size() == 1) {
      String name = lastName(present.get(0).path());
      if (name.equals(lastName(directory)) && !storage.exists(directory + "/" + name)) {
        throw new IllegalArgumentException(
            operation + ": " + directory + " is a file; give the directory that files appear in");
      }
    }
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  @Override
  public Files<T> nextRange(long batchTimeMillis, long previousTimeMillis) throws Exception {
    List<FileStatus> fresh = new ArrayList<>();
    for (FileStatus file : unknown(batchTimeMillis)) {
      if (filter.call(file.path())) {
        fresh.add(file);
      }
    }
    fresh.sort(OLDEST_FIRST);
    List<FileStatus> taken =
        List.copyOf(fresh.subList(0, Math.min(fresh.size(), maxFilesPerBatch)));
    seen.addAll(paths(taken));
    return new Files<>(taken, format.open(taken));
  }

  /** The files that were not taken yet; none if the storage has not answered in time. */
  private List<FileStatus> unknown(long batchTimeMillis) throws Exception {
    DirectoryWatch remote = watch;
    List<FileStatus> found;
    if (remote == null) {
      seen.beginListing();
      found = storage.listNew(directory, seen::isKnown);
    } else {
      Optional<List<FileStatus>> listed = remote.next();
      if (listed.isEmpty()) {
        return List.of();
      }
      seen.beginListing();
      found = listed.get().stream().filter(file -> !seen.isKnown(file.path())).toList();
    }
    seen.endListing(batchTimeMillis);
    return found;
  }

  @Override
  public PlanNode<T> read(Files<T> range) {
    return new SourceNode<>(operation, range.content().records());
  }

  @Override
  public long numRecordsRead(Files<T> range) {
    return range.content().numRead().getAsLong();
  }

  @Override
  public Optional<Replay<Files<T>>> replay() {
    return Optional.of(new Names());
  }

  @Override
  public Optional<SeparableInputs<Files<T>>> separableInputs() {
    return Optional.of(new Names());
  }

  /** A range is a list of (path, length, time of the last change, fingerprint). */
  private final class Names implements Replay<Files<T>>, SeparableInputs<Files<T>> {

    /** A file as it was recorded. */
    private record Recorded(FileStatus file, long fingerprint) {}

    @Override
    public Object durable(Files<T> range) {
      return range.files().stream()
          .map(
              file ->
                  new Tuple4<>(
                      file.path(),
                      file.length(),
                      file.modifiedMillis(),
                      FileFingerprint.of(storage, file)))
          .toList();
    }

    @Override
    public Object position() {
      return seen.size() + " files";
    }

    @Override
    public Optional<SeenNames> seenNames() {
      return Optional.of(seen);
    }

    @Override
    public void restore(Object position, List<Object> ranges) {
      // Releases before had the names here, first with the times at which they were seen.
      if (position instanceof byte[] list) {
        seen.addAll(NameList.decode(list));
      } else if (position instanceof Map<?, ?> times) {
        seen.addAll(times.keySet().stream().map(String.class::cast).toList());
      }
      ranges.forEach(this::skip);
    }

    @Override
    public Files<T> range(Object durable) throws IOException {
      return replayed(durable, Set.of());
    }

    @Override
    public void skip(Object durable) {
      seen.addAll(paths(files(recorded(durable))));
    }

    @Override
    public List<String> names(Files<T> range) {
      return paths(range.files());
    }

    @Override
    public Files<T> without(Files<T> range, Set<String> names) {
      List<FileStatus> left =
          range.files().stream().filter(file -> !names.contains(file.path())).toList();
      return left.size() == range.files().size() ? range : new Files<>(left, format.open(left));
    }

    @Override
    public Files<T> replayed(Object durable, Set<String> without) throws IOException {
      List<Recorded> recorded = recorded(durable);
      List<FileStatus> files = new ArrayList<>();
      for (Recorded each : recorded) {
        if (!without.contains(each.file().path())) {
          requireUnchanged(each);
          files.add(each.file());
        }
      }
      seen.addAll(paths(files(recorded)));
      return new Files<>(List.copyOf(files), format.open(files));
    }

    private void requireUnchanged(Recorded recorded) throws IOException {
      FileStatus file = recorded.file();
      List<FileStatus> present;
      try {
        present = storage.list(file.path());
      } catch (FileNotFoundException e) {
        throw changed(file, "is gone", e);
      } catch (IOException e) {
        throw changed(file, "can't be looked at: " + e.getMessage(), e);
      }
      if (present.size() != 1 || present.get(0).length() != file.length()) {
        throw changed(
            file,
            String.format(
                Locale.ROOT,
                "had %d bytes when the open batch was planned and has now %s",
                file.length(),
                present.stream().map(FileStatus::length).toList()),
            null);
      }
      FileStatus now = present.get(0);
      if (recorded.fingerprint() != FileFingerprint.NONE
          && recorded.fingerprint() != FileFingerprint.of(storage, now)) {
        throw changed(file, "has other content of the same length than when it was planned", null);
      }
      if (now.modifiedMillis() != file.modifiedMillis()) {
        LOG.warn(
            "{} was changed or restored since the open batch was planned; it has the same length and"
                + " the same samples of its content, and is read again",
            file.path());
      }
    }

    private UnreadableInputException changed(
        FileStatus file, String how, @Nullable Exception cause) {
      return new UnreadableInputException(
          file.path(),
          how
              + ", though the batch that was open when the program ended has to read it again ("
              + operation
              + " of "
              + directory
              + ")",
          cause);
    }

    private List<FileStatus> files(List<Recorded> recorded) {
      return recorded.stream().map(Recorded::file).toList();
    }

    /** Releases before recorded no fingerprint. */
    private List<Recorded> recorded(Object durable) {
      return ((List<?>) durable)
          .stream()
              .map(
                  file ->
                      file instanceof Tuple4<?, ?, ?, ?> four
                          ? recorded(four._1(), four._2(), four._3(), (Long) four._4())
                          : recorded(
                              ((Tuple3<?, ?, ?>) file)._1(),
                              ((Tuple3<?, ?, ?>) file)._2(),
                              ((Tuple3<?, ?, ?>) file)._3(),
                              FileFingerprint.NONE))
              .toList();
    }

    private Recorded recorded(Object path, Object length, Object modifiedMillis, long fingerprint) {
      FileStatus file = new FileStatus((String) path, (Long) length, (Long) modifiedMillis);
      return new Recorded(file, fingerprint);
    }
  }

  private static List<String> paths(List<FileStatus> files) {
    return files.stream().map(FileStatus::path).toList();
  }

  @Override
  public void stop() {
    DirectoryWatch ahead = watch;
    if (ahead != null) {
      ahead.close();
    }
  }
}
