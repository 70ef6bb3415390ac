package io.millrace.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection of a session: kept from batch to batch, and replaced when it is broken. */
final class Connections implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  private static final int VALIDATION_SECONDS = 10;

  private final ConnectionFactory factory;
  private final JdbcSinkOptions options;
  private @Nullable Connection current;

  Connections(ConnectionFactory factory, JdbcSinkOptions options) {
    this.factory = factory;
    this.options = options;
  }

  /** A connection that works, without auto-commit and outside of a transaction. */
  Connection working() throws SQLException {
    Connection connection = current;
    if (connection != null && !isValid(connection)) {
      discard(null);
      connection = null;
    }
    if (connection == null) {
      connection = open();
      current = connection;
      prepare(connection);
    }
    return connection;
  }

  /** A message of a driver, or of the driver manager, may quote the URL with its password. */
  private Connection open() throws SQLException {
    try {
      return factory.open();
    } catch (SQLException e) {
      String message = String.valueOf(e.getMessage());
      String harmless = JdbcUrl.withoutUrls(message);
      if (harmless.equals(message)) {
        throw e;
      }
      SQLException shown = new SQLException(harmless, e.getSQLState(), e.getErrorCode());
      shown.setStackTrace(e.getStackTrace());
      throw shown;
    }
  }

  private static boolean isValid(Connection connection) throws SQLException {
    boolean isValid = connection.isValid(VALIDATION_SECONDS);
    if (isValid) {
      // To ask may have begun a transaction, and what it sees must not be of now.
      connection.rollback();
    }
    return isValid;
  }

  private void prepare(Connection connection) throws SQLException {
    try {
      connection.setAutoCommit(true);
      DatabaseMetaData database = connection.getMetaData();
      int readCommitted = Connection.TRANSACTION_READ_COMMITTED;
      if (database.supportsTransactionIsolationLevel(readCommitted)) {
        connection.setTransactionIsolation(readCommitted);
      }
      Dialect.of(database.getDatabaseProductName()).prepare(connection, options.lockTimeout());
      limitSilence(connection);
      connection.setAutoCommit(false);
    } catch (SQLException e) {
      discard(e);
      throw e;
    }
  }

  /** A database that does not answer is one that has failed, if the driver can tell. */
  private void limitSilence(Connection connection) throws SQLException {
    try {
      connection.setNetworkTimeout(
          Runnable::run, Math.toIntExact(options.responseTimeout().toMillis()));
    } catch (SQLFeatureNotSupportedException | AbstractMethodError e) {
      LOG.debug(
          "the driver of {} knows no network timeout; millrace.streaming.sinkTimeout holds alone",
          factory.description(),
          e);
    }
  }

  /** Rolls back and disconnects after a failure. What fails meanwhile is added to it. */
  void discard(@Nullable Throwable failure) {
    Connection connection = current;
    current = null;
    if (connection == null) {
      return;
    }
    attempt(connection::rollback, failure);
    attempt(connection::close, failure);
  }

  private interface Step {
    void run() throws SQLException;
  }

  /** A broken connection can't be rolled back or closed; the database does it by itself. */
  private static void attempt(Step step, @Nullable Throwable failure) {
    try {
      step.run();
    } catch (SQLException e) {
      if (failure != null) {
        failure.addSuppressed(e);
      }
    }
  }

  @Override
  public void close() throws SQLException {
    Connection connection = current;
    current = null;
    if (connection != null) {
      connection.close();
    }
  }
}
