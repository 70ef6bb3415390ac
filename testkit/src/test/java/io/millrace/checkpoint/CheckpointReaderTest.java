package io.millrace.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.CorruptionException;
import io.millrace.Tuple2;
import io.millrace.checkpoint.CheckpointContents.BatchEntry;
import io.millrace.checkpoint.CheckpointContents.OutputEntry;
import io.millrace.checkpoint.CheckpointContents.Stage;
import io.millrace.sink.FileSinks;
import io.millrace.stream.BatchFailedException;
import io.millrace.stream.DStream;
import io.millrace.testkit.StreamTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CheckpointReaderTest {

  private static final String POISON = "poison";

  @TempDir private Path directory;
  private Path checkpoint;

  @BeforeEach
  void placeCheckpoint() {
    checkpoint = directory.resolve("checkpoint");
  }

  private StreamTest program(List<List<String>> batches) {
    Conf conf = new Conf().setMaster("local[2]").set("millrace.checkpoint.maxInlineBytes", "0");
    StreamTest test = new StreamTest(conf, Duration.ofSeconds(1));
    test.context().checkpoint(checkpoint.toString());
    DStream<String> words = test.input(batches, 2).uid("words");
    DStream<String> checked =
        words.map(
            word -> {
              if (word.equals(POISON)) {
                throw new IllegalArgumentException("not a word");
              }
              return word;
            });
    // Two sinks, for only then is durable what the second is to get.
    for (String name : List.of("first", "second")) {
      checked.writeTo(FileSinks.lines(directory.resolve(name).toString(), word -> word)).uid(name);
    }
    return test;
  }

  private void run(List<List<String>> batches) throws InterruptedException {
    try (StreamTest test = program(batches)) {
      test.run(batches.size());
    }
  }

  private CheckpointContents contents() throws IOException {
    try (CheckpointReader reader = CheckpointReader.open(checkpoint.toString())) {
      return reader.contents();
    }
  }

  private List<CheckpointProblem> verify() throws IOException {
    try (CheckpointReader reader = CheckpointReader.open(checkpoint.toString())) {
      return reader.verify();
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(checkpoint)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private String nameOf(Path file) {
    return checkpoint.relativize(file).toString().replace('\\', '/');
  }

  @Test
  void contents_areTheBatchesWithTheirInput_andTheOutputs() throws Exception {
    run(List.of(List.of("a", "b"), List.of("b"), List.of("c")));

    CheckpointContents contents = contents();

    assertThat(contents.epoch()).isEqualTo(1);
    assertThat(contents.lastBatch()).isEqualTo(3);
    assertThat(contents.lastTime()).contains(Instant.ofEpochSecond(3));
    assertThat(contents.batches()).extracting(BatchEntry::number).containsExactly(1L, 2L, 3L);
    assertThat(contents.batches())
        .allSatisfy(
            batch -> {
              assertThat(batch.stage()).isEqualTo(Stage.COMMITTED);
              assertThat(batch.epoch()).isEqualTo(1);
              assertThat(batch.ranges()).containsOnlyKeys("words");
              assertThat(batch.stagedBytes()).isPositive();
            });
    assertThat(contents.outputs())
        .containsExactly(new OutputEntry("first", 3), new OutputEntry("second", 3));
    assertThat(contents.dataFiles()).isGreaterThanOrEqualTo(4);
    assertThat(contents.strayFiles()).isZero();
  }

  @Test
  void contents_haveStatesWithTheirKeys_andWhatWindowsKeep() throws Exception {
    try (StreamTest test = program(List.of(List.of("a", "b"), List.of("a")))) {
      DStream<String> words = test.input(List.of(List.of("a", "b"), List.of("a")), 2).uid("more");
      words
          .mapToPair(word -> new Tuple2<>(word, 1))
          .updateStateByKey((values, count) -> Optional.of(values.size()))
          .uid("counts")
          .print();
      words.window(Duration.ofSeconds(5)).uid("last").foreachRDD(rdd -> rdd.count());
      test.run(2);
    }

    assertThat(contents().states())
        .singleElement()
        .satisfies(
            state -> {
              assertThat(state.id()).isEqualTo("counts");
              assertThat(state.form()).startsWith("entries/");
              assertThat(state.maxKeys()).isBetween(2L, 4L);
              assertThat(state.files()).isPositive();
              assertThat(state.numBytes()).isPositive();
            });
    assertThat(contents().windows())
        .singleElement()
        .satisfies(
            window -> {
              assertThat(window.id()).isEqualTo("last");
              assertThat(window.batches()).isEqualTo(2);
              assertThat(window.numRecords()).isEqualTo(3);
            });
    assertThat(verify()).isEmpty();
  }

  @Test
  void contents_ofABatchThatFailed_areItsPlan() throws Exception {
    try (StreamTest test = program(List.of(List.of("a"), List.of(POISON)))) {
      assertThatThrownBy(() -> test.run(2)).isInstanceOf(BatchFailedException.class);
    }

    CheckpointContents contents = contents();

    assertThat(contents.lastBatch()).isEqualTo(1);
    assertThat(contents.batches())
        .extracting(BatchEntry::stage)
        .containsExactly(Stage.COMMITTED, Stage.PLANNED);
  }

  @Test
  void contents_afterARestart_areOfTheNextEpoch() throws Exception {
    run(List.of(List.of("a")));
    run(List.of());
    assertThat(contents().epoch()).isEqualTo(2);
    assertThat(contents().lastBatch()).isEqualTo(1);
  }

  @Test
  void contents_ofARunningProgram_areThoseOfItsLastBatch() throws Exception {
    try (StreamTest test = program(List.of(List.of("a"), List.of("b")))) {
      test.run(1);
      assertThat(contents().lastBatch()).isEqualTo(1);
      test.run(1);
      assertThat(contents().lastBatch()).isEqualTo(2);
      assertThat(verify()).isEmpty();
    }
  }

  @Test
  void reading_changesNothing() throws Exception {
    run(List.of(List.of("a")));
    Map<String, FileTime> before = times();
    contents();
    verify();
    assertThat(times()).isEqualTo(before);
  }

  private Map<String, FileTime> times() throws IOException {
    Map<String, FileTime> times = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(checkpoint)) {
      for (Path path : walk.toList()) {
        times.put(path.toString(), Files.getLastModifiedTime(path));
      }
    }
    return times;
  }

  @Test
  void placeThatDoesNotExist_isNamed() {
    assertThatThrownBy(() -> CheckpointReader.open(checkpoint.toString()))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(checkpoint.toString());
  }

  @Test
  void placeThatIsNoCheckpoint_isNamed() throws Exception {
    Files.createDirectory(checkpoint);
    assertThatThrownBy(this::contents)
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("is not a whole checkpoint");
    assertThat(verify()).extracting(CheckpointProblem::object).containsExactly("identity");
  }

  @Test
  void verify_ofAWholeCheckpoint_findsNothing() throws Exception {
    run(List.of(List.of("a", "b"), List.of("c")));
    assertThat(verify()).isEmpty();
  }

  @Test
  @Tag("slow")
  void verify_namesTheFileInWhichAnyByteIsNotAsItWas() throws Exception {
    run(List.of(List.of("a"), List.of("b")));
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < whole.length; i++) {
        byte[] flipped = whole.clone();
        flipped[i] ^= 0x10;
        assertNamed(file, flipped, "byte " + i + " is flipped");
      }
      Files.write(file, whole);
    }
    assertThat(verify()).isEmpty();
  }

  @Test
  @Tag("slow")
  void verify_namesTheFileThatIsCutOff() throws Exception {
    run(List.of(List.of("a"), List.of("b")));
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      for (int length = 0; length < whole.length; length++) {
        assertNamed(file, Arrays.copyOf(whole, length), "it ends after " + length);
      }
      assertNamed(file, Arrays.copyOf(whole, whole.length + 1), "a byte follows");
      Files.write(file, whole);
    }
    assertThat(verify()).isEmpty();
  }

  private void assertNamed(Path file, byte[] damaged, String how) throws IOException {
    Files.write(file, damaged);
    assertThat(verify())
        .as("%s, of which %s", file, how)
        .extracting(CheckpointProblem::object)
        .contains(nameOf(file));
  }

  @Test
  void verify_namesEachFileThatIsMissing() throws Exception {
    run(List.of(List.of("a"), List.of("b")));
    List<Path> slots = new ArrayList<>(files());
    slots.removeIf(file -> !nameOf(file).startsWith("log/"));
    Path last = slots.get(slots.size() - 1); // without it the log is an earlier one
    for (Path file : files()) {
      if (!file.equals(last)) {
        byte[] whole = Files.readAllBytes(file);
        Files.delete(file);
        assertThat(verify()).extracting(CheckpointProblem::object).contains(nameOf(file));
        Files.write(file, whole);
      }
    }
    assertThat(verify()).isEmpty();
  }

  @Test
  void verify_ofAForeignFileInTheLog_namesIt() throws Exception {
    run(List.of(List.of("a")));
    Files.writeString(checkpoint.resolve("log").resolve("notes.txt"), "do not touch");
    assertThat(verify()).extracting(CheckpointProblem::object).containsExactly("log/notes.txt");
  }
}
