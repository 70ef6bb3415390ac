package io.millrace.internal.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.DataFiles;
import io.millrace.spi.DataFiles.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDataFilesTest {

  private final LocalDataFiles files = new LocalDataFiles();

  @TempDir Path root;

  @BeforeEach
  void makeTree() throws IOException {
    for (String name :
        List.of(
            "a/1.txt", "a/2.log", "a/_hidden", "a/.dot", "a/sub/3.txt", "b/1.txt", "with b/x")) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
  }

  @Test
  void isFoundAsAService() {
    assertThat(ServiceLoader.load(DataFiles.class))
        .hasAtLeastOneElementOfType(LocalDataFiles.class);
  }

  @Test
  void accepts_pathsWithoutSchemeAndFileUris() {
    assertThat(List.of("a/b", "/a", "file:/a", "file:///a", "C:/a", "a:b"))
        .allMatch(files::accepts);
    assertThat(List.of("hdfs://host/a", "s3a://bucket/a")).noneMatch(files::accepts);
  }

  @Test
  void list_ofADirectoryHasItsVisibleFilesOrderedByPath() throws IOException {
    assertThat(list("a")).containsExactly("a/1.txt", "a/2.log");
  }

  @Test
  void list_ofAFileHasItsLengthAndTime() throws IOException {
    Path file = root.resolve("a/1.txt");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_234_000));

    assertThat(files.list(file.toString()))
        .containsExactly(new FileStatus(file.toString(), 7, 1_234_000));
  }

  @Test
  void list_takesWildcardsInAnyComponent() throws IOException {
    assertThat(list("?/1.txt")).containsExactly("a/1.txt", "b/1.txt");
    assertThat(list("*/*.{txt,log}")).containsExactly("a/1.txt", "a/2.log", "b/1.txt");
    assertThat(list("[!b]/*.txt")).containsExactly("a/1.txt");
    assertThat(list("{a/2.log,b}")).containsExactly("a/2.log", "b/1.txt");
    assertThat(list("a*")).containsExactly("a/1.txt", "a/2.log");
    assertThat(list("a/s*")).containsExactly("a/sub/3.txt");
    assertThat(list("nothing*")).isEmpty();
  }

  @Test
  void list_namesEachFileOnce() throws IOException {
    assertThat(list("{a,a/1.txt,a}")).containsExactly("a/1.txt", "a/2.log");
  }

  @Test
  void list_takesHiddenFilesOnlyIfTheyAreNamed() throws IOException {
    assertThat(list("a/*")).doesNotContain("a/_hidden", "a/.dot");
    assertThat(list("a/_*")).containsExactly("a/_hidden");
    assertThat(list("a/_hidden")).containsExactly("a/_hidden");
  }

  @Test
  void list_takesAPathThatExistsAsItStands() throws IOException {
    Files.writeString(root.resolve("c[1]*.txt"), "x");

    assertThat(list("c[1]*.txt")).containsExactly("c[1]*.txt");
  }

  @Test
  void list_takesFileUris() throws IOException {
    String spaced = root.resolve("with b").toUri().toString();

    assertThat(files.list(spaced))
        .extracting(FileStatus::path)
        .containsExactly(root.resolve("with b/x").toString());
    assertThat(files.list("file:" + root.resolve("b"))).hasSize(1);
    assertThat(files.list("file://localhost" + root.resolve("b"))).hasSize(1);
    assertThatThrownBy(() -> files.list("file://elsewhere/b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("file://elsewhere/b");
  }

  @Test
  void list_failsForAMissingPathByName() {
    String missing = root.resolve("missing").toString();

    assertThatThrownBy(() -> files.list(missing))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(missing);
  }

  @Test
  void list_ofAnEmptyDirectoryIsEmpty() throws IOException {
    Files.createDirectory(root.resolve("empty"));

    assertThat(list("empty")).isEmpty();
  }

  @Test
  void open_startsAtTheOffset() throws IOException {
    try (InputStream in = files.open(root.resolve("a/1.txt").toString(), 2)) {
      assertThat(in.readAllBytes()).isEqualTo("1.txt".getBytes(UTF_8));
    }
  }

  @Test
  void create_makesDirectoriesAndRefusesAnExistingFile() throws IOException {
    String path = root.resolve("new/deep/file").toString();
    try (OutputStream out = files.create(path)) {
      out.write('x');
    }

    assertThat(Path.of(path)).hasContent("x");
    assertThatThrownBy(() -> files.create(path)).isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void move_refusesAnExistingTarget() throws IOException {
    String from = root.resolve("a/1.txt").toString();
    String taken = root.resolve("b/1.txt").toString();
    String free = root.resolve("new/1.txt").toString();

    assertThatThrownBy(() -> files.move(from, taken))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(Path.of(taken)).hasContent("b/1.txt");
    files.move(from, free);
    assertThat(Path.of(free)).hasContent("a/1.txt");
    assertThat(files.exists(from)).isFalse();
  }

  @Test
  void delete_removesTreesButFollowsNoLinks() throws IOException {
    Files.createSymbolicLink(root.resolve("a/link"), root.resolve("b"));

    files.delete(root.resolve("a").toString());
    files.delete(root.resolve("a").toString());

    assertThat(root.resolve("a")).doesNotExist();
    assertThat(root.resolve("b/1.txt")).exists();
  }

  private List<String> list(String pattern) throws IOException {
    return files.list(root + "/" + pattern).stream()
        .map(file -> root.relativize(Path.of(file.path())).toString())
        .toList();
  }
}
