package io.millrace.stream;

import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.Partitioner;
import io.millrace.rdd.RDDContext;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the partitioner that a program does not name until a batch is planned: then it is a
 * {@link HashPartitioner} of as many partitions as are the default. Never part of a plan itself.
 */
final class DefaultPartitioner extends Partitioner {

  private static final long serialVersionUID = 1L;

  private final transient RDDContext context;

  DefaultPartitioner(RDDContext context) {
    this.context = context;
  }

  /** What a partitioner of the declaration is for the batch that is being planned. */
  static Partitioner now(Partitioner declared) {
    return declared instanceof DefaultPartitioner standIn
        ? new HashPartitioner(standIn.context.defaultParallelism())
        : declared;
  }

  @Override
  public int numPartitions() {
    return now(this).numPartitions();
  }

  @Override
  public int getPartition(@Nullable Object key) {
    return now(this).getPartition(key);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DefaultPartitioner that && that.context == context;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(context);
  }

  @Override
  public String toString() {
    return "the default partitioner";
  }
}
