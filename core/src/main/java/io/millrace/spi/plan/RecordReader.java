package io.millrace.spi.plan;

/**
 * Hands out the records of one partition in bounded chunks. Used by one thread at a time.
 *
 * @param <T> type of the records
 */
public interface RecordReader<T> extends AutoCloseable {

  /**
   * Puts the next records into {@code into[0..count)} and returns {@code count}, which is between 1
   * and {@code max}, or -1 when there are no more records (then, and at each later call).
   *
   * <p>May return fewer than {@code max} records to keep a slow source responsive. Elements beyond
   * {@code count} are left as they are.
   *
   * @param into at least {@code max} long; records may be null
   * @param max at least 1
   * @throws Exception if the records can't be read; the task fails and may be retried
   */
  int read(Object[] into, int max) throws Exception;

  /** Releases what the reader holds; called once, also when reading stopped early or failed. */
  @Override
  default void close() throws Exception {}
}
