package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.CorruptionException;
import io.millrace.Settings;
import io.millrace.checkpoint.CheckpointContents.SourceEntry;
import io.millrace.checkpoint.CheckpointProblem;
import io.millrace.internal.checkpoint.Checkpoint;
import io.millrace.internal.checkpoint.SlotLogCheckpointFormat;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.ForwardingStorage;
import io.millrace.spi.state.StateFile;
import io.millrace.testkit.SimulatedProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a checkpoint writes of the names of files that were read. */
class SeenNamesTest {

  private static final int ARRIVING = 40;

  /** An image with each batch. */
  private static final RDDContext IMAGES = engine("16k");

  private static final RDDContext FILES = engine("0");

  private static RDDContext engine(String maxInlineBytes) {
    return Life.engine(
        new Conf()
            .set(Settings.CHECKPOINT_RETAINED_BATCHES.key(), "1")
            .set(Settings.CHECKPOINT_MAX_INLINE_BYTES.key(), maxInlineBytes)
            .set(Settings.CHECKPOINT_WRITE_TIMEOUT.key(), "0s"));
  }

  @AfterAll
  static void close() {
    IMAGES.close();
    FILES.close();
  }

  /** Counts what is written. */
  private static final class Counting extends ForwardingStorage {

    private long logBytes;
    private long nameBytes;

    Counting(CheckpointStorage real) {
      super(real);
    }

