package io.millrace.jdbc;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

@Tag("slow")
class PostgresUpsertTest extends UpsertContract {

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
  String url() {
    return url;
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
        "12345678901234567890",
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
