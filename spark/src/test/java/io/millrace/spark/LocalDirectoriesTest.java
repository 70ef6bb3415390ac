package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.rdd.RDDContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What drivers that were killed leave on the disk, and who removes it. */
@Timeout(120)
class LocalDirectoriesTest {

  @TempDir private Path root;

  @BeforeEach
  @AfterEach
  void stopSpark() {
    SparkInProcess.stop();
  }

  private Path directory(String prefix, String owner) throws IOException {
    Path made = Files.createDirectory(root.resolve(prefix + "-" + UUID.randomUUID()));
    Files.writeString(Files.createDirectory(made.resolve("0c")).resolve("shuffle_0_0_0.data"), "x");
    if (!owner.isEmpty()) {
      Files.writeString(made.resolve(LocalDirectories.OWNER), owner);
    }
    return made;
  }

  private static String dead() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
            .redirectErrorStream(true)
            .start();
    String identity = LocalDirectories.identity(process.toHandle());
    process.getInputStream().transferTo(OutputStream.nullOutputStream());
    process.waitFor();
    return identity;
  }

  @Test
  void directoriesOfDeadOwnersGo_allOthersStay() throws Exception {
    String self = LocalDirectories.identity(ProcessHandle.current());
    long pid = ProcessHandle.current().pid();
    List<Path> gone =
        List.of(
            directory("blockmgr", dead()),
            directory("spark", dead() + "\n"),
            directory("spark", pid + " 12345")); // another process that had the same id
    List<Path> stay =
        List.of(
            directory("blockmgr", self),
            directory("blockmgr", ""), // not Millrace's
            directory("spark", "half a l"),
            Files.move(directory("spark", dead()), root.resolve("spark-mine")),
            Files.move(directory("spark", dead()), root.resolve("other-" + UUID.randomUUID())));
    Path outside = Files.writeString(root.resolve("outside"), "kept");
    Files.createSymbolicLink(gone.get(0).resolve("link"), outside);

    LocalDirectories.deleteDead(root);

    assertThat(gone).noneMatch(Files::exists);
    assertThat(stay).allMatch(Files::exists).allMatch(each -> Files.exists(each.resolve("0c")));
    assertThat(outside).hasContent("kept");
  }

  /** As of a process in another container, whose id means nothing here. */
  @Test
  void aLockedDirectoryStays() throws Exception {
    Path locked = directory("blockmgr", dead());
    try (FileChannel channel =
            FileChannel.open(locked.resolve(LocalDirectories.OWNER), StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      LocalDirectories.deleteDead(root);
      assertThat(locked).exists();
    }
    LocalDirectories.deleteDead(root);
    assertThat(locked).doesNotExist();
  }

  @Test
  void aStart_marksItsOwn_andRemovesThoseOfDeadDrivers() throws Exception {
    Path killed = directory("blockmgr", dead());
    Conf conf =
        new Conf()
            .setMaster("spark-local[1]")
            .set("spark.local.dir", root.toString())
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    try (RDDContext context = new RDDContext(conf)) {
      assertThat(context.parallelize(List.of(1, 2)).count()).isEqualTo(2);
      StoredBlocks.await("the directory of a dead driver to go", () -> !Files.exists(killed));
      try (Stream<Path> made = Files.list(root)) {
        assertThat(made)
            .anyMatch(path -> path.getFileName().toString().startsWith("blockmgr-"))
            .filteredOn(path -> path.getFileName().toString().startsWith("blockmgr-"))
            .allSatisfy(
                path ->
                    assertThat(path.resolve(LocalDirectories.OWNER))
                        .hasContent(LocalDirectories.identity(ProcessHandle.current())));
      }
      LocalDirectories.deleteDead(root);
      assertThat(context.parallelize(List.of(1, 2)).map(i -> i % 2).distinct().count())
          .isEqualTo(2);
    }
    try (Stream<Path> left = Files.list(root)) {
      assertThat(left.filter(path -> path.getFileName().toString().startsWith("blockmgr-")))
          .isEmpty();
    }
  }
}
