package io.millrace.rdd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.rdd.TextFileSource.Split;
import io.millrace.spi.DataFiles.FileStatus;
import io.millrace.spi.plan.RecordReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextFileSourceTest {

  private static final long MEBIBYTE = 1 << 20;

  @TempDir Path directory;

  @Test
  void split_sharesTheTotalLengthAmongTheWantedPartitions() {
    List<Split> splits = TextFileSource.split(List.of(file("a", 300), file("b", 100)), 4);

    assertThat(splits)
        .containsExactly(
            new Split("a", 0, 100),
            new Split("a", 100, 200),
            new Split("a", 200, 300),
            new Split("b", 0, 100));
  }

  @Test
  void split_leavesATenthMoreToTheLastOfAFile() {
    assertThat(TextFileSource.split(List.of(file("a", 109), file("b", 91)), 2))
        .containsExactly(new Split("a", 0, 109), new Split("b", 0, 91));
    assertThat(TextFileSource.split(List.of(file("a", 111), file("b", 89)), 2))
        .containsExactly(new Split("a", 0, 100), new Split("a", 100, 111), new Split("b", 0, 89));
  }

  @Test
  void split_neverExceedsThirtyTwoMebibytesByMoreThanATenth() {
    assertThat(TextFileSource.split(List.of(file("a", 100 * MEBIBYTE)), 1))
        .containsExactly(
            new Split("a", 0, 32 * MEBIBYTE),
            new Split("a", 32 * MEBIBYTE, 64 * MEBIBYTE),
            new Split("a", 64 * MEBIBYTE, 96 * MEBIBYTE),
            new Split("a", 96 * MEBIBYTE, 100 * MEBIBYTE));
  }

  @Test
  void split_keepsEmptyAndCompressedFilesWhole() {
    assertThat(TextFileSource.split(List.of(file("a", 0), file("b.gz", 100)), 10))
        .containsExactly(new Split("a", 0, 0), new Split("b.gz", 0, 100));
  }

  @Test
  void split_ofNoFilesIsNone() {
    assertThat(new TextFileSource(List.of(), 2).numPartitions()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\nbb\n\nccc",
        "a\r\nbb\r\n\r\nccc\r\n",
        "a\rbb\r\rccc\r",
        "\r\n\n\r\r\n",
        "\uFEFFa\r\nb",
        "\uFEFF",
        "\uFEFF\nb",
        "no end at all",
        "zwölf\r\n€\n𝄞"
      })
  void open_yieldsEachLineOnceWhereverTheFileIsCut(String text) throws Exception {
    Path file = write("file.txt", text.getBytes(UTF_8));
    List<String> expected = expectedLines(text);

    for (int partitions = 1; partitions <= Files.size(file); partitions++) {
      TextFileSource source = new TextFileSource(List.of(status(file)), partitions);
      assertThat(all(source)).as("%d partitions", partitions).isEqualTo(expected);
      assertThat(source.numLinesRead()).isEqualTo(expected.size());
    }
  }

  @Test
  void open_yieldsEachLineOnceForRandomTextsAndCuts() throws Exception {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(60);
      for (int i = 0; i < length; i++) {
        text.append("abé€\n\n\r\r".charAt(random.nextInt(8)));
      }
      Path file = write("random.txt", text.toString().getBytes(UTF_8));
      TextFileSource source =
          new TextFileSource(List.of(status(file)), 1 + random.nextInt(length + 1));
      assertThat(all(source)).as("seed %d", seed).isEqualTo(expectedLines(text.toString()));
    }
  }

  @Test
  void open_readsAllMembersOfACompressedFile() throws Exception {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.write(gzip("a\nb\n"));
    members.write(gzip(""));
    members.write(gzip("c"));
    Path file = write("file.gz", members.toByteArray());

    assertThat(all(new TextFileSource(List.of(status(file)), 5))).containsExactly("a", "b", "c");
  }

  @Test
  void open_failsForACompressedFileThatIsCutOff() throws Exception {
    byte[] whole = gzip("some text that is long enough to be cut");
    Path file = write("file.gz", Arrays.copyOf(whole, whole.length / 2));
    TextFileSource source = new TextFileSource(List.of(status(file)), 1);

    assertThatThrownBy(() -> all(source)).isInstanceOf(IOException.class);
  }

  @Test
  void numLines_isKnownOnceAPartitionWasReadToItsEnd_andDoesNotGrowWhenItIsReadAgain()
      throws Exception {
    Path a = write("a.txt", "1\n2\n3".getBytes(UTF_8));
    Path b = write("b.txt", "4\n".getBytes(UTF_8));
    TextFileSource source = new TextFileSource(List.of(status(a), status(b)), 1);

    try (RecordReader<String> reader = source.open(0, null)) {
      assertThat(reader.read(new Object[2], 2)).isEqualTo(2);
    }
    assertThat(source.numLines(0)).isEmpty();
    assertThat(source.numLinesRead()).isZero();

    all(source);
    all(source);
    assertThat(source.numLines(0)).hasValue(3);
    assertThat(source.numLines(1)).hasValue(1);
    assertThat(source.numLinesRead()).isEqualTo(4);
  }

  @Test
  void read_fillsOnlyWhatItIsAskedFor_andStaysAtTheEnd() throws Exception {
    Path file = write("a.txt", "1\n2\n3".getBytes(UTF_8));
    Object[] into = new Object[4];

    try (RecordReader<String> reader = new TextFileSource(List.of(status(file)), 1).open(0, null)) {
      assertThat(reader.read(into, 2)).isEqualTo(2);
      assertThat(into).containsExactly("1", "2", null, null);
      assertThat(reader.read(into, 4)).isEqualTo(1);
      assertThat(into[0]).isEqualTo("3");
      assertThat(reader.read(into, 4)).isEqualTo(-1);
      assertThat(reader.read(into, 4)).isEqualTo(-1);
    }
  }

  private static List<String> expectedLines(String text) {
    String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    if (plain.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>(Arrays.asList(plain.split("\r\n|\n|\r", -1)));
    if (plain.endsWith("\n") || plain.endsWith("\r")) {
      lines.remove(lines.size() - 1);
    }
    return lines;
  }

  private static List<Object> all(TextFileSource source) throws Exception {
    List<Object> lines = new ArrayList<>();
    Object[] chunk = new Object[3];
    for (int i = 0; i < source.numPartitions(); i++) {
      try (RecordReader<String> reader = source.open(i, null)) {
        for (int count = reader.read(chunk, 3); count >= 0; count = reader.read(chunk, 3)) {
          lines.addAll(Arrays.asList(chunk).subList(0, count));
        }
      }
    }
    return lines;
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static FileStatus file(String path, long length) {
    return new FileStatus(path, length, 0);
  }

  private static FileStatus status(Path file) throws IOException {
    return file(file.toString(), Files.size(file));
  }
}
