package io.millrace.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.sink.FileSinks;
import io.millrace.stream.CheckpointException;
import io.millrace.stream.DStream;
import io.millrace.stream.PairDStream;
import io.millrace.stream.State;
import io.millrace.stream.StateSpec;
import io.millrace.testkit.StreamTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A place that does not hold the checkpoint that a program takes it for. */
@Timeout(120)
class CheckpointPlaceTest {

  @TempDir private Path directory;
  private Path checkpoint;

  @BeforeEach
  void place() {
    checkpoint = directory.resolve("checkpoint");
  }

  private StreamTest program(Path at, int maxInlineBytes, List<List<String>> batches) {
    Conf conf =
        new Conf()
            .setMaster("local[2]")
            .set("millrace.checkpoint.maxInlineBytes", String.valueOf(maxInlineBytes));
    StreamTest test = new StreamTest(conf, Duration.ofSeconds(1));
    test.context().checkpoint(at.toString());
    test.input(batches, 2)
        .uid("words")
        .mapToPair(word -> new Tuple2<>(word, 1))
        .<Integer>updateStateByKey((values, count) -> Optional.of(count.orElse(0) + values.size()))
        .uid("counts")
        .foreachRDD(rdd -> rdd.count());
    return test;
  }

  private void run(Path at, int maxInlineBytes, List<List<String>> batches) throws Exception {
    try (StreamTest test = program(at, maxInlineBytes, batches)) {
      test.run(batches.size());
    }
  }

  private static List<CheckpointProblem> verify(Path at) throws IOException {
    try (CheckpointReader reader = CheckpointReader.open(at.toString())) {
      return reader.verify();
    }
  }

