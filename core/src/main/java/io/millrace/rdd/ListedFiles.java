package io.millrace.rdd;

import io.millrace.TaskContext;
import io.millrace.spi.DataFiles.FileStatus;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.RecordSource;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records of the files that a path names, looked up when first asked and never again.
 *
 * @param <S> what a partition reads
 */
abstract class ListedFiles<S extends Serializable, T> implements RecordSource<T> {

  private static final long serialVersionUID = 1L;

  private final String operation;
  private final String path;

  @SuppressWarnings("serial") // a list of the JDK
  private volatile @Nullable List<S> splits;

  ListedFiles(String operation, String path) {
    this.operation = operation;
    this.path = Arguments.notNull(operation, "the path", path);
  }

  /** What each partition reads; called once. */
  abstract List<S> split(List<FileStatus> files);

  abstract RecordReader<T> open(S split) throws Exception;

  private List<S> splits() {
    if (splits == null) {
      list();
    }
    return Objects.requireNonNull(splits);
  }

  private synchronized void list() {
    if (splits == null) {
      splits = List.copyOf(split(InputPaths.list(operation, path)));
    }
  }

  @Override
  public final int numPartitions() {
    return splits().size();
  }

  @Override
  public final RecordReader<T> open(int partition, TaskContext context) throws Exception {
    return open(splits().get(partition));
  }

  @Override
  public final String description() {
    return path;
  }
}
