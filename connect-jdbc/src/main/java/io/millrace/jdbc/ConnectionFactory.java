package io.millrace.jdbc;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * Opens connections to a database. Called on the driver alone, by one thread at a time: when the
 * program starts, and when a connection turns out to be broken between two batches. It travels with
 * its sink nevertheless, so it is serializable; a lambda that reaches a {@code DataSource} through
 * a static method is one.
 */
@FunctionalInterface
public interface ConnectionFactory extends Serializable {

  /**
   * Opens a connection, which is the sink's until the sink closes it. The sink sets its isolation
   * level (read committed, where there is one), its lock timeout, its time zone (UTC, on H2 and
   * PostgreSQL) and auto-commit; a pool must reset these.
   */
  Connection open() throws SQLException;

  /** What the connections lead to, for messages; without passwords. */
  default String description() {
    return "a database";
  }

  /** Connections to a URL, by {@link DriverManager}. */
  static ConnectionFactory of(String url) {
    return of(url, Map.of());
  }

  /**
   * Connections to a URL, by {@link DriverManager}.
   *
   * @param properties for the driver, such as {@code user} and {@code password}. They are part of
   *     the sink wherever it travels; prefer a lambda that looks a password up when it is called
   */
  static ConnectionFactory of(String url, Map<String, String> properties) {
    return new UrlConnections(url, new HashMap<>(properties));
  }

  /** The connections of {@link #of(String, Map)}. */
  record UrlConnections(String url, HashMap<String, String> properties)
      implements ConnectionFactory {

    @Override
    public Connection open() throws SQLException {
      Properties all = new Properties();
      all.putAll(properties);
      return DriverManager.getConnection(url, all);
    }

    /** Driver, host, port and database, as far as they can be told from passwords. */
    @Override
    public String description() {
      return JdbcUrl.describe(url);
    }

    @Override
    public String toString() {
      return description();
    }
  }
}
