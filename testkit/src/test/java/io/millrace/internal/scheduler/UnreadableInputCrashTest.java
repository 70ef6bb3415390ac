package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.internal.scheduler.UnreadableInputStory.Damage;
import io.millrace.internal.scheduler.UnreadableInputStory.Kind;
import io.millrace.internal.scheduler.UnreadableInputStory.Remedy;
import io.millrace.rdd.RDDContext;
import io.millrace.testkit.CrashPoints;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs that have a file which can't be read die at every call, before and after the decision on
 * the file is durable, before and after sinks have the batch: the file is there whole, or left out
 * whole, and everything else is there once.
 */
@Tag("slow")
class UnreadableInputCrashTest {

  private static final RDDContext FAIL = engine("fail");
  private static final RDDContext SKIP = engine("skip");

  @TempDir private Path directory;

  private static RDDContext engine(String policy) {
    return Life.engine(
        new Conf()
            .set(Settings.ON_UNREADABLE_INPUT.key(), policy)
            .set(Settings.FILE_STREAM_MAX_FILES_PER_BATCH.key(), "2")
            .set("millrace.task.maxFailures", "1"));
  }

  @AfterAll
  static void close() {
    FAIL.close();
    SKIP.close();
  }

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (Damage damage : Damage.values()) {
        for (Remedy remedy : Remedy.values()) {
          // What was damaged from the beginning can't be put back as something else.
          boolean isMeant = kind == Kind.GZIP && remedy != Remedy.PUT_BACK;
          if (isMeant || !damage.isFromTheBeginning()) {
            cases.add(Arguments.of(kind, damage, remedy));
          }
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aFile_isReadWholeOrLeftOutWhole(Kind kind, Damage damage, Remedy remedy) {
    UnreadableInputStory story =
        new UnreadableInputStory(
            remedy == Remedy.SKIP ? SKIP : FAIL, kind, damage, remedy, directory);
    assertThat(CrashPoints.explore(story, Set.of(Fault.CRASH_BEFORE), 1)).isGreaterThan(50);
  }

  @Test
  void aDecisionThatIsNotDurable_isFound() {
    UnreadableInputStory story =
        new UnreadableInputStory(SKIP, Kind.GZIP, Damage.TRUNCATED, Remedy.SKIP, directory)
            .withJournal(PlantedBugs.UnrecordedSkip::new);
    assertThatThrownBy(() -> CrashPoints.explore(story, Set.of(Fault.CRASH_BEFORE), 1))
        .isInstanceOf(AssertionError.class);
  }
}
