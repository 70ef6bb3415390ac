package io.millrace.rdd;

import io.millrace.Conf;
import io.millrace.TaskContext;
import io.millrace.source.UnreadableInputException;
import io.millrace.spi.DataFiles.FileStatus;
import io.millrace.spi.Throwables;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.RecordSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The lines of given text files, in the given order; for extensions. {@link RDDContext#textFile}
 * says what a line is.
 *
 * <p>Files are cut into splits of {@code total length / minimum partitions} bytes, but at most 32
 * MiB; the last split of a file may be a tenth larger. A split yields the lines that begin in it,
 * so each line is read once wherever the cuts are. An empty file has one split, and so has a gzip
 * file (by its name, {@code .gz} or {@code .gzip}), which may have several members.
 */
public final class TextFileSource implements RecordSource<String> {

  private static final long serialVersionUID = 1L;
  private static final long MAX_SPLIT_BYTES = 32L << 20;
  private static final double LAST_SPLIT_SLOP = 1.1;
  private static final long UNKNOWN = -1;

  /** The bytes {@code [start, end)} of a file. */
  record Split(String path, long start, long end) implements Serializable {}

  private final List<Split> splits;
  private final int numFiles;
  private final LineCounts lineCounts = new LineCounts();

  private final LineLimit lineLimit;

  /** With the default bound on lines. */
  TextFileSource(List<FileStatus> files, int minPartitions) {
    this(files, minPartitions, LineLimit.ofFiles(new Conf()));
  }

  /**
   * @param minPartitions a hint of how many partitions to make at least, at least 1
   * @param lineLimit what becomes of lines that are too long
   */
  public TextFileSource(List<FileStatus> files, int minPartitions, LineLimit lineLimit) {
    Arguments.positive("TextFileSource", "minPartitions", minPartitions);
    this.lineLimit = lineLimit;
    this.splits = split(files, minPartitions);
    this.numFiles = files.size();
  }

  static List<Split> split(List<FileStatus> files, int minPartitions) {
    long totalBytes = files.stream().mapToLong(FileStatus::length).sum();
    long splitBytes = Math.max(1, Math.min(totalBytes / minPartitions, MAX_SPLIT_BYTES));
    List<Split> splits = new ArrayList<>();
    for (FileStatus file : files) {
      long start = 0;
      if (!FileFormats.isGzip(file.path())) {
        while ((double) (file.length() - start) / splitBytes > LAST_SPLIT_SLOP) {
          splits.add(new Split(file.path(), start, start + splitBytes));
          start += splitBytes;
        }
      }
      if (start < file.length() || file.length() == 0) {
        splits.add(new Split(file.path(), start, file.length()));
      }
    }
    return splits;
  }

  @Override
  public int numPartitions() {
    return splits.size();
  }

  @Override
  public RecordReader<String> open(int partition, TaskContext context) throws IOException {
    Split split = splits.get(partition);
    String path = split.path();
    try {
      if (FileFormats.isGzip(path)) {
        LineReader lines = new LineReader(openWhole(path), 0, lineLimit);
        return new SplitReader(lines, path, true, Long.MAX_VALUE, partition);
      }
      if (split.start() == 0) {
        LineReader lines = new LineReader(openWhole(path), 0, lineLimit);
        return new SplitReader(lines, path, true, split.end(), partition);
      }
      // A line begins at the split's first byte if the byte before it ends one, so look at that.
      long from = split.start() - 1;
      InputStream rest = DataFilesLookup.of(path).open(path, from);
      LineReader lines = new LineReader(rest, from, lineLimit);
      return new SplitReader(lines, path, false, split.end(), partition);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /**
   * A file from its beginning, unpacked if its name says that it is gzip.
   *
   * @throws UnreadableInputException if it is compressed otherwise; names it
   */
  static InputStream openWhole(String path) throws IOException {
    FileFormats.requireSupportedName(path);
    InputStream bytes = DataFilesLookup.of(path).open(path, 0);
    try {
      return FileFormats.isGzip(path) ? new GzipInput(bytes) : FileFormats.requireText(path, bytes);
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  /** An error that names the file. */
  static UnreadableInputException unreadable(String path, IOException e) {
    return e instanceof UnreadableInputException named
        ? named
        : new UnreadableInputException(path, "can't be read: " + reason(e), e);
  }

  private static String reason(IOException e) {
    boolean isGone = e instanceof NoSuchFileException || e instanceof FileNotFoundException;
    return isGone ? "it is gone" : String.valueOf(e.getMessage());
  }

  /** How many lines a partition has; empty until a task has read it to its end. */
  public OptionalLong numLines(int partition) {
    return lineCounts.of(partition);
  }

  /** How many lines the partitions have that tasks have read to their ends. */
  public long numLinesRead() {
    return lineCounts.sum();
  }

  /** How many lines there are, or -1 until tasks have read all partitions to their ends. */
  @Override
  public long numRecords() {
    return lineCounts.size() == splits.size() ? lineCounts.sum() : UNKNOWN;
  }

  @Override
  public String description() {
    return numFiles == 1 ? splits.get(0).path() : numFiles + " text files";
  }

  /** Reads the lines that begin before {@code end}. */
  private final class SplitReader implements RecordReader<String> {

    private final LineReader lines;
    private final String path;
    private final boolean isAtFileStart;
    private final long end;
    private final int partition;
    private boolean isStarted;
    private long numRead;

    SplitReader(LineReader lines, String path, boolean isAtFileStart, long end, int partition) {
      this.lines = lines;
      this.path = path;
      this.isAtFileStart = isAtFileStart;
      this.end = end;
      this.partition = partition;
    }

    @Override
    public int read(Object[] into, int max) throws IOException {
      int count = 0;
      while (count < max) {
        String line = nextOf(path);
        if (line == null) {
          break;
        }
        into[count++] = line;
      }
      numRead += count;
      if (count == 0) {
        lineCounts.found(partition, numRead);
        return -1;
      }
      return count;
    }

    private @Nullable String nextOf(String file) throws IOException {
      try {
        return nextLine();
      } catch (IOException e) {
        throw unreadable(file, e);
      } catch (OutOfMemoryError e) {
        throw Throwables.located(e, "the file " + file + ", at byte " + lines.offset());
      }
    }

    private @Nullable String nextLine() throws IOException {
      if (!isStarted) {
        isStarted = true;
        if (isAtFileStart) {
          // Wherever the split ends, a line behind a byte order mark begins where the file does.
          lines.skipByteOrderMark();
          return lines.next();
        }
        lines.skipLine();
      }
      return lines.offset() < end ? lines.next() : null;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }
}
