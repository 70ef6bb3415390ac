package io.millrace.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

class SqliteUpsertTest extends UpsertContract {

  @TempDir Path directory;

  @Override
  public String url() {
    return "jdbc:sqlite:" + directory.resolve("upsert.db");
  }

  @Override
  String defaultSchema() {
    return "main";
  }

  @Override
  public String columnFor(Class<?> type) {
    return "";
  }

  @Override
  public Object read(ResultSet row, int column, Class<?> type) throws Exception {
    String text = row.getString(column);
    if (type == Boolean.class) {
      return row.getBoolean(column);
    } else if (type == Short.class) {
      return row.getShort(column);
    } else if (type == Integer.class) {
      return row.getInt(column);
    } else if (type == Long.class) {
      return row.getLong(column);
    } else if (type == Float.class) {
      return row.getFloat(column);
    } else if (type == Double.class) {
      return row.getDouble(column);
    } else if (type == BigDecimal.class) {
      return new BigDecimal(text);
    } else if (type == BigInteger.class) {
      return new BigInteger(text);
    } else if (type == Instant.class || type == OffsetDateTime.class) {
      return Instant.parse(text);
    } else if (type == LocalDate.class) {
      return LocalDate.parse(text);
    } else if (type == LocalTime.class) {
      return LocalTime.parse(text);
    } else if (type == LocalDateTime.class) {
      return LocalDateTime.parse(text);
    }
    return type == UUID.class ? UUID.fromString(text) : text;
  }

  @Override
  public Map<String, List<Object>> refused() {
    return Map.of(
        "",
            List.of(
                new BigDecimal("0.12345678901234567890"),
                new BigInteger("12345678901234567891"),
                Double.NaN,
                Float.NaN,
                Instant.parse("+10000-01-01T00:00:00Z"),
                LocalDate.of(-1, 1, 1),
                "half \ud83d of a pair"),
        "DOUBLE", List.of((1L << 53) + 1),
        "REAL", List.of(Long.MAX_VALUE));
  }

  @Override
  List<String> typedColumns() {
    return Collections.nCopies(everyType().size(), "");
  }

  @Override
  List<String> everyTypeAsText() {
    return List.of(
        "text",
        "1",
        "1",
        "2",
        "3",
        "4",
        "0.5",
        "0.25",
        "1234567890123456789",
        "12.5",
        "\u0001\u0002",
        "3d0e6c1c-0a1b-4c2d-8e3f-405162738495",
        "2024-02-29T12:30:15.250000000Z",
        "2024-02-29",
        "12:30:15.000000000",
        "2024-02-29T12:30:15.000000000",
        "2024-02-29T12:30:15.000000000Z");
  }
}
