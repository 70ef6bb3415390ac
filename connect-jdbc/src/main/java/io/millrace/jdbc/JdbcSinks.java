package io.millrace.jdbc;

import io.millrace.function.Function;
import io.millrace.sink.TransactionalSink;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Transactional sinks that write each batch to a database in one transaction, together with the row
 * of a table of markers that says which batch was written last. So a batch is there whole or not at
 * all, exactly once whatever crashes, and no reader sees half of one.
 *
 * <p><b>Threads.</b> Your function runs in the tasks, as often as a partition is computed: again
 * after a failure, perhaps at the same time as another attempt. Rows of the attempt that counts are
 * kept until the driver writes them, one connection, one partition after the other, in the order of
 * partitions and of records. So the database sees one writer, and what a batch writes should fit
 * one transaction: some 10,000 rows a second, as databases go.
 *
 * <p><b>Failure.</b> A row that the database refuses fails the batch and stops the program; the
 * message quotes the database. A connection that breaks between batches is replaced. If one breaks
 * while a commit is under way, the marker is read back on a new one, up to three times, and tells
 * whether the batch is there; if that fails too, the program stops, and its next start finds out.
 * Nothing is written twice.
 *
 * <p><b>Restart cases.</b>
 *
 * <ul>
 *   <li>The program is killed before the commit: nothing of the batch is there; the next start
 *       writes it.
 *   <li>It is killed during or after the commit: the marker tells, and the next start goes on with
 *       or after that batch.
 *   <li>A second program is started on the same checkpoint: the first one stops with a {@link
 *       io.millrace.spi.checkpoint.FencedException} at its next commit at the latest.
 *   <li>The checkpoint was lost or replaced: start refuses with a {@link
 *       io.millrace.sink.ForeignLedgerException}, rather than write everything again; the message
 *       names the ways out.
 *   <li>The database was restored from a backup: its marker is behind the checkpoint, which the
 *       start refuses, since rows are missing.
 * </ul>
 *
 * <p><b>Durability</b> is the database's: a commit that it forgets in a power failure is lost. With
 * SQLite keep {@code synchronous=FULL}, its default; with PostgreSQL keep {@code
 * synchronous_commit} on. A row of markers is as precious as the rows beside it: back them up
 * together.
 *
 * <p><b>Databases.</b> {@code insert} asks for transactions with row locks, or one writer at a
 * time, and for standard SQL; it is tested on H2, PostgreSQL and SQLite. {@code upsert} needs one
 * of these three. The program's user must be allowed to create the table of markers, or find it
 * there: columns {@code checkpoint_id VARCHAR(36)}, {@code output_id VARCHAR(200)}, together the
 * primary key, {@code target VARCHAR(1000)}, {@code last_batch BIGINT}, {@code batch_epoch BIGINT},
 * {@code fence_epoch BIGINT}, {@code fence_owner VARCHAR(36)}, in this order, none of them null.
 */
public final class JdbcSinks {

  private JdbcSinks() {}

  /**
   * Executes a statement for each record, with {@link JdbcSinkOptions#defaults()}.
   *
   * <p>{@code JdbcSinks.insert(connections, "insert into payments(id, amount) values (?, ?)",
   * payment -> Row.of(payment.id(), payment.amount()))}
   *
   * @param sql a statement that changes rows, with a {@code ?} for each value of a row. Not one
   *     that ends the transaction, as a definition of a table does in some databases
   * @param toRow the values of a record's parameters; returns no null
   */
  public static <T extends @Nullable Object> TransactionalSink<T, List<@Nullable Object>> insert(
      ConnectionFactory connections, String sql, Function<? super T, Row> toRow) {
    return insert(connections, sql, toRow, JdbcSinkOptions.defaults());
  }

  /** {@link #insert(ConnectionFactory, String, Function)} with other settings. */
  public static <T extends @Nullable Object> TransactionalSink<T, List<@Nullable Object>> insert(
      ConnectionFactory connections,
      String sql,
      Function<? super T, Row> toRow,
      JdbcSinkOptions options) {
    return new JdbcSink<>(connections, new RowStatement.Insert(sql), toRow, options);
  }

  /**
   * Inserts a row for each record, or updates the row that has the same key, with {@link
   * JdbcSinkOptions#defaults()}. Of two records of one key in a batch the later one wins.
   *
   * <p>With PostgreSQL leave the driver's {@code reWriteBatchedInserts} off, unless no batch has a
   * key twice: the rewritten statement can't update one row two times, and the batch would fail.
   *
   * @param table its name, plain, or in double quotes if its case or a reserved word asks for it; a
   *     schema may stand before it
   * @param keyColumns at least one; the table has a primary key or a unique index on exactly these
   * @param valueColumns the columns that are updated; if there are none, a row that is there stays
   * @param toRow the values of the key columns, then those of the value columns
   * @throws IllegalArgumentException if a name is not one, or a column is listed twice
   */
  public static <T extends @Nullable Object> TransactionalSink<T, List<@Nullable Object>> upsert(
      ConnectionFactory connections,
      String table,
      List<String> keyColumns,
      List<String> valueColumns,
      Function<? super T, Row> toRow) {
    return upsert(connections, table, keyColumns, valueColumns, toRow, JdbcSinkOptions.defaults());
  }

  /** {@link #upsert(ConnectionFactory, String, List, List, Function)} with other settings. */
  public static <T extends @Nullable Object> TransactionalSink<T, List<@Nullable Object>> upsert(
      ConnectionFactory connections,
      String table,
      List<String> keyColumns,
      List<String> valueColumns,
      Function<? super T, Row> toRow,
      JdbcSinkOptions options) {
    return new JdbcSink<>(
        connections, new RowStatement.Upsert(table, keyColumns, valueColumns), toRow, options);
  }
}
