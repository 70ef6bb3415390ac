package io.millrace.s3;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorageProvider;
import io.millrace.spi.checkpoint.UninterruptedStorage;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;

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
    return open(location, false);
  }

  @Override
  public CheckpointStorage openForReading(String location) throws IOException {
    return open(location, true);
  }

  private static CheckpointStorage open(String location, boolean isReadOnly) throws IOException {
    S3Location parsed = S3Location.parse(location);
    return UninterruptedStorage.open(
        Executors.newCachedThreadPool(S3CheckpointStorageProvider::thread),
        () -> storage(parsed, isReadOnly));
  }

  private static CheckpointStorage storage(S3Location location, boolean isReadOnly)
      throws IOException {
    S3Place place = S3Place.of(location);
    boolean isUsable = false;
    try {
      S3CheckpointStorage storage =
          new S3CheckpointStorage(
              place,
              isReadOnly,
              new Attempts(FIRST_PAUSE, TIMEOUT),
              () -> UUID.randomUUID().toString());
      if (isReadOnly) {
        storage.requireSomething();
      } else {
        storage.prepare();
      }
      isUsable = true;
      return storage;
    } finally {
      if (!isUsable) {
        place.close();
      }
    }
  }

  private static Thread thread(Runnable calls) {
    Thread thread = new Thread(calls, "millrace-s3");
    thread.setDaemon(true);
    return thread;
  }
}
