package io.millrace.rdd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.JobFailedException;
import io.millrace.Tuple2;
import io.millrace.spi.RecordFormatException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilesTest {

  private record Point(int x, List<String> names) implements Serializable {}

  private final RDDContext context = new RDDContext("local[2,2]", "test");

  @TempDir Path directory;

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void wholeTextFiles_yieldsPathAndTextOfEachFile() throws IOException {
    write("in/b.txt", "\ufeff3\r\n4");
    write("in/a.txt", "1\n2\n");
    write("in/empty", "");
    write("in/_skipped", "x");
    try (GZIPOutputStream out =
        new GZIPOutputStream(Files.newOutputStream(directory.resolve("in/c.gz")))) {
      out.write("packed".getBytes(UTF_8));
    }

    PairRDD<String, String> files = context.wholeTextFiles(path("in"), 3);

    assertThat(files.collect())
        .containsExactly(
            new Tuple2<>(path("in/a.txt"), "1\n2\n"),
            new Tuple2<>(path("in/b.txt"), "3\r\n4"),
            new Tuple2<>(path("in/c.gz"), "packed"),
            new Tuple2<>(path("in/empty"), ""));
    assertThat(files.getNumPartitions()).isEqualTo(3);
    assertThat(files.name()).isEqualTo(path("in"));
    assertThat(context.wholeTextFiles(path("in/a.txt"), 9).getNumPartitions()).isEqualTo(1);
  }

  @Test
  void wholeTextFiles_spreadsFilesByTheirBytes() throws IOException {
    for (int i = 0; i < 12; i++) {
      write("many/" + (char) ('a' + i), i == 0 ? "x".repeat(1_300) : "x".repeat(100));
    }

    List<Integer> sizes = context.wholeTextFiles(path("many"), 2).glom().map(List::size).collect();

    assertThat(sizes).containsExactly(1, 11);
  }

  @Test
  void binaryFiles_openTheirBytesWithinTasks() throws IOException {
    Files.write(directory.resolve("a.bin"), new byte[] {0, 0, 1, 0, 7});
    Files.write(directory.resolve("b.bin"), new byte[0]);

    PairRDD<String, PortableDataStream> files = context.binaryFiles(path("*.bin"));

    assertThat(files.mapValues(stream -> stream.toArray().length).collect())
        .containsExactly(new Tuple2<>(path("a.bin"), 5), new Tuple2<>(path("b.bin"), 0));
    int first =
        files
            .values()
            .map(
                stream -> {
                  try (DataInputStream in = stream.open()) {
                    return in.readInt();
                  }
                })
            .first();
    assertThat(first).isEqualTo(256);
    PortableDataStream stream = files.values().first();
    assertThat(stream.getPath()).isEqualTo(path("a.bin"));
    assertThat(stream.length()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 250})
  void binaryRecords_areCutAtTheirLength(int recordLength) throws IOException {
    byte[] bytes = new byte[3_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i / recordLength);
    }
    Files.write(directory.resolve("a.bin"), bytes);
    Files.write(directory.resolve("b.bin"), Arrays.copyOf(bytes, 750));

    RDD<byte[]> records = context.binaryRecords(path("*.bin"), recordLength);

    assertThat(records.count()).isEqualTo(3_750 / recordLength);
    assertThat(records.getNumPartitions()).isGreaterThan(1);
    assertThat(records.take(2)).allMatch(record -> record.length == recordLength);
    assertThat(records.map(record -> (int) record[0]).take(3)).containsExactly(0, 1, 2);
  }

  @Test
  void binaryRecords_refuseAFileThatIsNoMultiple() throws IOException {
    Files.write(directory.resolve("a.bin"), new byte[10]);

    assertThatThrownBy(() -> context.binaryRecords(path("a.bin"), 3).count())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.bin has 10 bytes")
        .hasMessageContaining("record length 3");
    assertThatThrownBy(() -> context.binaryRecords(path("a.bin"), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPathThatDoesNotExist_isNamedWithTheOperation() {
    assertThatThrownBy(() -> context.wholeTextFiles(path("none")).count())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("wholeTextFiles: input path does not exist: " + path("none"));
    assertThatThrownBy(() -> context.objectFile(path("none")).count())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("objectFile");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void objectFiles_bringBackWhatWasSaved(int partitions) {
    List<Object> records = new ArrayList<>();
    records.add(new Point(1, List.of("a", "gr\u00fcn")));
    records.add(null);
    records.add(Map.of("k", 1L));
    IntStream.range(0, 5_000).forEach(records::add);

    context.parallelize(records, partitions).saveAsObjectFile(path("out"));

    RDD<Object> read = context.objectFile(path("out"));
    assertThat(read.collect()).isEqualTo(records);
    assertThat(read.getNumPartitions()).isEqualTo(partitions);
    assertThat(context.objectFile(path("out"), 7).count()).isEqualTo(records.size());
    assertThat(directory.resolve("out/_SUCCESS")).exists();
    assertThatThrownBy(() -> read.saveAsObjectFile(path("out")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("exists already");
  }

  @Test
  void objectFiles_ofPairsAndOfNothing() {
    PairRDD<String, Integer> pairs = context.parallelizePairs(List.of(new Tuple2<>("a", 1)), 3);
    pairs.saveAsObjectFile(path("pairs"));
    context.emptyRDD().saveAsObjectFile(path("nothing"));

    RDD<Tuple2<String, Integer>> read = context.objectFile(path("pairs"));
    assertThat(PairRDD.fromRDD(read).lookup("a")).containsExactly(1);
    assertThat(context.objectFile(path("nothing")).collect()).isEmpty();
  }

  @Test
  void aDamagedObjectFile_failsTheTask() throws IOException {
    context.parallelize(List.of("some text", "more text"), 1).saveAsObjectFile(path("out"));
    Path part = directory.resolve("out/part-00000");
    byte[] bytes = Files.readAllBytes(part);
    bytes[bytes.length / 2] ^= 1;
    Files.write(part, bytes);

    assertThatThrownBy(() -> context.objectFile(path("out")).collect())
        .isInstanceOf(JobFailedException.class)
        .hasRootCauseInstanceOf(RecordFormatException.class);
  }

  @Test
  void aRecordThatCannotBeWritten_leavesNothing() throws IOException {
    RDD<Object> threads = context.parallelize(List.of(1), 1).map(x -> Thread.currentThread());

    assertThatThrownBy(() -> threads.saveAsObjectFile(path("out")))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("Thread");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }
}
