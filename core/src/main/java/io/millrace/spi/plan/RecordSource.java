package io.millrace.spi.plan;

import io.millrace.TaskContext;
import java.io.Serializable;

/**
 * Records that can be read again at any time, partition by partition: the root of a lineage.
 *
 * <p>Reading a partition twice yields the same records in the same order. {@link #open} is called
 * on task threads, concurrently for different partitions and, after a failure, again for the same
 * one.
 *
 * @param <T> type of the records
 */
public interface RecordSource<T> extends Serializable {

  /** Number of partitions, 0 or more, always the same. */
  int numPartitions();

  /** Opens partition {@code partition}; the engine closes the reader when the task ends. */
  RecordReader<T> open(int partition, TaskContext context) throws Exception;

  /** Number of records in all partitions, or -1 while that is not known. */
  default long numRecords() {
    return -1;
  }

  /**
   * Whether the records are in this object, rather than where it would find them. An engine whose
   * tasks run elsewhere then sends each of them what it reads, and not the source.
   */
  default boolean holdsRecords() {
    return false;
  }

  /** What this source reads, in a few words, for lineages and errors. */
  String description();
}
