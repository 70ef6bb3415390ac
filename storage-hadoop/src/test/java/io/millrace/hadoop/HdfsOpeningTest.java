package io.millrace.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Which places can be opened, what is said of the others, and what is cleared away. */
@Timeout(60)
class HdfsOpeningTest {

  private final HadoopCheckpointStorageProvider provider = new HadoopCheckpointStorageProvider();

  private static ByteBuffer bytes(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.flip();
  }

  private static FileSystem files() throws IOException {
    return FileSystem.newInstance(URI.create(Cluster.root()), new Configuration());
  }

  @Test
  void accepts_whatHadoopServesButLeavesLocalPathsAndS3ToOthers() {
    assertThat(List.of("hdfs://host:8020/a", "hdfs:///a", "viewfs://cluster/a", "s3a://b/a"))
        .allMatch(provider::accepts);
    assertThat(List.of("/a", "a/b", "file:///a", "file:/a", "s3://bucket/a", "C:/a", "jdbc:/a"))
        .noneMatch(provider::accepts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s3a://bucket/a | use s3://bucket/path of millrace-storage-s3",
        "s3n://bucket/a | use s3://bucket/path of millrace-storage-s3",
        "file:///a | as a plain path",
        "abfs://c@account.dfs.core.windows.net/a | it has not been shown",
        "abfss://c@account.dfs.core.windows.net/a | it has not been shown",
        "wasb://c@account.blob.core.windows.net/a | it has not been shown",
        "gs://bucket/a | it has not been shown",
        "ofs://service/volume/bucket | it has not been shown",
        "o3fs://bucket.volume/a | it has not been shown",
        "webhdfs://host:9870/a | over HTTP",
        "swebhdfs://host:9871/a | over HTTP",
        "ftp://host/a | not one step",
        "har:///a.har | can't be written",
        "unheard://host/a | it has not been shown"
      })
  void open_ofAnotherFileSystemSaysWhyNot(String location, String reason) {
    assertThatThrownBy(() -> provider.open(location))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(location + " can't hold a checkpoint: ")
        .hasMessageContaining(reason);
  }