    @Override
    public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
      long size = content.stream().mapToLong(ByteBuffer::remaining).sum();
      if (name.startsWith("log/")) {
        logBytes += size;
      } else if (name.startsWith("data/n-")) {
        nameBytes += size;
      }
      return real.putIfAbsent(name, content);
    }
  }

  private static Counting run(
      RDDContext engine, Outside outside, CheckpointStorage storage, int before, int arriving) {
    Counting counting = new Counting(storage);
    try (Life life = new Life(outside, new SimulatedProcess())) {
      life.run(engine, counting, new ArrivingFiles(before, arriving, before + arriving));
    }
    Expected.eachOnce(outside, "A", arriving);
    return counting;
  }

  private static SourceEntry source(CheckpointStorage storage) throws IOException {
    return new SlotLogCheckpointFormat()
        .contents(storage).sources().stream()
            .filter(source -> source.id().equals("in"))
            .findFirst()
            .orElseThrow();
  }

  @Test
  void images_costTheSame_howeverManyNamesWereSeen() throws IOException {
    StoredObjects few = new StoredObjects(Map.of());
    Counting fewWritten = run(IMAGES, new Outside(), few, 100, ARRIVING);
    StoredObjects many = new StoredObjects(Map.of());
    Outside outside = new Outside();
    Counting written = run(IMAGES, outside, many, 200_000, ARRIVING);

    // The first image writes the names that were there once, with a few bytes for each.
    assertThat(written.nameBytes).isBetween(10_000L, 1_000_000L);
    // What the last batch read is a range after the last image.
    assertThat(source(many).maxNames()).isBetween(200_000L + ARRIVING - 4, 200_000L + ARRIVING);
    assertThat(source(many).nameFiles()).isEqualTo(2);
    // Those after it have what has come since; "200000 files" is longer than "100 files".
    assertThat(written.logBytes).isLessThan(fewWritten.logBytes + ARRIVING * 20);
    assertThat(fewWritten.nameBytes).isZero();

    // A restart finds all, reads nothing twice, and writes as little.
    Outside later = outside.with(outside.disk, 2);
    Counting afterRestart = run(IMAGES, later, many, 200_000, ARRIVING + 10);
    assertThat(afterRestart.nameBytes).isZero();
    assertThat(afterRestart.logBytes).isLessThan(written.logBytes);
    assertThat(source(many).maxNames()).isGreaterThan(200_000L + ARRIVING);
    assertThat(new SlotLogCheckpointFormat().verify(many)).isEmpty();
  }

  @Test
  void damagedFilesOfNames_areFoundByVerify_andByTheNextStart() throws IOException {
    StoredObjects whole = new StoredObjects(Map.of());
    Outside outside = new Outside();
    run(FILES, outside, whole, 10, 6);
    SplittableRandom random = new SplittableRandom(20_261_201L);
    List<String> files =
        whole.objects().keySet().stream().filter(name -> name.startsWith("data/n-")).toList();
    // The others are needed by images before it alone.
    List<String> lastImage =
        Objects.requireNonNull(Checkpoint.read(whole).sources().get("in")).names().stream()
            .map(StateFile::name)
            .toList();
    assertThat(files).hasSizeGreaterThan(lastImage.size()).containsAll(lastImage);
    int numStarts = 0;
    for (String name : files) {
      byte[] content = whole.objects().get(name);
      for (int i = 0; i < content.length; i++) {
        byte[] changed = content.clone();
        changed[i] ^= (byte) (1 << random.nextInt(8));
        StoredObjects damaged = whole.with(name, changed);
        assertThat(new SlotLogCheckpointFormat().verify(damaged))
            .as("byte %d of %s", i, name)
            .extracting(CheckpointProblem::object)
            .containsExactly(name);
        assertThat(new SlotLogCheckpointFormat().contents(damaged).id()).isNotBlank();
        if (i % 16 == 0 && lastImage.contains(name)) {
          requireRefused(damaged, outside, name);
          numStarts++;
        }
      }
      assertThat(new SlotLogCheckpointFormat().verify(whole.without(name)))
          .extracting(CheckpointProblem::object)
          .containsExactly(name);
    }
    assertThat(numStarts).isGreaterThan(4);
  }

  private static void requireRefused(StoredObjects damaged, Outside outside, String name) {
    assertThatThrownBy(() -> run(FILES, outside.with(outside.disk.copy(), 2), damaged, 10, 8))
        .hasMessageContaining(name)
        .hasRootCauseInstanceOf(CorruptionException.class);
  }

  /**
   * Of the release before, with all names in the source's position, and of this one, in a file and
   * in the image. Made by {@code mvn test -pl core,testkit -Dtest=SeenNamesTest
   * -Dgolden.write=DIRECTORY}, and never again.
   */
  @ParameterizedTest
  @ValueSource(strings = {"file-names-2", "file-names-3"})
  void namesThatEarlierReleasesHaveSeen_areNotReadAgain(String name) throws Exception {
    StoredObjects golden =
        StoredObjects.load(
            Path.of(
                Objects.requireNonNull(SeenNamesTest.class.getResource("/golden/" + name))
                    .toURI()));
    Outside outside = new Outside();
    new ArrivingFiles(30, 6, 36).note(outside);
    for (RDDContext engine : List.of(IMAGES, FILES)) {
      StoredObjects copy = new StoredObjects(golden.objects());
      Outside goesOn = outside.with(outside.disk.copy(), 2);
      runWithoutTargets(engine, goesOn, copy, new ArrivingFiles(30, 9, 39));
      assertThat(numbersSeen(goesOn)).containsExactly(7, 8, 9);
      Outside again = goesOn.with(outside.disk.copy(), 3);
      runWithoutTargets(engine, again, copy, new ArrivingFiles(30, 10, 40));
      assertThat(numbersSeen(again)).containsExactly(7, 8, 9, 10);
      assertThat(new SlotLogCheckpointFormat().verify(copy)).isEmpty();
    }
  }

  private static List<Integer> numbersSeen(Outside outside) {
    return outside.sights.stream()
        .flatMap(sight -> sight.records().stream())
        .map(Tag::number)
        .toList();
  }

  private static void runWithoutTargets(
      RDDContext engine, Outside outside, StoredObjects storage, ArrivingFiles program) {
    try (Life life = new Life(outside, new SimulatedProcess(), outside.numProcesses)) {
      life.run(engine, storage, program::declareWithoutTargets);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "golden.write", matches = ".+")
  void writeGolden() {
    Conf conf =
        new Conf()
            .set(Settings.CHECKPOINT_RETAINED_BATCHES.key(), "2")
            .set(Settings.CHECKPOINT_MAX_INLINE_BYTES.key(), "100");
    try (RDDContext engine = Life.engine(conf)) {
      StoredObjects written = new StoredObjects(Map.of());
      Outside outside = new Outside();
      outside.hasClockSteps = false;
      runWithoutTargets(engine, outside, written, new ArrivingFiles(30, 6, 36));
      written.save(Path.of(System.getProperty("golden.write")));
    }
  }
}
