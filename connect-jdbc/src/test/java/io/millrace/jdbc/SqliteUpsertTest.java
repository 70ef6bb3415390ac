package io.millrace.jdbc;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class SqliteUpsertTest extends UpsertContract {

  @TempDir Path directory;

  @Override
  String url() {
    return "jdbc:sqlite:" + directory.resolve("upsert.db");
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
        "12345678901234567890",
        "12.50",
        "\u0001\u0002",
        "3d0e6c1c-0a1b-4c2d-8e3f-405162738495",
        "2024-02-29T12:30:15.250Z",
        "2024-02-29",
        "12:30:15",
        "2024-02-29T12:30:15",
        "2024-02-29T12:30:15Z");
  }
}
