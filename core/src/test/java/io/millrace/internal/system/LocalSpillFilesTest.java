package io.millrace.internal.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSpillFilesTest {

  @TempDir private Path parent;

  private LocalSpillFiles files() {
    return new LocalSpillFiles(Optional.of(parent.resolve("spills").toString()));
  }

  private static void write(LocalSpillFiles files, String name, int... bytes) throws IOException {
    try (OutputStream out = files.create(name)) {
      for (int each : bytes) {
        out.write(each);
      }
    }
  }

  private List<Path> directories() throws IOException {
    Path spills = parent.resolve("spills");
    if (!Files.exists(spills)) {
      return List.of();
    }
    try (Stream<Path> made = Files.list(spills)) {
      return made.toList();
    }
  }

  @Test
  void theDirectory_isMadeForTheFirstFileAndRemovedAtTheEnd() throws Exception {
    LocalSpillFiles files = files();
    assertThat(directories()).isEmpty();

    write(files, "a", 1);
    assertThat(directories()).hasSize(1);
    assertThat(files.location()).isEqualTo(directories().get(0).toString());

    files.close();
    files.close();
    assertThat(directories()).isEmpty();
    assertThatThrownBy(() -> files.create("b")).hasMessageContaining("closed");
  }

  @Test
  void open_readsAPartOfAFile() throws Exception {
    try (LocalSpillFiles files = files()) {
      write(files, "a", 1, 2, 3, 4, 5);

      try (InputStream in = files.open("a", 1, 3)) {
        assertThat(in.readAllBytes()).containsExactly(2, 3, 4);
      }
      try (InputStream in = files.open("a", 4, 1)) {
        assertThat(in.read()).isEqualTo(5);
        assertThat(in.read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void open_readsOnAfterAnInterrupt() throws Exception {
    try (LocalSpillFiles files = files()) {
      write(files, "a", 1, 2);
      Thread.currentThread().interrupt();
      try (InputStream in = files.open("a", 1, 1)) {
        assertThat(in.read()).isEqualTo(2);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
    }
  }

  @Test
  void delete_removesOneFile() throws Exception {
    try (LocalSpillFiles files = files()) {
      write(files, "a", 1);
      files.delete("a");
      files.delete("a");
      assertThatThrownBy(() -> files.open("a", 0, 1)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aPlaceThatIsNoDirectory_isRefusedByTheFirstFile() throws Exception {
    Path file = Files.writeString(parent.resolve("file"), "x");
    try (LocalSpillFiles files = new LocalSpillFiles(Optional.of(file.toString()))) {
      assertThatThrownBy(() -> files.create("a")).isInstanceOf(IOException.class);
    }
  }
}
