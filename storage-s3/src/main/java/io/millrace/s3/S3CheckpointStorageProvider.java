package io.millrace.s3;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorageProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;

/**
 * Write-once objects on S3, or on a store that speaks its protocol, by {@code
 * s3://bucket/path?endpoint=https://host:port&region=name&pathStyle=true}. All but the bucket is
 * optional: without an endpoint it is Amazon's, without a region that of the environment.
 *
 * <p>Credentials come from where the AWS SDK looks by default, never from the location. The bucket
 * has to exist. A store that does not write on condition ({@code If-None-Match}) is refused when it
 * is opened.
 */
public final class S3CheckpointStorageProvider implements CheckpointStorageProvider {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @Override
  public boolean accepts(String location) {
    return location.regionMatches(true, 0, "s3:/", 0, 4);
  }

  @Override
  public CheckpointStorage open(String location) throws IOException {
    S3CheckpointStorage storage = storage(location, false);
    return opened(storage, storage::prepare);
  }

  @Override
  public CheckpointStorage openForReading(String location) throws IOException {
    S3CheckpointStorage storage = storage(location, true);
    return opened(storage, storage::requireSomething);
  }

  private static S3CheckpointStorage storage(String location, boolean isReadOnly)
      throws IOException {
    S3Location parsed = S3Location.parse(location);
    IoThreads threads = new IoThreads("millrace-s3");
    try {
      S3Place place = threads.call(() -> S3Place.of(parsed));
      return new S3CheckpointStorage(
          place,
          isReadOnly,
          threads,
          new Attempts(FIRST_PAUSE, TIMEOUT),
          () -> UUID.randomUUID().toString());
    } catch (IOException | RuntimeException e) {
      threads.close();
      throw e;
    }
  }

  private interface FirstUse {
    void run() throws IOException;
  }

  private static CheckpointStorage opened(S3CheckpointStorage storage, FirstUse firstUse)
      throws IOException {
    try {
      firstUse.run();
      return storage;
    } catch (IOException | RuntimeException e) {
      storage.close();
      throw e;
    }
  }
}
