package io.millrace.rdd;

import io.millrace.TaskContext;
import io.millrace.rdd.TextFileSource.Split;
import io.millrace.source.UnreadableInputException;
import io.millrace.spi.DataFiles.FileStatus;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.RecordSource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/**
 * The records of given files in which each has the same length, in the given order; for extensions.
 *
 * <p>Files are cut between records into splits of {@code total length / minimum partitions} bytes,
 * but at most 32 MiB. An empty file has none. A file that ends within a record can't be read, which
 * who reads from it is told.
 */
public final class FixedLengthSource implements RecordSource<byte[]> {

  private static final long serialVersionUID = 1L;
  private static final long MAX_SPLIT_BYTES = 32L << 20;
  private static final int BUFFER_BYTES = 64 * 1024;

  private final int recordLength;
  private final int numFiles;
  private final List<Split> splits;

  /** Files that end within a record, by path, with what is wrong. */
  private final HashMap<String, String> oddFiles = new HashMap<>();

  /**
   * @param recordLength in bytes, at least 1
   * @param minPartitions a hint of how many partitions to make at least, at least 1
   */
  public FixedLengthSource(List<FileStatus> files, int recordLength, int minPartitions) {
    this.recordLength = Arguments.positive("FixedLengthSource", "recordLength", recordLength);
    this.numFiles = files.size();
    this.splits = split(files, recordLength, minPartitions);
    for (FileStatus file : files) {
      if (!isWhole(file, recordLength)) {
        oddFiles.put(file.path(), misfit(file, recordLength));
      }
    }
  }

  private static boolean isWhole(FileStatus file, int recordLength) {
    return file.length() % recordLength == 0;
  }

  private static String misfit(FileStatus file, int recordLength) {
    return "has "
        + file.length()
        + " bytes, which is not a multiple of the record length "
        + recordLength;
  }

  /**
   * @throws IllegalArgumentException if a file ends within a record; names it
   */
  static void requireWhole(FileStatus file, int recordLength) {
    if (!isWhole(file, recordLength)) {
      throw new IllegalArgumentException(file.path() + " " + misfit(file, recordLength));
    }
  }

  static List<Split> split(List<FileStatus> files, int recordLength, int minPartitions) {
    long total = files.stream().mapToLong(FileStatus::length).sum();
    long wanted = Math.min(total / minPartitions, MAX_SPLIT_BYTES);
    long splitBytes = Math.max(1, wanted / recordLength) * recordLength;
    List<Split> splits = new ArrayList<>();
    for (FileStatus file : files) {
      for (long start = 0; start < file.length(); start += splitBytes) {
        splits.add(new Split(file.path(), start, Math.min(start + splitBytes, file.length())));
      }
    }
    return splits;
  }

  static RecordReader<byte[]> open(Split split, int recordLength) throws IOException {
    InputStream file;
    try {
      file = DataFilesLookup.of(split.path()).open(split.path(), split.start());
    } catch (IOException e) {
      throw TextFileSource.unreadable(split.path(), e);
    }
    return new Reader(new BufferedInputStream(file, BUFFER_BYTES), split, recordLength);
  }

  @Override
  public int numPartitions() {
    return splits.size();
  }

  @Override
  public long numRecords() {
    return splits.stream().mapToLong(split -> split.end() - split.start()).sum() / recordLength;
  }

  @Override
  public RecordReader<byte[]> open(int partition, TaskContext context) throws IOException {
    String path = splits.get(partition).path();
    String misfit = oddFiles.get(path);
    if (misfit != null) {
      throw new UnreadableInputException(path, misfit, null);
    }
    return open(splits.get(partition), recordLength);
  }

  @Override
  public String description() {
    return numFiles + " files of records of " + recordLength + " bytes";
  }

  private static final class Reader implements RecordReader<byte[]> {

    private final InputStream in;
    private final Split split;
    private final int recordLength;
    private long offset;

    Reader(InputStream in, Split split, int recordLength) {
      this.in = in;
      this.split = split;
      this.recordLength = recordLength;
      this.offset = split.start();
    }

    @Override
    public int read(Object[] into, int max) throws IOException {
      int count = 0;
      while (count < max && offset < split.end()) {
        byte[] record = next();
        if (record.length < recordLength) {
          throw new UnreadableInputException(
              split.path(), "ends at byte " + (offset + record.length) + ", within a record", null);
        }
        into[count++] = record;
        offset += recordLength;
      }
      return count == 0 ? -1 : count;
    }

    private byte[] next() throws IOException {
      try {
        return in.readNBytes(recordLength);
      } catch (IOException e) {
        throw TextFileSource.unreadable(split.path(), e);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
