package io.millrace.jdbc;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

class H2UpsertTest extends UpsertContract {

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final String url =
      "jdbc:h2:mem:upsert" + DATABASES.incrementAndGet() + ";DB_CLOSE_DELAY=-1";

  @Override
  String url() {
    return url;
  }

  @Override
  List<String> typedColumns() {
    return List.of(
        "VARCHAR(20)",
        "BOOLEAN",
        "TINYINT",
        "SMALLINT",
        "INT",
        "BIGINT",
        "REAL",
        "DOUBLE PRECISION",
        "DECIMAL(30)",
        "DECIMAL(30, 2)",
        "VARBINARY(10)",
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
        "TRUE",
        "1",
        "2",
        "3",
        "4",
        "0.5",
        "0.25",
        "12345678901234567890",
        "12.50",
        "\u0001\u0002",
        "3d0e6c1c-0a1b-4c2d-8e3f-405162738495",
        "2024-02-29 12:30:15.25+00",
        "2024-02-29",
        "12:30:15",
        "2024-02-29 12:30:15",
        "2024-02-29 12:30:15+00");
  }
}
