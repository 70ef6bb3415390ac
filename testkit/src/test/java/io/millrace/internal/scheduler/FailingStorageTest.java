package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.rdd.RDDContext;
import io.millrace.stream.BatchFailedException;
import io.millrace.stream.CheckpointException;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Call;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A disk that is full, or can't be written, for a while. */
class FailingStorageTest {

  private static final Conf EVERYTHING_IN_FILES =
      new Conf().set(Settings.CHECKPOINT_MAX_INLINE_BYTES.key(), "0");
  private static final RDDContext PATIENT = Life.engine(EVERYTHING_IN_FILES);
  private static final RDDContext IMPATIENT =
      Life.engine(EVERYTHING_IN_FILES.clone().set(Settings.CHECKPOINT_WRITE_TIMEOUT.key(), "0s"));

  @AfterAll
  static void close() {
    PATIENT.close();
    IMPATIENT.close();
  }

  private static CrashStory story(RDDContext engine) {
    return CrashStory.of(engine, Programs::threeSinks, FailingStorageTest::expected);
  }

  private static void expected(Outside outside) {
    Expected.eachOnce(outside, "A", Programs.END);
    Expected.seen(outside, "A");
    Expected.part(outside, "B", "A", new Programs.IsEven()::call);
    Expected.windows(outside, "W", "A", Programs.WINDOW.toMillis());
  }

  /** The calls of a run without faults that need space on the disk, once batches run. */
  private static List<Call> writes() {
    List<Call> calls = new ArrayList<>();
    CrashStory story = story(PATIENT);
    story.run(
        story.begin(),
        new SimulatedProcess(
            call -> {
              calls.add(call);
              return Fault.NONE;
            }));
    Predicate<Call> isFirst = call -> call.operation().equals("see");
    int begin = calls.stream().filter(isFirst).findFirst().orElseThrow().number();
    List<Call> writes =
        calls.stream()
            .filter(call -> call.number() > begin)
            .filter(call -> call.operation().equals("create") || call.operation().equals("link"))
            .toList();
    // The last slot is that of the end, which may fail without harm.
    return writes.subList(0, writes.size() - 2);
  }

  /** A run with a disk that is full from one call on, for some calls that need space. */
  private static void runFull(CrashStory story, Outside outside, Call full, int numFailing) {
    int[] failed = {0};
    story.run(
        outside,
        new SimulatedProcess(
            call -> {
              boolean needsSpace =
                  call.operation().equals("create") || call.operation().equals("link");
              if (needsSpace && call.number() >= full.number()) {
                outside.disk.setFull(failed[0]++ < numFailing);
              }
              return Fault.NONE;
            }));
  }

  @Test
  void fullDisk_isWaitedFor() {
    List<Call> writes = writes();
    assertThat(writes).hasSizeGreaterThan(20);
    for (Call full : writes) {
      CrashStory story = story(PATIENT);
      Outside outside = story.begin();
      runFull(story, outside, full, 5);
      expected(outside);
      assertThat(outside.sights)
          .as("%s: no batch runs twice", full)
          .noneMatch(Outside.Sight::isRepeat);
    }
  }

  @Test
  void fullDisk_withoutPatienceStopsByNameAndLosesNothing() {
    for (Call full : writes()) {
      CrashStory story = story(IMPATIENT);
      Outside outside = story.begin();
      assertThatThrownBy(() -> runFull(story, outside, full, Integer.MAX_VALUE))
          .as("%s", full)
          .isInstanceOfAny(CheckpointException.class, BatchFailedException.class)
          .hasMessageContaining("the checkpoint can't be written any more")
          .hasMessageContaining("No space left on device");
      outside.disk.setFull(false);
      for (Outside found : story.afterCrash(outside)) {
        story.recover(found, new SimulatedProcess());
        expected(found);
      }
    }
  }

  @Test
  void failedSyncOfADirectory_stopsByName_andLosesNothing() {
    List<Call> syncs = new ArrayList<>();
    CrashStory whole = story(PATIENT);
    whole.run(
        whole.begin(),
        new SimulatedProcess(
            call -> {
              if (call.operation().equals("syncDirectory")) {
                syncs.add(call);
              }
              return Fault.NONE;
            }));
    assertThat(syncs).hasSizeGreaterThan(20);
    // The last slot is that of the end, which may fail without harm.
    for (Call sync : syncs.subList(0, syncs.size() - 2)) {
      CrashStory story = story(PATIENT);
      Outside outside = story.begin();
      assertThatThrownBy(
              () ->
                  story.run(
                      outside,
                      new SimulatedProcess(
                          SimulatedProcess.FaultPlan.at(sync.number(), Fault.FAIL))))
          .as("%s", sync)
          .isInstanceOfAny(CheckpointException.class, BatchFailedException.class)
          .hasMessageContaining("a sync of it has failed")
          .hasMessageContaining("restart the program once the disk is healthy");
      for (Outside found : story.afterCrash(outside)) {
        story.recover(found, new SimulatedProcess());
        expected(found);
      }
    }
  }
}
