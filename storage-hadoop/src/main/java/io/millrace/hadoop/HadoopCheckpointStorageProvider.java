package io.millrace.hadoop;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorageProvider;
import io.millrace.spi.checkpoint.ShownLocation;
import io.millrace.spi.checkpoint.UninterruptedStorage;
import java.io.IOException;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * Write-once objects on HDFS, by {@code hdfs://host:port/path}, {@code hdfs://nameservice/path} or
 * a {@code viewfs:} location that leads to one.
 *
 * <p>Accepts the locations of other Hadoop file systems too, but for local ones and {@code s3:},
 * and refuses them with the reason.
 */
public final class HadoopCheckpointStorageProvider implements CheckpointStorageProvider {

  @Override
  public boolean accepts(String location) {
    int colon = location.indexOf(":/");
    String scheme = colon < 0 ? "" : location.substring(0, colon).toLowerCase(Locale.ROOT);
    return scheme.equals("hdfs")
        || scheme.equals("viewfs")
        || (UnsuitableFileSystems.names(scheme) && !scheme.equals("file"));
  }

  @Override
  public CheckpointStorage open(String location) throws IOException {
    return open(location, HdfsPlace.Use.WRITE);
  }

  @Override
  public CheckpointStorage openForReading(String location) throws IOException {
    return open(location, HdfsPlace.Use.READ);
  }

  private static CheckpointStorage open(String location, HdfsPlace.Use use) throws IOException {
    try {
      // That of this thread; the threads of the store know none.
      UserGroupInformation user = UserGroupInformation.getCurrentUser();
      return UninterruptedStorage.open(
          Executors.newCachedThreadPool(HadoopCheckpointStorageProvider::thread),
          () ->
              new HdfsCheckpointStorage(
                  HdfsPlace.open(location, use, user), use, () -> UUID.randomUUID().toString()));
    } catch (NoClassDefFoundError e) {
      throw new NoHadoopClientException(ShownLocation.of(location), e);
    }
  }

  private static Thread thread(Runnable calls) {
    Thread thread = new Thread(calls, "millrace-hdfs");
    thread.setDaemon(true);
    return thread;
  }
}
