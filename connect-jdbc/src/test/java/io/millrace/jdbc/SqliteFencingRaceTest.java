package io.millrace.jdbc;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteFencingRaceTest extends FencingRaceContract {

  @TempDir Path directory;

  @Override
  JdbcTarget freshTarget() throws Exception {
    return new JdbcTarget(url(), "INTEGER PRIMARY KEY AUTOINCREMENT");
  }

  /** SQLite does not tell who waits, so the other may come while the lock is held, or after. */
  @Override
  String waitingTransactions() {
    return "SELECT 1";
  }

  @Override
  String url() {
    return "jdbc:sqlite:" + directory.resolve("race.db") + "?journal_mode=WAL";
  }
}
