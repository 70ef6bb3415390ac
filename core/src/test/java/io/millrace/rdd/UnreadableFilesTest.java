package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.Conf;
import io.millrace.source.UnreadableInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are no plain text, or damaged: unpacked, or refused by name, never read as text. */
class UnreadableFilesTest {

  private static final LineLimit LIMIT = new LineLimit(1_000, false);

  @TempDir private Path directory;

  private static byte[] gzip(String... members) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String member : members) {
      try (GZIPOutputStream packed = new GZIPOutputStream(all)) {
        packed.write(member.getBytes(StandardCharsets.UTF_8));
      }
    }
    return all.toByteArray();
  }

  private static String unpack(byte[] packed) throws IOException {
    try (GzipInput in = new GzipInput(new ByteArrayInputStream(packed))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private List<String> lines(String name, byte[] content) throws IOException {
    Path file = Files.write(directory.resolve(name), content);
    Conf conf =
        new Conf().setMaster("local[2]").setAppName("files").set("millrace.task.maxFailures", "1");
    try (RDDContext context = new RDDContext(conf)) {
      return context.textFile(file.toString()).collect();
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void gzip_mayHaveSeveralMembersAndPadding() throws IOException {
    assertThat(unpack(gzip("a\nb\n"))).isEqualTo("a\nb\n");
    assertThat(unpack(gzip("a", "", "b"))).isEqualTo("ab");
    byte[] padded = Arrays.copyOf(gzip("a", "b"), gzip("a", "b").length + 700);
    assertThat(unpack(padded)).isEqualTo("ab");
    assertThat(unpack(gzip("x".repeat(300_000), "y"))).hasSize(300_001);
  }

  @Test
  void gzip_mayHaveEveryPartOfAHeader() throws IOException {
    byte[] plain = gzip("a\n");
    ByteArrayOutputStream full = new ByteArrayOutputStream();
    full.write(plain, 0, 3);
    full.write(2 + 4 + 8 + 16);
    full.write(plain, 4, 6);
    full.writeBytes(new byte[] {3, 0, 1, 2, 3});
    full.writeBytes(text("name\0comment\0"));
    CRC32 crc = new CRC32();
    crc.update(full.toByteArray());
    full.write((int) crc.getValue());
    full.write((int) (crc.getValue() >>> 8));
    full.write(plain, 10, plain.length - 10);

    assertThat(unpack(full.toByteArray())).isEqualTo("a\n");
  }

  /** Every cut and many flips: an error, or what was packed. */
  @Test
  void gzip_thatIsDamagedAnywhere_isAnError() throws IOException {
    byte[] whole = gzip("first member\n", "second member\n");
    int end = gzip("first member\n").length;
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      if (length == end) {
        assertThat(unpack(cut)).isEqualTo("first member\n");
      } else {
        assertThat(catchThrowable(() -> unpack(cut)))
            .as("cut at %d", length)
            .isInstanceOf(IOException.class);
      }
    }
    Random random = new Random(20261201);
    for (int i = 0; i < 2_000; i++) {
      byte[] flipped = whole.clone();
      flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(unpack(flipped)).isEqualTo("first member\nsecond member\n");
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.gz", "a.GZ", "a.gzip", "a.Gzip"})
  void gzip_isKnownByItsName(String name) throws IOException {
    assertThat(lines(name, gzip("a\nb\n"))).containsExactly("a", "b");
  }

  @Test
  void aTruncatedEmptyOrDamagedGzip_isNamed() throws IOException {
    byte[] whole = gzip("a\n", "b\n");
    byte[] badMember = whole.clone();
    badMember[whole.length - 5] ^= 1;
    for (byte[] bad :
        List.of(Arrays.copyOf(whole, whole.length - 3), new byte[0], badMember, text("plain"))) {
      assertThatThrownBy(() -> lines("bad.gz", bad))
          .hasStackTraceContaining(UnreadableInputException.class.getName())
          .hasStackTraceContaining(directory.resolve("bad.gz") + " can't be read: ");
    }
    assertThatThrownBy(() -> lines("bad.gz", badMember)).hasStackTraceContaining("member 2");
  }

  @ParameterizedTest
  @CsvSource({
    "a.zip, zip",
    "a.BZ2, bzip2",
    "a.zst, Zstandard",
    "a.xz, xz",
    "a.lz4, LZ4",
    "a.7z, 7-Zip"
  })
  void otherFormats_areRefusedByName(String name, String format) {
    assertThatThrownBy(() -> lines(name, text("text")))
        .hasStackTraceContaining(directory.resolve(name) + " is a " + format + " file")
        .hasStackTraceContaining("unpack it");
  }

  @ParameterizedTest
  @CsvSource({
    "504b0304, zip", "425a68393141592653590000, bzip2", "28b52ffd00, Zstandard",
    "fd377a585a00, xz", "04224d18, LZ4", "1f8b0800, gzip"
  })
  void otherFormats_areRefusedByTheirFirstBytes(String hex, String format) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> lines("data.txt", bytes))
        .hasStackTraceContaining(directory.resolve("data.txt") + " is a " + format + " file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BZh is a word", "PK", "1", "", "ORC", "7z"})
  void text_thatBeginsLikeAFormat_isText(String text) throws IOException {
    assertThat(lines("data.txt", text(text))).isEqualTo(text.isEmpty() ? List.of() : List.of(text));
  }

  @Test
  void aLineBeyondItsBound_isAnErrorThatSaysWhere_orLeftOut() throws IOException {
    String longLine = "x".repeat(1_001);
    byte[] bytes = text("a\n" + longLine + "\nb\n" + "y".repeat(1_000) + "\r\nc");
    for (int bufferBytes : new int[] {1, 2, 7, 1_000, 100_000}) {
      LineReader strict = new LineReader(new ByteArrayInputStream(bytes), 5, LIMIT, bufferBytes);
      assertThat(strict.next()).isEqualTo("a");
      assertThatThrownBy(strict::next)
          .hasMessageContaining("begins at byte 7")
          .hasMessageContaining("longer than 1000 bytes")
          .hasMessageContaining("millrace.text.maxLineBytes");

      LineReader skipping =
          new LineReader(
              new ByteArrayInputStream(bytes), 5, new LineLimit(1_000, true), bufferBytes);
      assertThat(List.of(skipping.next(), skipping.next(), skipping.next(), skipping.next()))
          .containsExactly("a", "b", "y".repeat(1_000), "c");
      assertThat(skipping.next()).isNull();
      assertThat(skipping.endedWithinLine()).isTrue();
    }
  }

  @Test
  void onlyRegularFiles_areListed() throws Exception {
    Files.writeString(directory.resolve("plain"), "a\n");
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("plain"));
    Files.createSymbolicLink(directory.resolve("loop"), directory.resolve("loop"));
    Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("nothing"));
    Process mkfifo = new ProcessBuilder("mkfifo", directory.resolve("pipe").toString()).start();
    assertThat(mkfifo.waitFor()).isZero();
    try (RDDContext context =
        new RDDContext(new Conf().setMaster("local[2]").setAppName("files"))) {
      assertThat(context.textFile(directory.toString()).collect())
          .isEqualTo(Collections.nCopies(2, "a"));
    }
  }

  @Test
  @Timeout(20)
  void namesThatAreNotAscii_orNoTextAtAll_areReadOnceEach() throws Exception {
    // By a shell, since Java can't write such names under every locale.
    Process touch =
        new ProcessBuilder(
                "bash",
                "-c",
                "printf 1 >$'\\xc3\\xa4.txt'; printf 2 >$'\\xc3\\xb6.txt'; printf 3 >$'\\xff.txt'")
            .directory(directory.toFile())
            .start();
    assertThat(touch.waitFor()).isZero();
    try (RDDContext context =
        new RDDContext(new Conf().setMaster("local[2]").setAppName("files"))) {
      assertThat(context.textFile(directory.toString()).collect())
          .containsExactlyInAnyOrder("1", "2", "3");
      assertThat(context.wholeTextFiles(directory.toString()).keys().collect())
          .anySatisfy(path -> assertThat(path).endsWith("/ä.txt"))
          .anySatisfy(path -> assertThat(path).endsWith("/ö.txt"))
          .anySatisfy(path -> assertThat(path).startsWith("file:///").endsWith("/%FF.txt"));
      assertThat(context.textFile(directory + "/ä.txt").collect()).containsExactly("1");
      assertThat(context.textFile(directory + "/[äö].txt").collect()).hasSize(2);
    }
  }
}
