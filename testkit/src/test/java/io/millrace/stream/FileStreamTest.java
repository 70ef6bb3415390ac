package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FileStreamTest {

  @TempDir private Path directory;
  @TempDir private Path elsewhere;

  /** Moves a complete file in, as the contract of the stream asks for. */
  private void moveIn(String name, long modifiedMillis, String... lines) throws IOException {
    Path file = Files.write(elsewhere.resolve(name), List.of(lines));
    Files.setLastModifiedTime(file, FileTime.fromMillis(modifiedMillis));
    Files.move(file, directory.resolve(name));
  }

  private Recorded<String> recorded(StreamTest test) {
    return test.record(test.context().textFileStream(directory.toString()));
  }

  @Test
  @Tag("one-run")
  void textFileStream_readsNewFilesAlone() throws Exception {
    moveIn("before", 5_000, "old");
    try (StreamTest test = new StreamTest()) {
      Recorded<String> recorded = recorded(test);
      test.run(1);
      moveIn("first", 5_000, "a", "b");
      test.run(1);
      moveIn("second", 6_000, "c");
      test.run(2);
      assertThat(recorded.batches())
          .containsExactly(List.of(), List.of("a", "b"), List.of("c"), List.of());
    }
  }

  @Test
  @Tag("one-run")
  void textFileStream_notNewFilesOnly_readsWhatIsThere() throws Exception {
    moveIn("before", 5_000, "old");
    try (StreamTest test = new StreamTest()) {
      Recorded<String> recorded =
          test.record(test.context().textFileStream(directory.toString(), false));
      test.run(2);
      assertThat(recorded.batches()).containsExactly(List.of("old"), List.of());
    }
  }

  @Test
  @Tag("one-run")
  void textFileStream_seesAFileThatKeptItsOldTime() throws Exception {
    try (StreamTest test = new StreamTest()) {
      test.clock().setMillis(0);
      Recorded<String> recorded = recorded(test);
      test.run(1);
      moveIn("ancient", -10_000_000, "a");
      moveIn("future", 10_000_000_000_000L, "b");
      test.run(1);
      assertThat(recorded.batches()).containsExactly(List.of(), List.of("a", "b"));
    }
  }

  @Test
  @Tag("one-run")
  void textFileStream_leavesHiddenFilesAndDirectoriesOut() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<String> recorded = recorded(test);
      test.run(1);
      moveIn(".hidden", 0, "no");
      moveIn("_temporary", 0, "no");
      Files.createDirectory(directory.resolve("below"));
      Files.writeString(directory.resolve("below/file"), "no");
      moveIn("seen", 0, "yes");
      test.run(1);
      assertThat(recorded.batches()).containsExactly(List.of(), List.of("yes"));
    }
  }

  @Test
  @Tag("one-run")
  void textFileStream_takesABoundedNumber_oldestFirst_theRestLater() throws Exception {
    Conf conf =
        new Conf().setMaster("local[2]").set("millrace.streaming.fileStream.maxFilesPerBatch", "2");
    try (StreamTest test = new StreamTest(conf, Duration.ofSeconds(1))) {
      Recorded<String> recorded = recorded(test);
      test.run(1);
      moveIn("x", 5_000, "5");
      moveIn("a", 4_000, "4");
      moveIn("c", 3_000, "3b");
      moveIn("b", 3_000, "3a");
      moveIn("y", 1_000, "1");
      test.run(4);
      assertThat(recorded.batches())
          .containsExactly(
              List.of(), List.of("1", "3a"), List.of("3b", "4"), List.of("5"), List.of());
    }
  }

  @Test
  @Tag("one-run")
  void textFileStream_remembersANameThatVanishesForAWhile() throws Exception {
    Conf conf =
        new Conf()
            .setMaster("local[2]")
            .set("millrace.streaming.fileStream.minRememberDuration", "3s");
    try (StreamTest test = new StreamTest(conf, Duration.ofSeconds(1))) {
      Recorded<String> recorded = recorded(test);
      moveIn("file", 0, "never: it was there at the start");
      test.context().start();
      Files.delete(directory.resolve("file"));
      test.run(1);
      moveIn("file", 0, "again, too soon");
      test.run(1);
      Files.delete(directory.resolve("file"));
      test.run(5);
      moveIn("file", 0, "a new one");
      test.run(1);
      assertThat(recorded.batches().subList(0, 7)).containsOnly(List.of());
      assertThat(recorded.batches().get(7)).containsExactly("a new one");
    }
  }

  @Test
  @Tag("one-run")
  void textFileStream_knowsItsRecordsOnceTheBatchIsDone() throws Exception {
    try (StreamTest test = new StreamTest()) {
      recorded(test);
      test.run(1);
      moveIn("file", 0, "a", "b", "c");
      test.run(1);
      BatchInfo batch = test.context().progress().lastBatch().orElseThrow();
      assertThat(batch.numRecords()).isEqualTo(3);
      assertThat(batch.streamIdToInputInfo().get(0).description())
          .isEqualTo(directory.resolve("file").toString());
      test.run(1);
      assertThat(test.context().progress().lastBatch().orElseThrow().numRecords()).isZero();
      assertThat(test.context().progress().numRecords()).isEqualTo(3);
    }
  }

  @Test
  void textFileStream_ofAMissingDirectory_isAClearErrorAtStart() {
    try (StreamTest test = new StreamTest()) {
      String missing = directory.resolve("missing").toString();
      test.record(test.context().textFileStream(missing));
      assertThatThrownBy(() -> test.run(1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(missing)
          .hasMessageContaining("does not exist");
      assertThat(test.context().getState()).isEqualTo(StreamingContextState.STOPPED);
    }
  }

  @Test
  void textFileStream_ofAFile_isAClearErrorAtStart() throws Exception {
    moveIn("file", 0, "a");
    try (StreamTest test = new StreamTest()) {
      test.record(test.context().textFileStream(directory.resolve("file").toString()));
      assertThatThrownBy(() -> test.run(1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is a file");
    }
  }

  @Test
  void textFileStream_ofADirectoryWithAFileOfItsName_isFine() throws Exception {
    String name = directory.getFileName().toString();
    moveIn(name, 0, "a");
    try (StreamTest test = new StreamTest()) {
      Recorded<String> recorded =
          test.record(test.context().textFileStream(directory.toString(), false));
      test.run(1);
      assertThat(recorded.batches()).containsExactly(List.of("a"));
    }
  }

  @Test
  @Tag("one-run")
  void textFileStream_withAFilter_takesWhatItSays() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<String> recorded =
          test.record(
              test.context()
                  .textFileStream(directory.toString(), path -> path.endsWith(".log"), true));
      test.run(1);
      moveIn("a.log", 5_000, "a");
      moveIn("b.txt", 5_000, "b");
      test.run(1);
      assertThat(recorded.batches()).containsExactly(List.of(), List.of("a"));
    }
  }

  private void moveInBytes(String name, int... bytes) throws IOException {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    Files.move(Files.write(elsewhere.resolve(name), content), directory.resolve(name));
  }

  @Test
  @Tag("one-run")
  void binaryRecordsStream_cutsFilesIntoRecords_inOrder() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<List<Integer>> recorded =
          test.record(
              test.context()
                  .binaryRecordsStream(directory.toString(), 2)
                  .map(record -> List.of((int) record[0], (int) record[1])));
      test.run(1);
      moveInBytes("a", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
      moveInBytes("b");
      test.run(1);
      assertThat(test.context().progress().numRecords()).isEqualTo(5);
      moveInBytes("c", -1, -2);
      test.run(1);
      assertThat(recorded.partitions())
          .containsExactly(
              List.of(),
              List.of(
                  List.of(List.of(1, 2), List.of(3, 4)),
                  List.of(List.of(5, 6), List.of(7, 8)),
                  List.of(List.of(9, 10))),
              List.of(List.of(List.of(-1, -2))));
    }
  }

  @Test
  @Tag("one-run")
  void binaryRecordsStream_ofAFileThatEndsWithinARecord_failsByName() throws Exception {
    try (StreamTest test = new StreamTest()) {
      test.context().binaryRecordsStream(directory.toString(), 2).print();
      test.run(1);
      moveInBytes("odd", 1, 2, 3);
      assertThatThrownBy(() -> test.run(1))
          .isInstanceOf(BatchFailedException.class)
          .hasMessageContaining("odd has 3 bytes")
          .hasMessageContaining("not a multiple of the record length 2");
    }
  }

  @Test
  void binaryRecordsStream_refusesRecordsOfNoBytes() {
    try (StreamTest test = new StreamTest()) {
      assertThatThrownBy(() -> test.context().binaryRecordsStream(directory.toString(), 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not 0");
    }
  }
}
