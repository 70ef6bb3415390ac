package io.millrace.jdbc;

import io.millrace.function.Function;
import io.millrace.sink.Marker;
import io.millrace.sink.SinkContext;
import io.millrace.sink.SinkOwner;
import io.millrace.sink.SinkSession;
import io.millrace.sink.StageContext;
import io.millrace.sink.TransactionalSink;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows are staged as they are and written by the driver, in the transaction of the marker. */
record JdbcSink<T extends @Nullable Object>(
    ConnectionFactory connections,
    RowStatement statement,
    Function<? super T, Row> toRow,
    JdbcSinkOptions options)
    implements TransactionalSink<T, List<@Nullable Object>> {

  private static final Set<Class<?>> VALUE_TYPES =
      Set.of(
          String.class,
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class,
          byte[].class,
          UUID.class,
          Instant.class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          OffsetDateTime.class);

  @Override
  public String description() {
    return statement.target() + " at " + connections.description();
  }

  @Override
  public void stage(
      Iterator<T> records, StageContext context, RowOutput<List<@Nullable Object>> rows)
      throws Exception {
    while (records.hasNext()) {
      T item = records.next();
      Row row = toRow.call(item);
      if (row == null) {
        throw new NullPointerException(
            "the function that makes rows for "
                + description()
                + " returned null for "
                + item
                + "; leave such records out with filter()");
      }
      checkTypes(row);
      rows.write(row.values());
    }
  }

  private void checkTypes(Row row) {
    List<@Nullable Object> values = row.values();
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      if (value != null && !VALUE_TYPES.contains(value.getClass())) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "value %d of a row for %s is a %s, which can't be written: %s. Turn it into one of"
                    + " the types that io.millrace.jdbc.Row lists",
                i + 1,
                description(),
                value.getClass().getName(),
                value));
      }
    }
  }

  @Override
  public void check(SinkOwner owner) throws Exception {
    Connections own = new Connections(connections, options);
    try {
      Connection connection = own.working();
      String product = connection.getMetaData().getDatabaseProductName();
      Dialect dialect = Dialect.of(product);
      RowWriter.prepare(connection, statement, dialect, product, options.batchSize());
      String target = target(connection, dialect);
      connection.rollback();
      SinkContext context =
          new SinkContext(owner.checkpointId(), owner.outputId(), 1, new UUID(0, 0));
      new MarkerTable(options, target, statement.target(), context).check(connection);
      own.close();
    } catch (SQLException e) {
      own.discard(e);
      throw new SQLException(
          description() + " can't be used: " + e.getMessage(),
          e.getSQLState(),
          e.getErrorCode(),
          e);
    } catch (Exception | Error e) {
      own.discard(e);
      throw e;
    }
  }

  @Override
  public SinkSession<List<@Nullable Object>> open(SinkContext context) throws Exception {
    Connections own = new Connections(connections, options);
    try {
      return open(context, own);
    } catch (SQLException e) {
      own.discard(e);
      throw new SQLException(
          String.format(
              Locale.ROOT,
              "%s could not be opened (if it was a lock, another transaction may hold the row of"
                  + " markers in %s, of a program that was stopped while it wrote): %s",
              description(),
              options.markerTable(),
              e.getMessage()),
          e.getSQLState(),
          e.getErrorCode(),
          e);
    } catch (Exception | Error e) {
      own.discard(e);
      throw e;
    }
  }

  /** The table's full name, however the statement writes it; else what the statement says. */
  private String target(Connection connection, Dialect dialect) throws SQLException {
    Optional<RowStatement.Into> into = statement.into();
    return into.isPresent()
        ? "table " + dialect.canonicalTable(connection, into.get().table())
        : statement.target();
  }

  private JdbcSession open(SinkContext context, Connections own) throws Exception {
    Connection connection = own.working();
    String product = connection.getMetaData().getDatabaseProductName();
    Dialect dialect = Dialect.of(product);
    RowWriter writer =
        RowWriter.prepare(connection, statement, dialect, product, options.batchSize());
    String target = target(connection, dialect);
    connection.rollback();
    MarkerTable markers = new MarkerTable(options, target, statement.target(), context);
    markers.createIfMissing(connection);
    Optional<Marker> marker = markers.fence(connection);
    connection.commit();
    return new JdbcSession(description(), own, markers, writer, marker);
  }
}
