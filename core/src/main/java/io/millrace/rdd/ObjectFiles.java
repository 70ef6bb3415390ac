package io.millrace.rdd;

import io.millrace.spi.DataFiles.FileStatus;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.plan.RecordReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The records of files that {@link ObjectFileOutput} wrote, a partition for each file. */
final class ObjectFiles<T> extends ListedFiles<String, T> {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // on one JVM, the engine's; on several, one that travels
  private final RecordFormat format;

  ObjectFiles(String path, RecordFormat format) {
    super("objectFile", path);
    this.format = format;
  }

  @Override
  List<String> split(List<FileStatus> files) {
    return files.stream().map(FileStatus::path).toList();
  }

  @Override
  RecordReader<T> open(String file) throws IOException {
    return open(format, file);
  }

  /** The records of one file. */
  @SuppressWarnings("unchecked")
  static <T> RecordReader<T> open(RecordFormat format, String file) throws IOException {
    InputStream in = DataFilesLookup.of(file).open(file, 0);
    try {
      return (RecordReader<T>) format.reader(in);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }
}
