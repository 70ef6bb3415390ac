package io.millrace.rdd;

import io.millrace.TaskContext;
import io.millrace.spi.DataFiles;
import io.millrace.spi.DataFiles.FileStatus;
import io.millrace.spi.Throwables;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.RecordSource;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of given text files, in the given order; for extensions. {@link RDDContext#textFile}
 * says what a line is.
 *
 * <p>Files are cut into splits of {@code total length / minimum partitions} bytes, but at most 32
 * MiB; the last split of a file may be a tenth larger. A split yields the lines that begin in it,
 * so each line is read once wherever the cuts are. An empty file has one split, and so has a {@code
 * .gz} file, which may have several members.
 */
public final class TextFileSource implements RecordSource<String> {

  private static final long serialVersionUID = 1L;
  private static final long MAX_SPLIT_BYTES = 32L << 20;
  private static final double LAST_SPLIT_SLOP = 1.1;
  private static final int GZIP_BUFFER_BYTES = 64 * 1024;
  private static final long UNKNOWN = -1;

  /** The bytes {@code [start, end)} of a file. */
  record Split(String path, long start, long end) implements Serializable {}

  private final List<Split> splits;
  private final int numFiles;
  private final LineCounts lineCounts = new LineCounts();

  /**
   * @param minPartitions a hint of how many partitions to make at least, at least 1
   */
  public TextFileSource(List<FileStatus> files, int minPartitions) {
    Arguments.positive("TextFileSource", "minPartitions", minPartitions);
    this.splits = split(files, minPartitions);
    this.numFiles = files.size();
  }

  static List<Split> split(List<FileStatus> files, int minPartitions) {
    long totalBytes = files.stream().mapToLong(FileStatus::length).sum();
    long splitBytes = Math.max(1, Math.min(totalBytes / minPartitions, MAX_SPLIT_BYTES));
    List<Split> splits = new ArrayList<>();
    for (FileStatus file : files) {
      long start = 0;
      if (!isCompressed(file.path())) {
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

  private static boolean isCompressed(String path) {
    return path.endsWith(".gz");
  }

  @Override
  public int numPartitions() {
    return splits.size();
  }

  @Override
  public RecordReader<String> open(int partition, TaskContext context) throws IOException {
    Split split = splits.get(partition);
    DataFiles files = DataFilesLookup.of(split.path());
    if (isCompressed(split.path())) {
      LineReader lines = new LineReader(openWhole(split.path()), 0);
      return new SplitReader(lines, true, Long.MAX_VALUE, partition);
    }
    // A line begins at the split's first byte if the byte before it ends one, so look at that too.
    long from = Math.max(0, split.start() - 1);
    LineReader lines = new LineReader(files.open(split.path(), from), from);
    return new SplitReader(lines, split.start() == 0, split.end(), partition);
  }

  /** A file from its beginning, unpacked if its name says that it is packed. */
  static InputStream openWhole(String path) throws IOException {
    InputStream bytes = DataFilesLookup.of(path).open(path, 0);
    return isCompressed(path) ? unpack(bytes) : bytes;
  }

  private static InputStream unpack(InputStream packed) throws IOException {
    try {
      return new GZIPInputStream(new NeverDrained(packed), GZIP_BUFFER_BYTES);
    } catch (IOException | RuntimeException e) {
      packed.close();
      throw e;
    }
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
    private final boolean isAtFileStart;
    private final long end;
    private final int partition;
    private boolean isStarted;
    private long numRead;

    SplitReader(LineReader lines, boolean isAtFileStart, long end, int partition) {
      this.lines = lines;
      this.isAtFileStart = isAtFileStart;
      this.end = end;
      this.partition = partition;
    }

    @Override
    public int read(Object[] into, int max) throws IOException {
      int count = 0;
      while (count < max) {
        String line = nextLineOrWhere();
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

    private @Nullable String nextLineOrWhere() throws IOException {
      try {
        return nextLine();
      } catch (OutOfMemoryError e) {
        String path = splits.get(partition).path();
        throw Throwables.located(e, "the file " + path + ", at byte " + lines.offset());
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

  /**
   * Claims to have more bytes. {@link GZIPInputStream} asks before it looks for another member, and
   * takes a stream that would have to wait for its next bytes as ended.
   */
  private static final class NeverDrained extends FilterInputStream {

    NeverDrained(InputStream in) {
      super(in);
    }

    @Override
    public int available() {
      return 1;
    }
  }
}
