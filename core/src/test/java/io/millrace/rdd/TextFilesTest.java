package io.millrace.rdd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.JobFailedException;
import io.millrace.TaskContext;
import io.millrace.Tuple2;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFilesTest {

  private final RDDContext context = new RDDContext("local[2,2]", "test");

  @TempDir Path directory;

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void textFile_readsAFileADirectoryAndAPattern() throws IOException {
    write("in/b.txt", "3\n4\n");
    write("in/a.txt", "1\n2\n");
    write("in/_skipped", "x\n");
    write("in/sub/c.txt", "5\n");

    assertThat(context.textFile(path("in/a.txt")).collect()).containsExactly("1", "2");
    assertThat(context.textFile(path("in")).collect()).containsExactly("1", "2", "3", "4");
    assertThat(context.textFile(path("in") + "/*.txt").collect())
        .containsExactly("1", "2", "3", "4");
    assertThat(context.textFile(path("in/b.txt") + "," + path("in/sub")).collect())
        .containsExactly("3", "4", "5");
    assertThat(context.textFile(path("in/{b.txt,sub}")).collect()).containsExactly("3", "4", "5");
    assertThat(context.textFile(directory.resolve("in/a.txt").toUri().toString()).count())
        .isEqualTo(2);
  }

  @Test
  void textFile_cutsLargeFilesIntoPartitions() throws IOException {
    List<String> lines = IntStream.range(0, 10_000).mapToObj(i -> "line " + i).toList();
    write("large.txt", String.join("\n", lines));

    RDD<String> read = context.textFile(path("large.txt"), 7);

    assertThat(read.getNumPartitions()).isBetween(7, 8);
    assertThat(read.collect()).isEqualTo(lines);
    assertThat(read.glom().map(List::size).collect()).allMatch(size -> size > 0);
    assertThat(context.textFile(path("large.txt")).getNumPartitions()).isEqualTo(2);
    assertThat(context.textFile(path("large.txt"), 0).getNumPartitions()).isEqualTo(1);
  }

  @Test
  void textFile_unpacksGz() throws IOException {
    Path file = directory.resolve("a.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("zwölf\n€".getBytes(UTF_8));
    }

    assertThat(context.textFile(file.toString(), 9).glom().collect())
        .containsExactly(List.of("zwölf", "€"));
  }

  @Test
  void textFile_namesAMissingPathWhenItIsFirstUsed() {
    RDD<String> missing = context.textFile(path("missing"));
    RDD<Integer> lengths = missing.map(String::length);

    assertThatThrownBy(lengths::count)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("input path does not exist")
        .hasMessageContaining(path("missing"));
    assertThatThrownBy(() -> context.textFile(path("none") + "*").count())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("none*");
    assertThatThrownBy(() -> context.textFile("bogus://host/a").count())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bogus://host/a");
  }

  @Test
  void textFile_looksForFilesOnce() throws IOException {
    write("in/a.txt", "1\n");
    RDD<String> lines = context.textFile(path("in"));
    write("in/b.txt", "2\n");
    assertThat(lines.collect()).containsExactly("1", "2");
    write("in/c.txt", "3\n");

    assertThat(lines.collect()).containsExactly("1", "2");
  }

  @Test
  void textFile_ofAnEmptyDirectoryHasNoPartitions() throws IOException {
    Files.createDirectory(directory.resolve("empty"));

    assertThat(context.textFile(path("empty")).getNumPartitions()).isZero();
    assertThat(context.textFile(path("empty")).collect()).isEmpty();
  }

  @Test
  void wordCount_fromFilesToFiles() throws IOException {
    write("in/a.txt", "to be or not to be");

    context
        .textFile(path("in"))
        .flatMap(line -> List.of(line.split(" ")).iterator())
        .mapToPair(word -> new Tuple2<>(word, 1))
        .reduceByKey(Integer::sum, 1)
        .saveAsTextFile(path("out"));

    assertThat(files("out")).containsExactly("_SUCCESS", "part-00000");
    assertThat(directory.resolve("out/part-00000")).hasContent("(to,2)\n(be,2)\n(or,1)\n(not,1)");
    assertThat(Files.readString(directory.resolve("out/part-00000"))).endsWith("\n");
  }

  @Test
  void saveAsTextFile_writesAFileForEachPartition() throws IOException {
    context.parallelize(List.of("a", "ö"), 3).saveAsTextFile(path("out") + "/");

    assertThat(files("out")).containsExactly("_SUCCESS", "part-00000", "part-00001", "part-00002");
    assertThat(directory.resolve("out/part-00000")).isEmptyFile();
    assertThat(directory.resolve("out/part-00002"))
        .usingCharset(StandardCharsets.UTF_8)
        .hasContent("ö");
    assertThat(context.textFile(path("out")).collect()).containsExactly("a", "ö");
  }

  @Test
  void saveAsTextFile_ofNoPartitionsStillSaysItIsComplete() throws IOException {
    context.emptyRDD().saveAsTextFile(path("out"));

    assertThat(files("out")).containsExactly("_SUCCESS");
  }

  @Test
  void saveAsTextFile_refusesAnExistingPath() throws IOException {
    write("out/precious", "x");

    assertThatThrownBy(() -> context.parallelize(List.of(1), 1).saveAsTextFile(path("out")))
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining(path("out"));
    assertThat(files("out")).containsExactly("precious");
  }

  @Test
  void saveAsTextFile_keepsNothingOfAFailedAttempt() throws IOException {
    context
        .parallelize(List.of(1, 2, 3, 4), 2)
        .map(
            x -> {
              if (x == 4 && TaskContext.get().attemptNumber() == 0) {
                throw new IllegalStateException("first attempt");
              }
              return x;
            })
        .saveAsTextFile(path("out"));

    assertThat(files("out")).containsExactly("_SUCCESS", "part-00000", "part-00001");
    assertThat(directory.resolve("out/part-00001")).hasContent("3\n4");
  }

  @Test
  void saveAsTextFile_leavesNothingBehindWhenTheJobFails() {
    RDD<Integer> failing = context.parallelize(List.of(1, 2), 2).map(x -> 1 / (x - 2));

    assertThatThrownBy(() -> failing.saveAsTextFile(path("out")))
        .isInstanceOf(JobFailedException.class);
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void replace_putsNewFilesInPlaceOfOldOnes() throws IOException {
    TextFileOutput.replace(context.parallelize(List.of(1, 2, 3), 3), path("out"));
    TextFileOutput.replace(context.parallelize(List.of(4), 1), path("out"));

    assertThat(files("out")).containsExactly("_SUCCESS", "part-00000");
    assertThat(directory.resolve("out/part-00000")).hasContent("4");
  }

  @Test
  void replace_leavesTheOldFilesWhenTheJobFails() throws IOException {
    TextFileOutput.replace(context.parallelize(List.of(1), 1), path("out"));
    RDD<Integer> failing = context.parallelize(List.of(1, 2), 2).map(x -> 1 / (x - 2));

    assertThatThrownBy(() -> TextFileOutput.replace(failing, path("out")))
        .isInstanceOf(JobFailedException.class);
    assertThat(files("out")).containsExactly("_SUCCESS", "part-00000");
    assertThat(directory.resolve("out/part-00000")).hasContent("1");
  }

  @Test
  void replace_cleansUpAfterAProcessThatWasKilled() throws IOException {
    write("out/_temporary/part-00000.0.0", "half a li");

    TextFileOutput.replace(context.parallelize(List.of(1), 1), path("out"));

    assertThat(files("out")).containsExactly("_SUCCESS", "part-00000");
  }

  private void write(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private String path(String name) {
    return directory + "/" + name;
  }

  private List<String> files(String name) throws IOException {
    try (Stream<Path> entries = Files.list(directory.resolve(name))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
