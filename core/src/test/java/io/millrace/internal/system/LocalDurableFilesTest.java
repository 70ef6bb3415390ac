package io.millrace.internal.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDurableFilesTest {

  @TempDir private Path directory;

  private final LocalCheckpointStorageProvider provider = new LocalCheckpointStorageProvider();

  private LocalDurableFiles files() {
    return new LocalDurableFiles(directory);
  }

  private static List<ByteBuffer> bytes(int length) {
    return List.of(ByteBuffer.allocate(length));
  }

  @Test
  void createdFile_isSyncedOnceOrDeleted() throws IOException {
    LocalDurableFiles files = files();
    files.create("a", bytes(100_000));
    files.sync("a");

    assertThat(files.size("a")).isEqualTo(100_000);
    assertThatThrownBy(() -> files.sync("a"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("synced before");
    files.create("b", bytes(1));
    files.delete("b");
    assertThatThrownBy(() -> files.sync("b")).isInstanceOf(NoSuchFileException.class);
    assertThat(files.list("")).containsExactly("a");
  }

  @Test
  void links_refuseWhatIsThere() throws IOException {
    LocalDurableFiles files = files();
    files.create("a", bytes(1));
    files.sync("a");
    files.link("b", "a");

    assertThatThrownBy(() -> files.link("b", "a")).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> files.link("c", "no")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> files.create("a", bytes(1)))
        .isInstanceOf(FileAlreadyExistsException.class);
    files.delete("a");
    files.delete("a");
    assertThat(files.size("b")).isEqualTo(1);
  }

  @Test
  void directories_areNotFiles() throws IOException {
    LocalDurableFiles files = files();
    files.createDirectory("d/e");
    files.syncDirectory("d");

    assertThat(files.list("")).isEmpty();
    assertThat(files.list("no")).isEmpty();
    assertThatThrownBy(() -> files.size("d")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> files.read("d", 0, 1)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> files.syncDirectory("no")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void read_takesNoMemoryBeyondTheFile() throws IOException {
    LocalDurableFiles files = files();
    files.create("a", bytes(3));
    files.sync("a");

    assertThatThrownBy(() -> files.read("a", 0, Integer.MAX_VALUE))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("has 3 bytes");
    assertThat(files.read("a", 3, 0)).isEmpty();
  }

  @Test
  void interruptedThread_syncsAllTheSame() throws IOException {
    LocalDurableFiles files = files();
    Thread.currentThread().interrupt();
    try {
      files.createDirectory("");
      files.createDirectory("d");
      files.create("d/a", bytes(10));
      files.sync("d/a");
      files.syncDirectory("d");
      assertThat(files.read("d/a", 0, 10)).hasSize(10);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void provider_takesPathsAndFileUrisAlone() {
    assertThat(provider.accepts("/data/checkpoint")).isTrue();
    assertThat(provider.accepts("checkpoint")).isTrue();
    assertThat(provider.accepts("file:/data/checkpoint")).isTrue();
    assertThat(provider.accepts("file:///data/checkpoint")).isTrue();
    assertThat(provider.accepts("s3://bucket/checkpoint")).isFalse();
    assertThat(provider.accepts("hdfs://host/checkpoint")).isFalse();
  }

  @Test
  void open_makesTheDirectoryAndLeavesItEmpty() throws IOException {
    Path nested = directory.resolve("with space").resolve("checkpoint");
    CheckpointStorage storage = provider.open("file://" + directory + "/with%20space/checkpoint");

    assertThat(storage.location()).isEqualTo(nested.toString());
    try (var left = Files.list(nested)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void open_whereAFileIsInTheWaySaysSo() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> provider.open(file + "/checkpoint"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + "/checkpoint can't hold a checkpoint")
        .hasMessageContaining("choose another place");
  }

  @Test
  void openForReading_createsNothing() throws IOException {
    Path missing = directory.resolve("missing");

    assertThatThrownBy(() -> provider.openForReading(missing.toString()))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(missing.toString());
    assertThat(missing).doesNotExist();

    provider.open(directory.toString()).putIfAbsent("a", ByteBuffer.allocate(2));
    CheckpointStorage reader = provider.openForReading(directory.toString());
    assertThat(reader.read("a")).hasSize(2);
    assertThatThrownBy(() -> reader.putIfAbsent("b", ByteBuffer.allocate(1)))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
