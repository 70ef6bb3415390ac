package io.millrace.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.Temporal;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where databases differ. */
enum Dialect {
  H2("H2", "SET LOCK_TIMEOUT %d") {
    @Override
    Optional<String> upsert(String table, List<String> keys, List<String> values) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "MERGE INTO %s (%s) KEY (%s) VALUES (%s)",
              table,
              names(keys, values),
              String.join(", ", keys),
              parameters(keys, values)));
    }
  },

  POSTGRESQL("PostgreSQL", "SET lock_timeout = %d") {
    @Override
    Optional<String> upsert(String table, List<String> keys, List<String> values) {
      return Optional.of(insertOnConflict(table, keys, values));
    }
  },

  /** Any column takes any type; what SQLite has no type for is text. */
  SQLITE("SQLite", "PRAGMA busy_timeout = %d") {
    @Override
    Optional<String> upsert(String table, List<String> keys, List<String> values) {
      return Optional.of(insertOnConflict(table, keys, values));
    }

    @Override
    Object parameter(Object value) {
      if (value instanceof Boolean flag) {
        return flag ? 1 : 0;
      }
      boolean isText =
          value instanceof Temporal
              || value instanceof UUID
              || value instanceof BigDecimal
              || value instanceof BigInteger;
      return isText ? value.toString() : super.parameter(value);
    }
  },

  /** Any other database; standard SQL is all that is asked of it. */
  OTHER("", "");

  private final String productName;
  private final String lockTimeout;

  Dialect(String productName, String lockTimeout) {
    this.productName = productName;
    this.lockTimeout = lockTimeout;
  }

  static Dialect of(String productName) {
    return Stream.of(values())
        .filter(dialect -> dialect.productName.equals(productName))
        .findFirst()
        .orElse(OTHER);
  }

  /**
   * The statement that inserts a row, or updates the one of the same key; its parameters are the
   * keys, then the values. Empty if it is not known.
   */
  Optional<String> upsert(String table, List<String> keys, List<String> values) {
    return Optional.empty();
  }

  /** What the driver is given for a value of a row. */
  Object parameter(Object value) {
    if (value instanceof Instant instant) {
      return instant.atOffset(ZoneOffset.UTC);
    }
    return value instanceof BigInteger integer ? new BigDecimal(integer) : value;
  }

  /** Bounds the wait for locks, for as long as the connection lasts; outside of a transaction. */
  void limitLockWait(Connection connection, Duration timeout) throws SQLException {
    if (!lockTimeout.isEmpty()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(String.format(Locale.ROOT, lockTimeout, timeout.toMillis()));
      }
    }
  }

  private static String insertOnConflict(String table, List<String> keys, List<String> values) {
    String update =
        values.stream()
            .map(name -> name + " = excluded." + name)
            .collect(Collectors.joining(", ", "DO UPDATE SET ", ""));
    return String.format(
        Locale.ROOT,
        "INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (%s) %s",
        table,
        names(keys, values),
        parameters(keys, values),
        String.join(", ", keys),
        values.isEmpty() ? "DO NOTHING" : update);
  }

  private static String names(List<String> keys, List<String> values) {
    return Stream.concat(keys.stream(), values.stream()).collect(Collectors.joining(", "));
  }

  private static String parameters(List<String> keys, List<String> values) {
    return String.join(", ", Collections.nCopies(keys.size() + values.size(), "?"));
  }
}
