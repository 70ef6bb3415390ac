package io.millrace.jdbc;

import io.millrace.testkit.SinkContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class H2FileSinkContractTest extends SinkContract<List<Object>> {

  @TempDir Path directory;

  @Override
  protected Target<List<Object>> freshTarget() throws Exception {
    return new JdbcTarget(
        "jdbc:h2:file:" + directory.toAbsolutePath().resolve("contract"),
        "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
  }
}