  /** Has clients find a table of mounts on the class path, as those of a cluster would. */
  private static void withMounts(java.nio.file.Path directory, Executable test) throws Throwable {
    String property =
        "<property><name>fs.viewfs.mounttable.test.link.%s</name><value>%s</value></property>";
    Files.writeString(
        directory.resolve("core-site.xml"),
        "<configuration>"
            + String.format(property, "/hdfs", Cluster.root() + "/mounted")
            + String.format(property, "/local", directory.toUri())
            + "</configuration>");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      test.execute();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void open_byATableOfMountsLeadsToHdfs(@TempDir java.nio.file.Path directory) throws Throwable {
    withMounts(directory, this::checkMountedHdfs);
  }

  private void checkMountedHdfs() throws IOException {
    String name = UUID.randomUUID().toString();
    try (CheckpointStorage mounted = provider.open("viewfs://test/hdfs/" + name);
        CheckpointStorage direct = provider.open(Cluster.root() + "/mounted/" + name)) {
      assertThat(mounted.putIfAbsent("log/1", bytes(1))).isTrue();
      assertThat(direct.putIfAbsent("log/1", bytes(2))).isFalse();
      assertThat(direct.read("log/1")).containsExactly(1);
      assertThat(mounted.location()).isEqualTo("viewfs://test/hdfs/" + name);
    }
    try (CheckpointStorage mounted = provider.openForReading("viewfs://test/hdfs/" + name)) {
      assertThat(mounted.read("log/1")).containsExactly(1);
    }
    assertThatThrownBy(() -> provider.openForReading("viewfs://test/hdfs/missing"))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void open_byATableOfMountsThatLeadsElsewhereSaysWhere(@TempDir java.nio.file.Path directory)
      throws Throwable {
    withMounts(directory, this::checkMountedElsewhere);
  }

  private void checkMountedElsewhere() {
    String location = "viewfs://test/local/" + UUID.randomUUID();

    assertThatThrownBy(() -> provider.open(location))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(location + ", which is file:/")
        .hasMessageContaining("as a plain path");
    assertThatThrownBy(() -> provider.open("viewfs://test/nowhere/a"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("viewfs://test/nowhere/a");
  }

  @Test
  void open_withoutANameNodeSaysSo() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    String location = "hdfs://127.0.0.1:" + port + "/a";

    assertThatThrownBy(() -> provider.open(location))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(location + " can't be used")
        .hasMessageContaining("Connection refused")
        .hasMessageContaining("its name node runs");
  }

  @Test
  void open_ofAnUnknownHostSaysSo() {
    assertThatThrownBy(() -> provider.open("hdfs://no-such-host.invalid:8020/a"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("hdfs://no-such-host.invalid:8020/a can't be used")
        .hasMessageContaining("UnknownHostException");
  }

  @Test
  void open_beneathAFileSaysSo() throws IOException {
    String file = Cluster.newPlace();
    try (FileSystem files = files()) {
      files.create(new Path(file)).close();
    }

    assertThatThrownBy(() -> provider.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file);
    assertThatThrownBy(() -> provider.openForReading(file)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void openForReading_makesAndChangesNothing() throws IOException {
    String location = Cluster.newPlace();
    assertThatThrownBy(() -> provider.openForReading(location))
        .isInstanceOf(NoSuchFileException.class);
    try (FileSystem files = files()) {
      assertThat(files.exists(new Path(location))).isFalse();
    }
    try (CheckpointStorage storage = provider.open(location)) {
      storage.putIfAbsent("log/1", bytes(1));
    }
    try (CheckpointStorage storage = provider.openForReading(location)) {
      assertThat(storage.read("log/1")).containsExactly(1);
      assertThat(storage.list("log")).hasSize(1);
      assertThatThrownBy(() -> storage.putIfAbsent("log/2", List.of()))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> storage.delete("log/1"))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(storage::sweep).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void open_withoutTheHadoopClientSaysWhatToAddAndDisturbsNoLocalPaths() throws Throwable {
    List<URL> alone = new ArrayList<>();
    for (Class<?> part :
        List.of(HadoopDataFiles.class, CheckpointStorage.class, LoggerFactory.class)) {
      alone.add(part.getProtectionDomain().getCodeSource().getLocation());
    }
    try (URLClassLoader loader =
        new URLClassLoader(alone.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      for (Class<?> service :
          List.of(HadoopDataFiles.class, HadoopCheckpointStorageProvider.class)) {
        assertThat(call(isolated(loader, service), "accepts", "/a")).isEqualTo(false);
      }
      Object files = isolated(loader, HadoopDataFiles.class);
      Object provider = isolated(loader, HadoopCheckpointStorageProvider.class);
      for (Executable use :
          List.<Executable>of(
              () -> call(files, "exists", "hdfs://host/a"),
              () -> call(provider, "open", "hdfs://host/a"))) {
        assertThatThrownBy(use::execute)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("hdfs://host/a can't be reached without the Hadoop client")
            .hasMessageContaining("add hadoop-client-api");
      }
    }
  }

  private static Object isolated(ClassLoader loader, Class<?> type) throws Exception {
    return loader.loadClass(type.getName()).getConstructor().newInstance();
  }

  private static Object call(Object service, String method, String argument) throws Throwable {
    try {
      return service.getClass().getMethod(method, String.class).invoke(service, argument);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Test
  void put_beneathAnObjectFailsAndIsNotSaidToBeTaken() throws IOException {
    try (CheckpointStorage storage = provider.open(Cluster.newPlace())) {
      storage.putIfAbsent("log", bytes(1));

      assertThatThrownBy(() -> storage.putIfAbsent("log/1", bytes(2)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("log/1 could not be stored in hdfs://");
    }
  }

  @Test
  void sweep_clearsAwayWhatOthersHaveLeft() throws IOException {
    String location = Cluster.newPlace();
    Path left = new Path(location, ".tmp-left");
    try (CheckpointStorage storage = provider.open(location);
        FileSystem files = files()) {
      files.create(left).close();
      assertThat(storage.list("")).isEmpty();

      storage.sweep();

      assertThat(files.exists(left)).isFalse();
    }
  }

  @Test
  void sweep_leavesOwnPutsThatAreUnderWayAlone() throws Exception {
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try (CheckpointStorage storage = provider.open(Cluster.newPlace())) {
      Future<Integer> numPut =
          writer.submit(
              () -> {
                int count = 0;
                for (int i = 0; i < 20; i++) {
                  count += storage.putIfAbsent("log/" + i, bytes(i)) ? 1 : 0;
                }
                return count;
              });
      while (!numPut.isDone()) {
        storage.sweep();
      }
      assertThat(numPut.get()).isEqualTo(20);
    } finally {
      writer.shutdownNow();
    }
  }

  @Test
  void calls_afterCloseSayThatTheStoreIsClosed() throws IOException {
    CheckpointStorage storage = provider.open(Cluster.newPlace());
    storage.close();

    assertThatThrownBy(() -> storage.list(""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("closed");
  }
}
