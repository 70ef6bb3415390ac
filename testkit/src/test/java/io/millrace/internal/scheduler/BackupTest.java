package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.rdd.RDDContext;
import io.millrace.testkit.SimulatedDisk;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies of the disk that are made while a program runs. */
@Tag("slow")
class BackupTest {

  private static final int END = 12;

  private static final RDDContext ENGINE =
      Life.engine(
          new Conf()
              .set(Settings.CHECKPOINT_MAX_INLINE_BYTES.key(), "0")
              .set(Settings.CHECKPOINT_RETAINED_BATCHES.key(), "2"));

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  /**
   * The copy, with targets as they were then, goes on as if nothing had been; and nothing grows
   * without end meanwhile.
   */
  @Test
  void copyOfAnyMoment_opensAndGoesOn() {
    CrashStory story =
        CrashStory.of(
            ENGINE,
            (context, life) -> Programs.windowTo(context, life, END),
            outside -> {
              Expected.eachOnce(outside, "A", END);
              Expected.seen(outside, "A");
              Expected.windows(outside, "W", "A", Programs.WINDOW.toMillis());
            });
    Outside outside = story.begin();
    List<Outside> copies = new ArrayList<>();
    List<Integer> numFiles = new ArrayList<>();
    story.run(
        outside,
        new SimulatedProcess(
            call -> {
              SimulatedDisk copy = outside.disk.copy();
              copies.add(outside.with(copy, outside.numProcesses + 1));
              numFiles.add(copy.files().size());
              return Fault.NONE;
            }));
    story.check(outside);
    assertThat(copies).hasSizeGreaterThan(300);
    assertThat(numFiles).allMatch(number -> number < 60);
    for (int i = 0; i < copies.size(); i += 3) {
      Outside copy = copies.get(i);
      story.recover(copy, new SimulatedProcess());
      story.check(copy);
    }
  }
}
