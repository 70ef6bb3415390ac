package io.millrace.jdbc;

import java.util.concurrent.atomic.AtomicInteger;

class H2FencingRaceTest extends FencingRaceContract {

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final String url = "jdbc:h2:mem:race" + DATABASES.incrementAndGet();

  @Override
  JdbcTarget freshTarget() throws Exception {
    return new JdbcTarget(url, "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
  }

  @Override
  String waitingTransactions() {
    return "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS WHERE BLOCKER_ID IS NOT NULL";
  }

  @Override
  String url() {
    return url;
  }
}
