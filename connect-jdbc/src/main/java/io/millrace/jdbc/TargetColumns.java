package io.millrace.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The columns that the parameters of a statement go to. Refuses values that a column can't keep,
 * which databases round, cut or convert without an error: fractions of numbers and seconds, digits
 * beyond the precision of floating point, times of day in a date.
 *
 * <p>The columns are those of {@code INSERT INTO table (columns) VALUES (?, …)} and of upserts. The
 * parameters of other statements have no known column, and only the limits of the database hold.
 */
final class TargetColumns {

  private static final TargetColumns UNKNOWN = new TargetColumns(List.of());

  private final List<Column> columns;

  /**
   * One column.
   *
   * @param type of {@link Types}
   * @param precision 0 if it has no limit
   * @param scale digits after the point, or of fractions of a second
   */
  private record Column(String name, int type, int precision, int scale) {}

  private TargetColumns(List<Column> columns) {
    this.columns = columns;
  }

  /**
   * Asks the database for the types of columns.
   *
   * @param names in order of the parameters; empty for all columns of the table
   * @param numParameters columns are unknown if there are not as many
   */
  static TargetColumns of(
      Connection connection, Dialect dialect, String table, List<String> names, int numParameters)
      throws SQLException {
    String select = names.isEmpty() ? "*" : String.join(", ", names);
    List<Column> columns = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet none =
            statement.executeQuery("SELECT " + select + " FROM " + table + " WHERE 1 = 0")) {
      ResultSetMetaData types = none.getMetaData();
      for (int i = 1; i <= types.getColumnCount(); i++) {
        columns.add(
            new Column(
                types.getColumnName(i),
                dialect.columnType(types.getColumnType(i), types.getColumnTypeName(i)),
                types.getPrecision(i),
                types.getScale(i)));
      }
    }
    return columns.size() == numParameters ? new TargetColumns(columns) : UNKNOWN;
  }

  static TargetColumns unknown() {
    return UNKNOWN;
  }

  /**
   * Checks a value of a row.
   *
   * @param index of the parameter, from 0
   * @return what is wrong, or null if the column keeps the value as it is
   */
  @Nullable String refusal(int index, Object value) {
    if (columns.isEmpty()) {
      return null;
    }
    Column column = columns.get(index);
    String remedy =
        switch (column.type()) {
          case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT ->
              isWhole(value) ? null : "has no fractions: round it, or make the column a DECIMAL";
          case Types.DECIMAL, Types.NUMERIC ->
              column.precision() == 0 || numScale(value) <= column.scale()
                  ? null
                  : "keeps "
                      + column.scale()
                      + " digits after the point: use setScale, or widen it";
          case Types.REAL -> isFloat(value) ? null : "is of single precision: make it a DOUBLE";
          case Types.FLOAT, Types.DOUBLE ->
              isDouble(value) ? null : "is of double precision: make it a DECIMAL";
          case Types.DATE ->
              isTime(value) && !(value instanceof LocalDate)
                  ? "keeps no time of day: give a LocalDate"
                  : null;
          case Types.TIME, Types.TIME_WITH_TIMEZONE ->
              isTime(value) && !(value instanceof LocalTime)
                  ? "keeps no date: give a LocalTime"
                  : fraction(value, column.scale());
          case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> fraction(value, column.scale());
          default -> null;
        };
    return remedy == null
        ? null
        : String.format(
            Locale.ROOT, "%s does not fit column %s, which %s", value, column.name(), remedy);
  }

  private static boolean isTime(Object value) {
    return value instanceof Temporal;
  }

  private static @Nullable String fraction(Object value, int digits) {
    return fractionDigits(value) <= digits
        ? null
        : "keeps " + digits + " digits of fractions of a second: use truncatedTo, or widen it";
  }

  /** Digits after the point of a value's seconds; 0 for what has none. */
  static int fractionDigits(Object value) {
    boolean hasNanos =
        value instanceof Instant
            || value instanceof LocalTime
            || value instanceof LocalDateTime
            || value instanceof OffsetDateTime;
    return hasNanos
        ? Math.max(
            0,
            BigDecimal.valueOf(((Temporal) value).getLong(ChronoField.NANO_OF_SECOND), 9)
                .stripTrailingZeros()
                .scale())
        : 0;
  }

  private static boolean isWhole(Object value) {
    return numScale(value) <= 0;
  }

  /** Digits after the point; 0 for what is no finite number. */
  private static int numScale(Object value) {
    BigDecimal exact = decimal(value);
    return exact == null ? 0 : exact.stripTrailingZeros().scale();
  }

  private static boolean isDouble(Object value) {
    BigDecimal exact = decimal(value);
    return exact == null
        || value instanceof Double
        || value instanceof Float
        || exact.compareTo(shortest(exact.doubleValue())) == 0;
  }

  private static boolean isFloat(Object value) {
    BigDecimal exact = decimal(value);
    if (exact == null || value instanceof Float) {
      return true;
    }
    float nearest = exact.floatValue();
    return value instanceof Double number
        ? (double) nearest == number
        : Float.isFinite(nearest) && exact.compareTo(new BigDecimal(Float.toString(nearest))) == 0;
  }

  /** The decimal of the fewest digits that reads back as this number. */
  static BigDecimal shortest(double number) {
    return Double.isFinite(number) ? new BigDecimal(Double.toString(number)) : BigDecimal.ZERO;
  }

  /** A finite number as it prints; null for anything else. */
  private static @Nullable BigDecimal decimal(Object value) {
    if (value instanceof BigDecimal number) {
      return number;
    } else if (value instanceof BigInteger number) {
      return new BigDecimal(number);
    } else if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number) ? new BigDecimal(value.toString()) : null;
    }
    return value instanceof Number number ? BigDecimal.valueOf(number.longValue()) : null;
  }
}
