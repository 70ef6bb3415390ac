package io.millrace.spark;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorageProvider;
import io.millrace.spi.checkpoint.StorageAddress;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;

/**
 * Whether executors see the storage of a checkpoint as the driver does. Opens it there for reading
 * alone: a local directory of the same name must not come into being on each machine.
 *
 * @param place travels: the storage itself, or its address
 * @param expected what the driver reads there
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CheckpointProbe(Serializable place, String location, String object, byte[] expected)
    implements ExecutorProbe.Probe {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /**
   * @throws IOException says which executor finds what instead
   */
  static void require(SparkContext spark, CheckpointStorage storage, String object)
      throws IOException {
    Serializable place =
        storage instanceof Serializable own ? own : new StorageAddress(storage.location());
    List<String> refusals;
    try {
      refusals =
          ExecutorProbe.run(
              spark,
              ExecutorProbe.executors(spark),
              new CheckpointProbe(place, storage.location(), object, storage.read(object)),
              TIMEOUT);
    } catch (TimeoutException e) {
      throw new IOException(
          "the executors have not said within " + TIMEOUT.toSeconds() + " s whether they see it",
          e);
    } catch (IllegalStateException e) {
      throw new IOException(
          "the executors can't say whether they see it: " + SparkFailures.describe(spark, e), e);
    }
    if (!refusals.isEmpty()) {
      throw new IOException(
          "not all executors see what this process sees there; "
              + String.join("; ", refusals)
              + ". A checkpoint of a cluster has to be where all its machines reach the same files:"
              + " a directory that they share, or a storage such as HDFS");
    }
  }

  @Override
  public String run() {
    try {
      return Arrays.equals(read(), expected)
          ? ""
          : location + " is another checkpoint there, which has the same name";
    } catch (NoSuchFileException e) {
      return location + " does not exist there";
    } catch (IOException | RuntimeException e) {
      return location + " can't be read there (" + e + ")";
    }
  }

  private byte[] read() throws IOException {
    if (place instanceof CheckpointStorage own) {
      return own.read(object);
    }
    Optional<CheckpointStorageProvider> provider = StorageAddress.provider(location);
    if (provider.isEmpty()) {
      throw new IOException("no module on the executor's class path serves it; send it its jar");
    }
    try (CheckpointStorage storage = provider.get().openForReading(location)) {
      return storage.read(object);
    }
  }
}
