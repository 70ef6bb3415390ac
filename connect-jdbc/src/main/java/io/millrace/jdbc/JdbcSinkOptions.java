package io.millrace.jdbc;

import java.io.Serializable;
import java.time.Duration;

/**
 * Settings of a JDBC sink; begin with {@link #defaults()}.
 *
 * @param batchSize how many rows are sent to the database at once, 1 to 100,000
 * @param markerTable name of the table of markers, perhaps with its schema before it: {@code
 *     ops.millrace_markers}
 * @param lockTimeout how long to wait for another transaction that holds the marker or, on SQLite,
 *     the database; 1 ms to 1 h. An old driver that was stopped in the middle of its transaction
 *     holds it
 * @param besideOtherCheckpoints whether a target may hold what another checkpoint has written for
 *     an output of the same id. That is how two programs write to one table; but a program that has
 *     lost its checkpoint then writes again what it has written before
 * @param responseTimeout how long the database may be silent while it is asked something, 1 ms to 1
 *     h, before the connection is given up as broken and the fate of the batch is looked up on a
 *     new one; of use with drivers that have a network timeout, such as PostgreSQL's. Longer than
 *     the lock timeout, which is a wait that ends with an answer
 */
public record JdbcSinkOptions(
    int batchSize,
    String markerTable,
    Duration lockTimeout,
    boolean besideOtherCheckpoints,
    Duration responseTimeout)
    implements Serializable {

  private static final Duration DEFAULT_RESPONSE_TIMEOUT = Duration.ofSeconds(60);

  private static final int MAX_BATCH_SIZE = 100_000;
  private static final Duration MAX_LOCK_TIMEOUT = Duration.ofHours(1);

  public JdbcSinkOptions {
    if (batchSize < 1 || batchSize > MAX_BATCH_SIZE) {
      throw new IllegalArgumentException(
          "the batch size is 1 to " + MAX_BATCH_SIZE + " rows, not " + batchSize);
    }
    if (lockTimeout.toMillis() < 1 || lockTimeout.compareTo(MAX_LOCK_TIMEOUT) > 0) {
      throw new IllegalArgumentException("the lock timeout is 1 ms to 1 h, not " + lockTimeout);
    }
    if (responseTimeout.toMillis() < 1 || responseTimeout.compareTo(MAX_LOCK_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "the response timeout is 1 ms to 1 h, not " + responseTimeout);
    }
    SqlNames.check(markerTable);
  }

  /**
   * Batches of 1,000 rows, the table {@code millrace_markers}, 30 s for locks, 60 s for an answer,
   * and no other checkpoint beside this one.
   */
  public static JdbcSinkOptions defaults() {
    return new JdbcSinkOptions(
        1_000, "millrace_markers", Duration.ofSeconds(30), false, DEFAULT_RESPONSE_TIMEOUT);
  }

  public JdbcSinkOptions withBatchSize(int rows) {
    return new JdbcSinkOptions(
        rows, markerTable, lockTimeout, besideOtherCheckpoints, responseTimeout);
  }

  public JdbcSinkOptions withMarkerTable(String name) {
    return new JdbcSinkOptions(
        batchSize, name, lockTimeout, besideOtherCheckpoints, responseTimeout);
  }

  public JdbcSinkOptions withLockTimeout(Duration timeout) {
    return new JdbcSinkOptions(
        batchSize, markerTable, timeout, besideOtherCheckpoints, responseTimeout);
  }

  public JdbcSinkOptions withBesideOtherCheckpoints(boolean allowed) {
    return new JdbcSinkOptions(batchSize, markerTable, lockTimeout, allowed, responseTimeout);
  }

  public JdbcSinkOptions withResponseTimeout(Duration timeout) {
    return new JdbcSinkOptions(
        batchSize, markerTable, lockTimeout, besideOtherCheckpoints, timeout);
  }
}
