package io.millrace.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

@Tag("slow")
class PostgresUpsertTest extends UpsertContract {

  private static final Map<Class<?>, String> COLUMNS =
      Map.ofEntries(
          Map.entry(Boolean.class, "BOOLEAN"),
          Map.entry(Short.class, "SMALLINT"),
          Map.entry(Integer.class, "INT"),
          Map.entry(Long.class, "BIGINT"),
          Map.entry(Float.class, "REAL"),
          Map.entry(Double.class, "DOUBLE PRECISION"),
          Map.entry(BigDecimal.class, "NUMERIC"),
          Map.entry(BigInteger.class, "NUMERIC(40)"),
          Map.entry(Instant.class, "TIMESTAMP WITH TIME ZONE"),
          Map.entry(LocalDate.class, "DATE"),
          Map.entry(LocalTime.class, "TIME"),
          Map.entry(LocalDateTime.class, "TIMESTAMP"),
          Map.entry(OffsetDateTime.class, "TIMESTAMP WITH TIME ZONE"),
          Map.entry(String.class, "TEXT"),
          Map.entry(UUID.class, "UUID"));

  private static PostgresServer server;

  private String url;

  @BeforeAll
  static void start() throws Exception {
    server = PostgresServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void makeDatabase() throws Exception {
    url = server.freshDatabase() + "&options=-c%20TimeZone=UTC";
  }

  @Override
  public String url() {
    return url;
  }

  @Override
  String defaultSchema() {
    return "public";
  }

  @Override
  public String columnFor(Class<?> type) {
    return COLUMNS.get(type);
  }

  @Override
  public Object read(ResultSet row, int column, Class<?> type) throws Exception {
    return ValueTypesContract.readTyped(row, column, type);
  }

  @Override
  public Map<String, List<Object>> refused() {
    Instant fine = Instant.parse("2026-01-01T10:00:00.123456Z");
    return Map.of(
        "NUMERIC(10, 2)", List.of(new BigDecimal("1.005"), 0.125),
        "INT", List.of(1.5, new BigDecimal("2.5")),
        "REAL", List.of(0.1, new BigDecimal("16777217"), 16777217L),
        "DOUBLE PRECISION", List.of((1L << 53) + 1, new BigDecimal("0.12345678901234567890")),
        "TIMESTAMP(3) WITH TIME ZONE", List.of(fine, fine.plusNanos(1)),
        "TIMESTAMP WITH TIME ZONE", List.of(fine.plusNanos(1)),
        "DATE", List.of(LocalDateTime.of(2026, 1, 1, 10, 0)),
        "TIME(0)", List.of(LocalTime.of(1, 2, 3, 500_000_000)),
        "TEXT", List.of("half \ud83d of a pair"));
  }

  @Override
  List<String> typedColumns() {
    return List.of(
        "VARCHAR(20)",
        "BOOLEAN",
        "SMALLINT",
        "SMALLINT",
        "INT",
        "BIGINT",
        "REAL",
        "DOUBLE PRECISION",
        "DECIMAL(30)",
        "DECIMAL(30, 2)",
        "BYTEA",
        "UUID",
        "TIMESTAMP(3) WITH TIME ZONE",
        "DATE",
        "TIME(0)",
        "TIMESTAMP(0)",
        "TIMESTAMP(0) WITH TIME ZONE");
  }

  @Override
  List<String> everyTypeAsText() {
    return List.of(
        "text",
        "t",
        "1",
        "2",
        "3",
        "4",
        "0.5",
        "0.25",
        "1234567890123456789",
        "12.50",
        "\\x0102",
        "3d0e6c1c-0a1b-4c2d-8e3f-405162738495",
        "2024-02-29 12:30:15.25+00",
        "2024-02-29",
        "12:30:15",
        "2024-02-29 12:30:15",
        "2024-02-29 12:30:15+00");
  }
}
