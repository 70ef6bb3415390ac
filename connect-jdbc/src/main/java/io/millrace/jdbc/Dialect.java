package io.millrace.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where databases differ. */
enum Dialect {
  H2("H2", "SET LOCK_TIMEOUT %d", "SET TIME ZONE 'UTC'") {
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

  POSTGRESQL("PostgreSQL", "SET lock_timeout = %d", "SET TIME ZONE 'UTC'") {
    private static final int MAX_FRACTION_DIGITS = 6;

    @Override
    Optional<String> upsert(String table, List<String> keys, List<String> values) {
      return Optional.of(insertOnConflict(table, keys, values));
    }

    @Override
    Object parameter(Object value) {
      if (TargetColumns.fractionDigits(value) > MAX_FRACTION_DIGITS) {
        throw new IllegalArgumentException(
            "use truncatedTo(ChronoUnit.MICROS): PostgreSQL has microseconds, and would round "
                + value);
      }
      return super.parameter(value);
    }

    @Override
    String canonicalTable(Connection connection, String table) throws SQLException {
      String sql =
          "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
              + " WHERE c.oid = to_regclass(?)";
      try (PreparedStatement select = connection.prepareStatement(sql)) {
        select.setString(1, table);
        try (ResultSet found = select.executeQuery()) {
          return found.next() ? qualified(found.getString(1), found.getString(2)) : table;
        }
      }
    }
  },

  /**
   * Any column takes any type. SQLite has no types for times and UUIDs, which are text, nor for
   * decimals and integers beyond its own numbers, which are refused.
   */
  SQLITE("SQLite", "PRAGMA busy_timeout = %d", "") {
    @Override
    Optional<String> upsert(String table, List<String> keys, List<String> values) {
      return Optional.of(insertOnConflict(table, keys, values));
    }

    @Override
    Object parameter(Object value) {
      if (value instanceof Boolean flag) {
        return flag ? 1 : 0;
      }
      if (SortableText.isTime(value)) {
        return SortableText.of(value);
      } else if (value instanceof UUID) {
        return value.toString();
      } else if (value instanceof BigInteger integer) {
        return number(new BigDecimal(integer));
      } else if (value instanceof BigDecimal decimal) {
        return number(decimal);
      } else if (value instanceof Number number && Double.isNaN(number.doubleValue())) {
        throw new IllegalArgumentException("write null: SQLite has no NaN, and keeps null for it");
      }
      return super.parameter(value);
    }

    /** An integer of 64 bits or a double that reads back as the same decimal. */
    private Object number(BigDecimal decimal) {
      BigDecimal plain = decimal.stripTrailingZeros();
      if (plain.scale() <= 0 && plain.precision() - plain.scale() <= MAX_LONG_DIGITS) {
        BigInteger integer = plain.toBigInteger();
        if (integer.bitLength() < Long.SIZE) {
          return integer.longValue();
        }
      }
      double nearest = plain.doubleValue();
      if (plain.compareTo(TargetColumns.shortest(nearest)) != 0) {
        throw new IllegalArgumentException(
            "write it as text by toPlainString, or as a whole number of smaller units: SQLite has no"
                + " decimals, and would round "
                + decimal);
      }
      return nearest;
    }

    /** The type by the rules of affinity, since any name may be declared. */
    @Override
    int columnType(int type, String declared) {
      String upper = declared.toUpperCase(Locale.ROOT);
      boolean isReal =
          !upper.contains("INT")
              && !upper.contains("CHAR")
              && !upper.contains("CLOB")
              && !upper.contains("TEXT")
              && (upper.contains("REAL") || upper.contains("FLOA") || upper.contains("DOUB"));
      return isReal ? Types.DOUBLE : Types.OTHER;
    }

    @Override
    String canonicalTable(Connection connection, String table) {
      String plain = table.replace("\"", "").toLowerCase(Locale.ROOT);
      return plain.startsWith("main.") ? plain.substring("main.".length()) : plain;
    }
  },

  /** Any other database; standard SQL is all that is asked of it. */
  OTHER("", "", "");

  private static final int MAX_LONG_DIGITS = 19;

  private final String productName;
  private final String lockTimeout;
  private final String timeZone;

  Dialect(String productName, String lockTimeout, String timeZone) {
    this.productName = productName;
    this.lockTimeout = lockTimeout;
    this.timeZone = timeZone;
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

  /**
   * What the driver is given for a value of a row.
   *
   * @throws IllegalArgumentException if the database can't keep the value as it is
   */
  Object parameter(Object value) {
    if (value instanceof Instant instant) {
      return instant.atOffset(ZoneOffset.UTC);
    }
    return value instanceof BigInteger integer ? new BigDecimal(integer) : value;
  }

  /** The type of a column, of {@link Types}, that decides what it keeps. */
  int columnType(int type, String declared) {
    return type;
  }

  /**
   * The full name of an existing table, the same however a statement writes it; the given name if
   * the database does not tell.
   */
  String canonicalTable(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet none = statement.executeQuery("SELECT * FROM " + table + " WHERE 1 = 0")) {
      ResultSetMetaData columns = none.getMetaData();
      String name = columns.getTableName(1);
      return name == null || name.isEmpty() ? table : qualified(columns.getSchemaName(1), name);
    }
  }

  private static String qualified(@Nullable String schema, String table) {
    return schema == null || schema.isEmpty() ? table : schema + "." + table;
  }

  /**
   * Sets a connection up, for as long as it lasts; outside of a transaction. Bounds the wait for
   * locks, and makes UTC the time zone in which the database converts between times with and
   * without one.
   */
  void prepare(Connection connection, Duration lockWait) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!lockTimeout.isEmpty()) {
        statement.execute(String.format(Locale.ROOT, lockTimeout, lockWait.toMillis()));
      }
      if (!timeZone.isEmpty()) {
        statement.execute(timeZone);
      }
    }
  }

  /** Inserts a row of an upsert's columns. */
  static String insert(String table, List<String> keys, List<String> values) {
    return String.format(
        Locale.ROOT,
        "INSERT INTO %s (%s) VALUES (%s)",
        table,
        names(keys, values),
        parameters(keys, values));
  }

  /**
   * Updates the row of a key of which some columns are null, in standard SQL: the unique index of a
   * database does not find such rows. The parameters are the values, then the keys that are not
   * null.
   */
  static String updateWithNulls(
      String table, List<String> keys, List<String> values, List<Boolean> areNull) {
    List<String> changed = values.isEmpty() ? List.of() : values;
    String assignments =
        changed.isEmpty()
            ? keys.get(0) + " = " + keys.get(0)
            : changed.stream().map(name -> name + " = ?").collect(Collectors.joining(", "));
    List<String> conditions = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      conditions.add(keys.get(i) + (areNull.get(i) ? " IS NULL" : " = ?"));
    }
    return "UPDATE " + table + " SET " + assignments + " WHERE " + String.join(" AND ", conditions);
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
