package io.millrace.s3;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.testkit.FencingContract;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class S3FencingTest implements FencingContract {

  private FaultyProxy proxy;
  private String location;

  @BeforeEach
  void startProxy() throws IOException {
    proxy = new FaultyProxy(S3Server.endpoint(), true);
    location = S3Server.location(proxy.endpoint(), "places/" + UUID.randomUUID());
  }

  @AfterEach
  void closeProxy() {
    proxy.close();
  }

  @Override
  public CheckpointStorage open() throws IOException {
    return new S3CheckpointStorageProvider().open(location);
  }
}
