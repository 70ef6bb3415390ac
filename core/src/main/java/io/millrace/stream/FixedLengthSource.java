package io.millrace.stream;

import io.millrace.TaskContext;
import io.millrace.rdd.DataFilesLookup;
import io.millrace.spi.DataFiles.FileStatus;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.RecordSource;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Records of a fixed number of bytes, from files that hold nothing else. Splits hold whole records,
 * at most 32 MiB of them.
 */
final class FixedLengthSource implements RecordSource<byte[]> {

  private static final long serialVersionUID = 1L;
  private static final long MAX_SPLIT_BYTES = 32L << 20;
  private static final int BUFFER_BYTES = 64 * 1024;

  /** {@code numRecords} records of a file, from byte {@code start}. */
  private record Split(String path, long start, long numRecords) implements Serializable {}

  private final int recordLength;
  private final List<Split> splits;
  private final long numRecords;
  private final int numFiles;

  /**
   * @param recordLength in bytes, at least 1
   * @param minPartitions a hint of how many partitions to make at least
   * @throws IllegalArgumentException if a file ends within a record
   */
  FixedLengthSource(List<FileStatus> files, int recordLength, int minPartitions) {
    this.recordLength = recordLength;
    this.numFiles = files.size();
    this.numRecords = files.stream().mapToLong(file -> numRecords(file, recordLength)).sum();
    long most = Math.max(1, MAX_SPLIT_BYTES / recordLength);
    long even = Math.max(1, (numRecords + minPartitions - 1) / minPartitions);
    this.splits = split(files, recordLength, Math.min(most, even));
  }

  private static long numRecords(FileStatus file, int recordLength) {
    if (file.length() % recordLength != 0) {
      throw new IllegalArgumentException(
          file.path()
              + " has "
              + file.length()
              + " bytes, which is not a whole number of records of "
              + recordLength
              + " bytes; move files in when they are complete");
    }
    return file.length() / recordLength;
  }

  private static List<Split> split(List<FileStatus> files, int recordLength, long splitRecords) {
    List<Split> splits = new ArrayList<>();
    for (FileStatus file : files) {
      long left = numRecords(file, recordLength);
      for (long start = 0; left > 0; left -= splitRecords, start += splitRecords * recordLength) {
        splits.add(new Split(file.path(), start, Math.min(left, splitRecords)));
      }
    }
    return splits;
  }

  @Override
  public int numPartitions() {
    return splits.size();
  }

  @Override
  public long numRecords() {
    return numRecords;
  }

  @Override
  public RecordReader<byte[]> open(int partition, TaskContext context) throws IOException {
    Split split = splits.get(partition);
    InputStream file = DataFilesLookup.of(split.path()).open(split.path(), split.start());
    return new Reader(split, new BufferedInputStream(file, BUFFER_BYTES));
  }

  @Override
  public String description() {
    return numFiles + " files of records of " + recordLength + " bytes";
  }

  private final class Reader implements RecordReader<byte[]> {

    private final Split split;
    private final InputStream bytes;
    private long left;

    Reader(Split split, InputStream bytes) {
      this.split = split;
      this.bytes = bytes;
      this.left = split.numRecords();
    }

    @Override
    public int read(Object[] into, int max) throws IOException {
      int count = (int) Math.min(left, max);
      for (int i = 0; i < count; i++) {
        byte[] record = bytes.readNBytes(recordLength);
        if (record.length < recordLength) {
          throw new EOFException(split.path() + " has become shorter since it was listed");
        }
        into[i] = record;
      }
      left -= count;
      return count == 0 ? -1 : count;
    }

    @Override
    public void close() throws IOException {
      bytes.close();
    }
  }
}
