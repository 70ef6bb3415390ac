package io.millrace.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Executes a statement for each row, many at a time.
 *
 * <p>An upsert of a row with null in its key is an UPDATE, and an INSERT if that finds no row: in a
 * unique index nulls differ from each other, so the database's own upsert would insert each time.
 * The marker's row, which the transaction holds, keeps other drivers of this output out meanwhile.
 */
final class RowWriter {

  private static final int MAX_SHOWN = 200;

  private final String sql;
  private final Dialect dialect;
  private final int batchSize;
  private final int parameters;
  private final TargetColumns columns;
  private final RowStatement.@Nullable Upsert upsert;

  private RowWriter(
      RowStatement statement,
      String sql,
      Dialect dialect,
      int batchSize,
      int parameters,
      TargetColumns columns) {
    this.sql = sql;
    this.dialect = dialect;
    this.batchSize = batchSize;
    this.parameters = parameters;
    this.columns = columns;
    this.upsert = statement instanceof RowStatement.Upsert own ? own : null;
  }

  /** Lets the database look at the statement, so that a wrong one is found before any batch. */
  static RowWriter prepare(
      Connection connection, RowStatement statement, Dialect dialect, String product, int batchSize)
      throws SQLException {
    String sql = statement.sql(dialect, product);
    int parameters;
    try (PreparedStatement prepared = connection.prepareStatement(sql)) {
      parameters = prepared.getParameterMetaData().getParameterCount();
    }
    RowStatement.Into into = statement.into().orElse(null);
    TargetColumns columns =
        into == null
            ? TargetColumns.unknown()
            : TargetColumns.of(connection, dialect, into.table(), into.columns(), parameters);
    return new RowWriter(statement, sql, dialect, batchSize, parameters, columns);
  }

  /** The database refused a batch of rows without saying which. */
  static final class RowsRefusedException extends SQLException {
    private static final long serialVersionUID = 1L;

    private final long firstRow;

    RowsRefusedException(String message, long firstRow, SQLException cause) {
      super(message, cause.getSQLState(), cause.getErrorCode(), cause);
      this.firstRow = firstRow;
    }
  }

  /**
   * @throws RowsRefusedException if the rows up to some number are fine but one of the next is not;
   *     {@link #findRefused} tells which
   */
  void write(Connection connection, Iterable<List<@Nullable Object>> rows) throws SQLException {
    write(connection, rows, Long.MAX_VALUE);
  }

  /**
   * Writes the rows again, in a new transaction, and this time one by one where the batch failed.
   *
   * @return names the row and says why; null if the database refuses none of them now
   */
  @Nullable SQLException findRefused(
      Connection connection, Iterable<List<@Nullable Object>> rows, RowsRefusedException refused) {
    try {
      write(connection, rows, refused.firstRow);
      return null;
    } catch (SQLException e) {
      return e;
    }
  }

  private void write(Connection connection, Iterable<List<@Nullable Object>> rows, long singlyFrom)
      throws SQLException {
    try (Statements statements = new Statements(connection)) {
      PreparedStatement statement = statements.of(sql);
      long number = 0;
      int waiting = 0;
      for (List<@Nullable Object> row : rows) {
        number++;
        check(row, number);
        if (hasNullKey(row)) {
          upsertNullKey(statements, row, number);
          continue;
        }
        bind(statement, row, number);
        if (number > singlyFrom) {
          executeRow(statement, row, number);
          continue;
        }
        statement.addBatch();
        waiting++;
        if (waiting == batchSize || number == singlyFrom) {
          send(statement, number, waiting);
          waiting = 0;
        }
      }
      if (waiting > 0) {
        send(statement, number, waiting);
      }
    }
  }

  private void check(List<@Nullable Object> row, long number) throws SQLException {
    // A parameter that is not set keeps its value of the row before, without a word.
    if (row.size() != parameters) {
      throw new SQLException(
          String.format(
              Locale.ROOT,
              "row %d has %d values but the statement has %d parameters: %s",
              number,
              row.size(),
              parameters,
              sql));
    }
    for (int i = 0; i < parameters; i++) {
      Object value = row.get(i);
      if (value != null) {
        String refusal = columns.refusal(i, value);
        if (refusal == null && value instanceof String text && !isUnicode(text)) {
          refusal = "a text has half of a surrogate pair, which the database can't keep";
        }
        if (refusal != null) {
          throw refused(row, number, refusal, null);
        }
      }
    }
  }

