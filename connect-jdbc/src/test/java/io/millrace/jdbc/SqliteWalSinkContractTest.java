package io.millrace.jdbc;

import io.millrace.testkit.SinkContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class SqliteWalSinkContractTest extends SinkContract<List<Object>> {

  @TempDir Path directory;

  @Override
  protected Target<List<Object>> freshTarget() throws Exception {
    return new JdbcTarget(
        "jdbc:sqlite:" + directory.resolve("contract.db") + "?journal_mode=WAL",
        "INTEGER PRIMARY KEY AUTOINCREMENT");
  }
}
