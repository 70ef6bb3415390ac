package io.millrace.jdbc;

import io.millrace.testkit.SinkContract;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("slow")
class PostgresSinkContractTest extends SinkContract<List<Object>> {

  private static PostgresServer server;

  @BeforeAll
  static void start() throws Exception {
    server = PostgresServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Override
  protected Target<List<Object>> freshTarget() throws Exception {
    return new JdbcTarget(server.freshDatabase(), "BIGSERIAL PRIMARY KEY");
  }
}