  private static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean isPair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!isPair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private void bind(PreparedStatement statement, List<@Nullable Object> row, long number)
      throws SQLException {
    for (int i = 0; i < parameters; i++) {
      bind(statement, i + 1, row.get(i), row, number);
    }
  }

  private void bind(
      PreparedStatement statement,
      int parameter,
      @Nullable Object value,
      List<@Nullable Object> row,
      long number)
      throws SQLException {
    if (value == null) {
      statement.setNull(parameter, Types.NULL);
      return;
    }
    try {
      statement.setObject(parameter, dialect.parameter(value));
    } catch (IllegalArgumentException e) {
      throw refused(row, number, String.valueOf(e.getMessage()), null);
    }
  }

  private boolean hasNullKey(List<@Nullable Object> row) {
    return upsert != null && row.subList(0, upsert.keys().size()).contains(null);
  }

  private void upsertNullKey(Statements statements, List<@Nullable Object> row, long number)
      throws SQLException {
    RowStatement.Upsert own = Objects.requireNonNull(upsert);
    int numKeys = own.keys().size();
    List<Boolean> areNull = new ArrayList<>();
    for (int i = 0; i < numKeys; i++) {
      areNull.add(row.get(i) == null);
    }
    PreparedStatement update =
        statements.of(Dialect.updateWithNulls(own.table(), own.keys(), own.values(), areNull));
    int parameter = 1;
    for (int i = numKeys; i < row.size(); i++) {
      bind(update, parameter++, row.get(i), row, number);
    }
    for (int i = 0; i < numKeys; i++) {
      if (row.get(i) != null) {
        bind(update, parameter++, row.get(i), row, number);
      }
    }
    if (executeRow(update, row, number) == 0) {
      PreparedStatement insert =
          statements.of(Dialect.insert(own.table(), own.keys(), own.values()));
      bind(insert, row, number);
      executeRow(insert, row, number);
    }
  }

  private int executeRow(PreparedStatement statement, List<@Nullable Object> row, long number)
      throws SQLException {
    try {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw refused(row, number, reason(e), e);
    }
  }

  private SQLException refused(
      List<@Nullable Object> row, long number, String reason, @Nullable SQLException cause) {
    String shown = row.toString();
    return new SQLException(
        String.format(
            Locale.ROOT,
            "row %d of the batch, %s, was refused by: %s: %s",
            number,
            shown.length() <= MAX_SHOWN ? shown : shown.substring(0, MAX_SHOWN) + "…",
            sql,
            reason),
        cause == null ? null : cause.getSQLState(),
        cause == null ? 0 : cause.getErrorCode(),
        cause);
  }

  /** Some drivers tell the reason only in the next exception of the chain. */
  private static String reason(SQLException e) {
    SQLException next = e.getNextException();
    return String.valueOf(next == null ? e.getMessage() : next.getMessage());
  }

  private void send(PreparedStatement statement, long last, int waiting) throws SQLException {
    try {
      statement.executeBatch();
    } catch (SQLException e) {
      throw new RowsRefusedException(
          String.format(
              Locale.ROOT,
              "one of the rows %d to %d of the batch was refused by: %s: %s",
              last - waiting + 1,
              last,
              sql,
              reason(e)),
          last - waiting,
          e);
    }
  }

  /** The statements of a batch by their text. */
  private static final class Statements implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    Statements(Connection connection) {
      this.connection = connection;
    }

    PreparedStatement of(String sql) throws SQLException {
      PreparedStatement known = prepared.get(sql);
      if (known == null) {
        known = connection.prepareStatement(sql);
        prepared.put(sql, known);
      }
      return known;
    }

    @Override
    public void close() throws SQLException {
      SQLException failure = null;
      for (PreparedStatement statement : prepared.values()) {
        try {
          statement.close();
        } catch (SQLException e) {
          failure = e;
        }
      }
      if (failure != null) {
        throw failure;
      }
    }
  }
}
