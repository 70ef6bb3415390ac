package io.millrace.jdbc;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("slow")
class PostgresFencingRaceTest extends FencingRaceContract {

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

  @Override
  JdbcTarget freshTarget() throws Exception {
    url = server.freshDatabase();
    return new JdbcTarget(url, "BIGSERIAL PRIMARY KEY");
  }

  @Override
  String waitingTransactions() {
    return "SELECT COUNT(*) FROM pg_stat_activity"
        + " WHERE datname = current_database() AND wait_event_type = 'Lock'";
  }

  @Override
  String url() {
    return url;
  }
}