  private static List<Path> files(Path below) throws IOException {
    try (Stream<Path> walk = Files.walk(below)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private void removeLog() throws IOException {
    for (Path slot : files(checkpoint.resolve("log"))) {
      Files.delete(slot);
    }
    Files.delete(checkpoint.resolve("log"));
  }

  /** Also of one whose changes are all in the log, so that there are no data files. */
  @Test
  void aCheckpointWithoutItsLog_isRefused() throws Exception {
    for (int maxInlineBytes : new int[] {0, 1 << 20}) {
      checkpoint = directory.resolve("inline-" + maxInlineBytes);
      run(checkpoint, maxInlineBytes, List.of(List.of("a"), List.of("b")));
      removeLog();

      assertThat(verify(checkpoint)).extracting(CheckpointProblem::object).contains("log");
      assertThatThrownBy(() -> run(checkpoint, maxInlineBytes, List.of(List.of("c"))))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("no slot of that checkpoint in log/");
    }
  }

  @Test
  void dataFilesOfAnotherCheckpoint_areNotTaken() throws Exception {
    run(checkpoint, 0, List.of(List.of("a"), List.of("b")));
    Path other = directory.resolve("other");
    run(other, 0, List.of(List.of("x"), List.of("y")));
    List<Path> own = files(checkpoint.resolve("data"));
    List<Path> others = files(other.resolve("data"));
    assertThat(others).hasSameSizeAs(own);
    for (int i = 0; i < own.size(); i++) {
      assertThat(Files.size(others.get(i))).isEqualTo(Files.size(own.get(i)));
      Files.write(own.get(i), Files.readAllBytes(others.get(i)));
    }

    assertThat(verify(checkpoint)).hasSameSizeAs(own);
    assertThatThrownBy(() -> run(checkpoint, 0, List.of(List.of("c"))))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("another file than the one that the log names");
  }

  @Test
  void aCopyOfTheSameCheckpointThatWentAnotherWay_isNotMixedIn() throws Exception {
    run(checkpoint, 0, List.of(List.of("a")));
    Path copy = directory.resolve("copy");
    for (Path file : files(checkpoint)) {
      Path to = copy.resolve(checkpoint.relativize(file).toString());
      Files.createDirectories(to.getParent());
      Files.copy(file, to);
    }
    run(checkpoint, 0, List.of(List.of("a"), List.of("b")));
    run(copy, 0, List.of(List.of("a"), List.of("z")));
    boolean hasMixed = false;
    for (Path file : files(copy.resolve("data"))) {
      Path same = checkpoint.resolve("data").resolve(file.getFileName());
      if (Files.exists(same) && Files.mismatch(file, same) >= 0) {
        Files.write(same, Files.readAllBytes(file));
        hasMixed = true;
      }
    }

    assertThat(hasMixed).isTrue();
    assertThat(verify(checkpoint)).isNotEmpty();
  }

  @Test
  void aPlaceWithFilesOfOthers_isANewCheckpoint() throws Exception {
    Files.createDirectories(checkpoint.resolve("log"));
    Files.createDirectories(checkpoint.resolve("data"));
    Files.writeString(checkpoint.resolve("pom.xml"), "<project/>");
    Files.writeString(checkpoint.resolve("log/app.log"), "a line");
    Files.writeString(checkpoint.resolve("data/input-1.csv"), "1,2");

    run(checkpoint, 0, List.of(List.of("a")));
    run(checkpoint, 0, List.of(List.of("a"), List.of("b")));

    assertThat(checkpoint.resolve("log/app.log")).hasContent("a line");
    assertThat(checkpoint.resolve("data/input-1.csv")).hasContent("1,2");
  }

  @Test
  void aStartThatIsRefused_leavesTheRunningProgramAlone() throws Exception {
    Path foreign = directory.resolve("foreign");
    try (StreamTest test = program(directory.resolve("another"), 0, List.of(List.of("a")))) {
      test.input(List.of(List.of("a")), 1)
          .uid("more")
          .writeTo(FileSinks.lines(foreign.toString(), line -> line));
      test.run(1);
    }
    try (StreamTest running = program(checkpoint, 0, List.of(List.of("a"), List.of("b")))) {
      running.run(1);
      try (StreamTest misspelt = program(checkpoint, 0, List.of())) {
        misspelt
            .context()
            .textFileStream(directory.resolve("misspelt").toString())
            .foreachRDD(rdd -> rdd.count());
        assertThatThrownBy(() -> misspelt.run(1)).hasMessageContaining("does not exist");
      }
      try (StreamTest taken = program(checkpoint, 0, List.of())) {
        taken
            .input(List.of(List.of("a")), 1)
            .uid("more")
            .writeTo(FileSinks.lines(foreign.toString(), line -> line));
        assertThatThrownBy(() -> taken.run(1)).hasMessageContaining("belongs to output");
      }
      running.run(1);
    }
    try (CheckpointReader reader = CheckpointReader.open(checkpoint.toString())) {
      assertThat(reader.contents().epoch()).isEqualTo(1);
      assertThat(reader.contents().lastBatch()).isEqualTo(2);
    }
  }

  @Test
  void everyOperationThatKeepsSomething_canBeNamedByItsResult() throws Exception {
    Duration second = Duration.ofSeconds(1);
    try (StreamTest test = program(checkpoint, 0, List.of(List.of("a")))) {
      DStream<String> words = test.input(List.of(List.of("a")), 1).uid("more");
      PairDStream<String, Integer> pairs = words.mapToPair(word -> new Tuple2<>(word, 1));
      for (String n : List.of("1", "2")) {
        words.countByWindow(second, second).uid("count" + n).foreachRDD(rdd -> rdd.count());
        words.countByValueAndWindow(second, second).uid("v" + n).foreachRDD(rdd -> rdd.count());
        words
            .reduceByWindow((a, b) -> a + b, second, second)
            .uid("reduce" + n)
            .foreachRDD(rdd -> rdd.count());
        pairs.groupByKeyAndWindow(second, second).uid("group" + n).foreachRDD(rdd -> rdd.count());
        pairs
            .reduceByKeyAndWindow(Integer::sum, second, second)
            .uid("rk" + n)
            .foreachRDD(rdd -> rdd.count());
        pairs
            .mapWithState(
                StateSpec.function(
                    (String key, Optional<Integer> value, State<Integer> s) -> {
                      s.update(s.exists() ? s.get() + 1 : 1);
                      return key;
                    }))
            .stateSnapshots()
            .uid("state" + n)
            .foreachRDD(rdd -> rdd.count());
      }
      test.run(1);
    }
    try (CheckpointReader reader = CheckpointReader.open(checkpoint.toString())) {
      assertThat(reader.contents().states())
          .extracting(CheckpointContents.StateEntry::id)
          .contains(
              "count1", "count2", "reduce1", "reduce2", "v1", "v2", "rk2", "state1", "state2");
      assertThat(reader.contents().windows())
          .extracting(CheckpointContents.WindowEntry::id)
          .contains("group1", "group2");
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void filesOfACheckpoint_areOfTheOwnerAlone() throws Exception {
    run(checkpoint, 0, List.of(List.of("a")));
    Set<PosixFilePermission> ofOwner =
        EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE);
    try (Stream<Path> walk = Files.walk(checkpoint)) {
      for (Path path : walk.toList()) {
        assertThat(ofOwner).as("%s", path).containsAll(Files.getPosixFilePermissions(path));
      }
    }
  }

  @Test
  void aProgramWhoseCheckpointWasDeleted_stopsByName_andDisturbsNoOther() throws Exception {
    List<List<String>> many = Stream.iterate(List.of("a"), batch -> batch).limit(20).toList();
    try (StreamTest deleted = program(checkpoint, 0, many)) {
      deleted.run(1);
      List<Path> paths;
      try (Stream<Path> walk = Files.walk(checkpoint)) {
        paths = walk.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : paths) {
        Files.delete(path);
      }
      try (StreamTest next = program(checkpoint, 0, many)) {
        next.run(2);
        assertThatThrownBy(() -> deleted.run(19))
            .hasStackTraceContaining("was deleted or replaced while this program ran");
        next.run(2);
      }
    }
    assertThat(verify(checkpoint)).isEmpty();
    try (CheckpointReader reader = CheckpointReader.open(checkpoint.toString())) {
      assertThat(reader.contents().epoch()).isEqualTo(1);
      assertThat(reader.contents().lastBatch()).isEqualTo(4);
    }
  }
}
