package io.millrace.jdbc;

import io.millrace.testkit.SinkContract;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

class H2SinkContractTest extends SinkContract<List<Object>> {

  private static final AtomicInteger DATABASES = new AtomicInteger();

  @Override
  protected Target<List<Object>> freshTarget() throws Exception {
    return new JdbcTarget(
        "jdbc:h2:mem:contract" + DATABASES.incrementAndGet(),
        "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
  }
}
