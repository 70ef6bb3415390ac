package io.millrace.sink;

/**
 * The staged rows of a batch, in the order of partitions and, within a partition, of writing. Can
 * be iterated more than once; an iterator reads from storage as it goes and throws {@link
 * java.io.UncheckedIOException} if that fails.
 */
public interface StagedRows<R> extends Iterable<R> {

  long numRows();
}
