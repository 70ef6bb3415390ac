package io.millrace.rdd;

import io.millrace.spi.DataFiles.FileStatus;
import io.millrace.spi.plan.RecordReader;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of files in which each has the same length. Files are cut between records into splits
 * of {@code total length / minimum partitions} bytes, but at most 32 MiB.
 */
final class BinaryRecords extends ListedFiles<TextFileSource.Split, byte[]> {

  private static final long serialVersionUID = 1L;
  private static final long MAX_SPLIT_BYTES = 32L << 20;

  private final int recordLength;
  private final int minPartitions;

  BinaryRecords(String path, int recordLength, int minPartitions) {
    super("binaryRecords", path);
    this.recordLength = Arguments.positive("binaryRecords", "recordLength", recordLength);
    this.minPartitions = minPartitions;
  }

  @Override
  List<TextFileSource.Split> split(List<FileStatus> files) {
    long total = files.stream().mapToLong(FileStatus::length).sum();
    long wanted = Math.min(total / minPartitions, MAX_SPLIT_BYTES);
    long splitBytes = Math.max(1, wanted / recordLength) * recordLength;
    List<TextFileSource.Split> splits = new ArrayList<>();
    for (FileStatus file : files) {
      if (file.length() % recordLength != 0) {
        throw new IllegalArgumentException(
            "binaryRecords: "
                + file.path()
                + " has "
                + file.length()
                + " bytes, which is not a multiple of the record length "
                + recordLength);
      }
      for (long start = 0; start < file.length(); start += splitBytes) {
        long end = Math.min(start + splitBytes, file.length());
        splits.add(new TextFileSource.Split(file.path(), start, end));
      }
    }
    return splits;
  }

  @Override
  RecordReader<byte[]> open(TextFileSource.Split split) throws IOException {
    InputStream in =
        new BufferedInputStream(DataFilesLookup.of(split.path()).open(split.path(), split.start()));
    return new Reader(in, split, recordLength);
  }

  private static final class Reader implements RecordReader<byte[]> {

    private final InputStream in;
    private final TextFileSource.Split split;
    private final int recordLength;
    private long offset;

    Reader(InputStream in, TextFileSource.Split split, int recordLength) {
      this.in = in;
      this.split = split;
      this.recordLength = recordLength;
      this.offset = split.start();
    }

    @Override
    public int read(Object[] into, int max) throws IOException {
      int count = 0;
      while (count < max && offset < split.end()) {
        byte[] record = in.readNBytes(recordLength);
        if (record.length < recordLength) {
          throw new EOFException(
              split.path() + " ends at byte " + (offset + record.length) + ", within a record");
        }
        into[count++] = record;
        offset += recordLength;
      }
      return count == 0 ? -1 : count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
