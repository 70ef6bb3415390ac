package io.millrace.s3;

import static io.millrace.s3.FaultyProxy.LOOK_OLD;
import static io.millrace.s3.FaultyProxy.PASS;
import static io.millrace.s3.FaultyProxy.SAY_YES;
import static io.millrace.s3.FaultyProxy.refuse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** Which places can be opened, and what is said of the others. */
@Timeout(60)
class S3OpeningTest {

  private final S3CheckpointStorageProvider provider = new S3CheckpointStorageProvider();
  private final String path = "places/" + UUID.randomUUID();

  /**
   * As the store sends its requests: a connection that was kept may have been closed by the server,
   * which a client that is asked to send once can't know.
   */
  private final Attempts attempts = new Attempts(Duration.ofMillis(10), Duration.ofSeconds(20));

  private List<String> keys() throws IOException {
    String location = S3Server.location(S3Server.endpoint(), path);
    try (S3Place place = S3Place.of(S3Location.parse(location))) {
      return attempts
          .run(
              () ->
                  place
                      .client()
                      .listObjectsV2(request -> request.bucket(S3Server.BUCKET).prefix(path)))
          .contents()
          .stream()
          .map(object -> object.key())
          .toList();
    }
  }

  @Test
  void accepts_locationsInS3Alone() {
    assertThat(List.of("s3://bucket", "s3://bucket/a/b?region=eu-west-1", "S3://bucket"))
        .allMatch(provider::accepts);
    assertThat(List.of("s3a://bucket/a", "hdfs://host/a", "/s3:/a", "file:/a"))
        .noneMatch(provider::accepts);
  }

  @Test
  void open_leavesNothingBehind() throws IOException {
    provider.open(S3Server.location(S3Server.endpoint(), path)).close();

    assertThat(keys()).isEmpty();
  }

  @Test
  void open_ofAStoreThatWritesOnNoConditionIsRefused() throws IOException {
    try (FaultyProxy proxy = new FaultyProxy(S3Server.endpoint(), false)) {
      proxy.onPuts(PASS, SAY_YES);

      assertThatThrownBy(() -> provider.open(S3Server.location(proxy.endpoint(), path)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(path)
          .hasMessageContaining("does not write on condition")
          .hasMessageContaining("use a store");
    }
    assertThat(keys()).isEmpty();
  }

  @Test
  void open_ofAStoreThatDoesNotKnowTheConditionIsRefused() throws IOException {
    try (FaultyProxy proxy = new FaultyProxy(S3Server.endpoint(), false)) {
      proxy.onPuts(refuse(501, "NotImplemented"));

      assertThatThrownBy(() -> provider.open(S3Server.location(proxy.endpoint(), path)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("does not write on condition")
          .hasMessageContaining("NotImplemented");
      assertThat(proxy.numPuts()).isEqualTo(1);
    }
  }

  @Test
  void open_byManyAtOnceDisturbsNobody() throws Exception {
    String location = S3Server.location(S3Server.endpoint(), path);
    int numDrivers = 6;
    ExecutorService pool = Executors.newFixedThreadPool(numDrivers);
    try {
      List<Callable<Boolean>> drivers = new ArrayList<>();
      for (int i = 0; i < numDrivers; i++) {
        String name = "object-" + i;
        drivers.add(
            () -> {
              try (CheckpointStorage storage = provider.open(location)) {
                storage.sweep();
                return storage.putIfAbsent(name, ByteBuffer.wrap(new byte[] {1}));
              }
            });
      }
      for (Future<Boolean> driver : pool.invokeAll(drivers)) {
        assertThat(driver.get()).isTrue();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(keys()).hasSize(numDrivers);
  }

  @Test
  void sweep_clearsAwayOldProbesAlone() throws IOException {
    try (FaultyProxy proxy = new FaultyProxy(S3Server.endpoint(), false);
        CheckpointStorage storage = provider.open(S3Server.location(proxy.endpoint(), path));
        S3Place place =
            S3Place.of(S3Location.parse(S3Server.location(S3Server.endpoint(), path)))) {
      storage.putIfAbsent("identity", ByteBuffer.wrap(new byte[] {1}));
      attempts.run(
          () ->
              place
                  .client()
                  .putObject(
                      request -> request.bucket(S3Server.BUCKET).key(place.key(".probe-left")),
                      RequestBody.fromString("left")));
      assertThat(storage.list("")).hasSize(1);

      storage.sweep();
      assertThat(keys()).containsExactly(path + "/.probe-left", path + "/identity");

      proxy.onGets(LOOK_OLD);
      storage.sweep();
      assertThat(keys()).containsExactly(path + "/identity");
    }
  }

  @Test
  void sweep_takesNothingForOldIfTheStoreSendsNoDate() {
    assertThat(ConditionalWriteProbe.instant("Sun, 06 Nov 1994 08:49:37 GMT"))
        .contains(Instant.parse("1994-11-06T08:49:37Z"));
    assertThat(ConditionalWriteProbe.instant("today")).isEmpty();
  }

  @Test
  void open_ofAMissingBucketSaysSo() {
    String location =
        S3Server.location(S3Server.endpoint(), path).replace(S3Server.BUCKET, "no-such-bucket");

    assertThatThrownBy(() -> provider.open(location))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(location)
        .hasMessageContaining("create the bucket no-such-bucket");
    assertThatThrownBy(() -> provider.openForReading(location))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void open_withoutAServerAtTheEndpointSaysSo() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    URI endpoint = URI.create("http://127.0.0.1:" + port);

    assertThatThrownBy(() -> provider.open(S3Server.location(endpoint, path)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("check that " + endpoint + " can be reached");
  }

  @Test
  void open_withWrongCredentialsSaysSo() throws IOException {
    try (FaultyProxy proxy = new FaultyProxy(S3Server.endpoint(), false)) {
      proxy.onGets(refuse(403, "SignatureDoesNotMatch"));

      assertThatThrownBy(() -> provider.open(S3Server.location(proxy.endpoint(), path)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("403, SignatureDoesNotMatch")
          .hasMessageContaining("check the credentials");
    }
  }

  @Test
  void open_withoutCredentialsSaysSo(@TempDir Path nothing) throws IOException {
    String location = S3Server.newPlace();
    Properties before = (Properties) System.getProperties().clone();
    try {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
      System.setProperty("aws.sharedCredentialsFile", nothing.resolve("none").toString());
      System.setProperty("aws.configFile", nothing.resolve("none").toString());
      System.setProperty("aws.disableEc2Metadata", "true");

      assertThatThrownBy(() -> provider.open(location))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("none were found")
          .hasMessageContaining("AWS_ACCESS_KEY_ID");
    } finally {
      System.setProperties(before);
    }
  }

  @Test
  void openForReading_ofWhatIsNotThereFails() {
    assertThatThrownBy(() -> provider.openForReading(S3Server.newPlace()))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void openForReading_changesNothing() throws IOException {
    String location = S3Server.location(S3Server.endpoint(), path);
    try (CheckpointStorage storage = provider.open(location)) {
      storage.putIfAbsent("log/1", ByteBuffer.wrap(new byte[] {7}));
    }
    List<String> before = keys();
    try (CheckpointStorage storage = provider.openForReading(location)) {
      assertThat(storage.read("log/1")).containsExactly(7);
      assertThat(storage.list("log")).hasSize(1);
      assertThatThrownBy(() -> storage.putIfAbsent("log/2", List.of()))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> storage.delete("log/1"))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(storage::sweep).isInstanceOf(UnsupportedOperationException.class);
    }
    assertThat(keys()).isEqualTo(before);
  }
}
