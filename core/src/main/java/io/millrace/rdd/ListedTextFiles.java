package io.millrace.rdd;

import io.millrace.TaskContext;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.RecordSource;
import org.jspecify.annotations.Nullable;

/** The text files that a path names, looked up when first asked and never again. */
final class ListedTextFiles implements RecordSource<String> {

  private static final long serialVersionUID = 1L;

  private final String path;
  private final int minPartitions;
  private final LineLimit lineLimit;
  private volatile @Nullable TextFileSource listed;

  ListedTextFiles(String path, int minPartitions, LineLimit lineLimit) {
    this.path = path;
    this.lineLimit = lineLimit;
    this.minPartitions = minPartitions;
  }

  private TextFileSource listed() {
    TextFileSource known = listed;
    return known != null ? known : list();
  }

  private synchronized TextFileSource list() {
    TextFileSource known = listed;
    if (known == null) {
      known = new TextFileSource(InputPaths.list("textFile", path), minPartitions, lineLimit);
      listed = known;
    }
    return known;
  }

  @Override
  public int numPartitions() {
    return listed().numPartitions();
  }

  @Override
  public RecordReader<String> open(int partition, TaskContext context) throws Exception {
    return listed().open(partition, context);
  }

  @Override
  public long numRecords() {
    TextFileSource known = listed;
    return known == null ? -1 : known.numRecords();
  }

  @Override
  public String description() {
    return path;
  }
}
