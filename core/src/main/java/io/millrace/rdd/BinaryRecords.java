package io.millrace.rdd;

import io.millrace.spi.DataFiles.FileStatus;
import io.millrace.spi.plan.RecordReader;
import java.io.IOException;
import java.util.List;

/** The records of files in which each has the same length; see {@link FixedLengthSource}. */
final class BinaryRecords extends ListedFiles<TextFileSource.Split, byte[]> {

  private static final long serialVersionUID = 1L;

  private final int recordLength;
  private final int minPartitions;

  BinaryRecords(String path, int recordLength, int minPartitions) {
    super("binaryRecords", path);
    this.recordLength = Arguments.positive("binaryRecords", "recordLength", recordLength);
    this.minPartitions = minPartitions;
  }

  @Override
  List<TextFileSource.Split> split(List<FileStatus> files) {
    files.forEach(file -> FixedLengthSource.requireWhole(file, recordLength));
    return FixedLengthSource.split(files, recordLength, minPartitions);
  }

  @Override
  RecordReader<byte[]> open(TextFileSource.Split split) throws IOException {
    return FixedLengthSource.open(split, recordLength);
  }
}
