package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.checkpoint.CheckpointContents;
import io.millrace.internal.checkpoint.Checkpoint;
import io.millrace.internal.checkpoint.SlotLogCheckpointFormat;
import io.millrace.internal.system.Ids;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.FileCheckpointStorage;
import io.millrace.spi.checkpoint.ForwardingStorage;
import io.millrace.testkit.CrashPoints;
import io.millrace.testkit.CrashTreatment;
import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Programs die, and their storage fails, at every call while the names of files that were read are
 * written, merged and dropped: no file is lost or read twice.
 */
class SeenNamesCrashTest {

  private static final int END = 10;
  private static final ArrivingFiles PROGRAM = new ArrivingFiles(0, END, 6);

  /** Many more than are there at a time. */
  private static final int LONG = 80;

  /** An image with every batch, and a file of names with every image that has new ones. */
  private static final RDDContext FILES = engine("0", "1");

  /** Some names in the image before there is a file. */
  private static final RDDContext BOTH = engine("150", "1");

  private static RDDContext engine(String maxInlineBytes, String retainedBatches) {
    return Life.engine(
        new Conf()
            .set(Settings.CHECKPOINT_MAX_INLINE_BYTES.key(), maxInlineBytes)
            .set(Settings.CHECKPOINT_RETAINED_BATCHES.key(), retainedBatches)
            .set(Settings.FILE_STREAM_MIN_REMEMBER_DURATION.key(), "2s"));
  }

  @AfterAll
  static void close() {
    FILES.close();
    BOTH.close();
  }

  private static CrashStory story(RDDContext engine) {
    return CrashStory.of(engine, PROGRAM, SeenNamesCrashTest::expected);
  }

  private static CheckpointStorage storage(Outside outside) {
    return new FileCheckpointStorage(
        new CrashingFiles(outside.disk, new SimulatedProcess()), () -> "test");
  }

  /** Each file is read once, and nothing is damaged or left behind in the checkpoint. */
  private static void expected(Outside outside) {
    Expected.eachOnce(outside, "A", END);
    Expected.seen(outside, "A");
    try {
      CheckpointStorage storage = storage(outside.with(outside.disk.copy(), 1));
      SlotLogCheckpointFormat format = new SlotLogCheckpointFormat();
      assertThat(format.verify(storage)).isEmpty();
      // The next driver leaves no file that its log does not need.
      Checkpoint.claim(storage, Ids::random, 1);
      assertThat(format.verify(storage)).isEmpty();
      assertThat(format.contents(storage).strayFiles()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CheckpointContents.SourceEntry endOfLong(RDDContext engine) throws IOException {
    CrashStory story =
        CrashStory.of(
            engine,
            new ArrivingFiles(0, LONG, 6),
            outside -> Expected.eachOnce(outside, "A", LONG));
    Outside outside = story.begin();
    story.run(outside, new SimulatedProcess());
    story.check(outside);
    return new SlotLogCheckpointFormat()
        .contents(storage(outside)).sources().stream()
            .filter(source -> source.id().equals("in"))
            .findFirst()
            .orElseThrow();
  }

  @Test
  void namesThatAreGone_vanishWhenFilesAreMerged() throws IOException {
    for (RDDContext engine : List.of(FILES, BOTH)) {
      CheckpointContents.SourceEntry end = endOfLong(engine);
      assertThat(end.nameFiles()).isBetween(1, 5);
      assertThat(end.maxNames()).isBetween(6L, LONG / 2L);
    }
  }

  @Test
  @Tag("slow")
  void eachFile_isReadOnce_whereverTheProgramDies() {
    assertThat(CrashPoints.explore(story(FILES), CrashPoints.CRASHES, 1)).isGreaterThan(100);
    assertThat(CrashPoints.explore(story(BOTH), CrashPoints.CRASHES, 1)).isGreaterThan(100);
  }

  /** Also while what a crash has left is cleaned up. */
  @Test
  @Tag("slow")
  void eachFile_isReadOnce_ifTheProgramDiesInItsRecoveryToo() {
    CrashStory story =
        CrashStory.of(
                FILES, new ArrivingFiles(1, 1, 2), outside -> Expected.eachOnce(outside, "A", 1))
            .treated(CrashTreatment.all(0).subList(1, 2));
    assertThat(CrashPoints.explore(story, Set.of(Fault.CRASH_BEFORE), 2)).isGreaterThan(1_000);
  }

  private static boolean isOfNames(String object) {
    return object.startsWith("data/n-");
  }

  /** Says that files of names are stored, and stores none. */
  @Test
  void filesThatAreNotStored_areFound() {
    CrashStory story =
        story(FILES)
            .withStorage(
                storage ->
                    new ForwardingStorage(storage) {
                      @Override
                      public boolean putIfAbsent(String name, List<ByteBuffer> content)
                          throws IOException {
                        return isOfNames(name) || real.putIfAbsent(name, content);
                      }
                    });
    assertThatThrownBy(() -> CrashPoints.explore(story, Set.of(Fault.CRASH_BEFORE), 1))
        .isInstanceOf(AssertionError.class)
        .hasStackTraceContaining("data/n-");
  }

  /** A storage that fails at one put of names, before or after it has the object. */
  private static final class FailingOnce extends ForwardingStorage {

    private final int failing;
    private final boolean isStored;
    private final AtomicInteger numPuts;

    FailingOnce(CheckpointStorage real, int failing, boolean isStored, AtomicInteger numPuts) {
      super(real);
      this.failing = failing;
      this.isStored = isStored;
      this.numPuts = numPuts;
    }

    @Override
    public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
      if (isOfNames(name) && numPuts.incrementAndGet() == failing) {
        if (isStored) {
          real.putIfAbsent(name, content);
        }
        throw new IOException("no answer");
      }
      return real.putIfAbsent(name, content);
    }

    @Override
    public byte[] read(String name, long offset, int length) throws IOException {
      // A merge that fails is tried again too.
      if (isOfNames(name) && numPuts.incrementAndGet() == failing) {
        throw new IOException("no answer");
      }
      return real.read(name, offset, length);
    }
  }

  @Test
  void aCallThatFails_isTriedAgain_andNoNameIsLost() throws IOException {
    for (boolean isStored : new boolean[] {false, true}) {
      int failing = 0;
      AtomicInteger numCalls;
      do {
        failing++;
        numCalls = new AtomicInteger();
        int at = failing;
        AtomicInteger counted = numCalls;
        CrashStory plain =
            CrashStory.of(
                FILES, new ArrivingFiles(0, 40, 6), outside -> Expected.eachOnce(outside, "A", 40));
        CrashStory story = plain.withStorage(real -> new FailingOnce(real, at, isStored, counted));
        Outside outside = story.begin();
        story.run(outside, new SimulatedProcess());
        story.check(outside);
        assertThat(outside.sights).noneMatch(Outside.Sight::isRepeat);
        assertThat(new SlotLogCheckpointFormat().verify(storage(outside))).isEmpty();
        Outside next = outside.with(outside.disk.copy(), outside.numProcesses + 1);
        plain.run(next, new SimulatedProcess());
        plain.check(next);
      } while (numCalls.get() >= failing);
      assertThat(failing).isGreaterThan(20);
    }
  }
}
