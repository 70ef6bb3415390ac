package io.millrace.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Executes a statement for each row, many at a time. */
final class RowWriter {

  private final String sql;
  private final Dialect dialect;
  private final int batchSize;
  private final int parameters;

  private RowWriter(String sql, Dialect dialect, int batchSize, int parameters) {
    this.sql = sql;
    this.dialect = dialect;
    this.batchSize = batchSize;
    this.parameters = parameters;
  }

  /** Lets the database look at the statement, so that a wrong one is found before any batch. */
  static RowWriter prepare(Connection connection, String sql, Dialect dialect, int batchSize)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int parameters = statement.getParameterMetaData().getParameterCount();
      return new RowWriter(sql, dialect, batchSize, parameters);
    }
  }

  void write(Connection connection, Iterable<List<@Nullable Object>> rows) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      long written = 0;
      int waiting = 0;
      for (List<@Nullable Object> row : rows) {
        bind(statement, row);
        statement.addBatch();
        waiting++;
        if (waiting == batchSize) {
          send(statement, written, waiting);
          written += waiting;
          waiting = 0;
        }
      }
      if (waiting > 0) {
        send(statement, written, waiting);
      }
    }
  }

  private void bind(PreparedStatement statement, List<@Nullable Object> row) throws SQLException {
    // A parameter that is not set keeps its value of the row before, without a word.
    if (row.size() != parameters) {
      throw new SQLException(
          String.format(
              Locale.ROOT,
              "a row has %d values but the statement has %d parameters: %s",
              row.size(),
              parameters,
              sql));
    }
    for (int i = 0; i < parameters; i++) {
      Object value = row.get(i);
      if (value == null) {
        statement.setNull(i + 1, Types.NULL);
      } else {
        statement.setObject(i + 1, dialect.parameter(value));
      }
    }
  }

  private void send(PreparedStatement statement, long written, int waiting) throws SQLException {
    try {
      statement.executeBatch();
    } catch (SQLException e) {
      // Some drivers tell the reason only in the next exception of the chain.
      SQLException next = e.getNextException();
      String reason = next == null ? e.getMessage() : next.getMessage();
      throw new SQLException(
          String.format(
              Locale.ROOT,
              "one of the rows %d to %d of the batch was refused by: %s: %s",
              written + 1,
              written + waiting,
              sql,
              reason),
          e.getSQLState(),
          e.getErrorCode(),
          e);
    }
  }
}
