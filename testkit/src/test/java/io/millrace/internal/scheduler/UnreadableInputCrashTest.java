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
import io.millrace.testkit.SimulatedCrash;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Call;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
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

  /** Dies around what makes a difference: what is appended to the log, and what sinks are given. */
  @ParameterizedTest
  @MethodSource("cases")
  void aFile_isReadWholeOrLeftOutWhole(Kind kind, Damage damage, Remedy remedy) throws Exception {
    UnreadableInputStory story = story(kind, damage, remedy);
    int numCrashes = 0;
    while (isCrashSurvived(story, numCrashes + 1, Fault.CRASH_BEFORE)) {
      numCrashes++;
      assertThat(isCrashSurvived(story, numCrashes, Fault.CRASH_AFTER)).isTrue();
    }
    assertThat(numCrashes).isGreaterThan(10);
  }

  private UnreadableInputStory story(Kind kind, Damage damage, Remedy remedy) {
    return new UnreadableInputStory(
        remedy == Remedy.SKIP ? SKIP : FAIL, kind, damage, remedy, directory);
  }

  private static boolean isDecisive(Call call) {
    return call.operation().equals("commit")
        || (call.operation().equals("link") && call.target().startsWith("log/"));
  }

  /** Dies at such a call, and starts again; false if there are fewer calls. */
  private static boolean isCrashSurvived(UnreadableInputStory story, int number, Fault fault)
      throws Exception {
    AtomicInteger numMet = new AtomicInteger();
    SimulatedProcess process =
        new SimulatedProcess(
            call -> isDecisive(call) && numMet.incrementAndGet() == number ? fault : Fault.NONE);
    Outside world = story.begin();
    try {
      story.run(world, process);
    } catch (RuntimeException | SimulatedCrash e) {
      if (!process.isDead()) {
        throw e;
      }
    }
    for (Outside found : process.isDead() ? story.afterCrash(world) : List.of(world)) {
      if (process.isDead()) {
        story.recover(found, new SimulatedProcess());
      }
      story.check(found);
    }
    return process.isDead();
  }

  @ParameterizedTest
  @EnumSource(Remedy.class)
  void aFileThatIsDeleted_isReadWholeOrLeftOutWhole_wheneverTheProcessDies(Remedy remedy) {
    UnreadableInputStory story = story(Kind.TEXT, Damage.DELETED, remedy);
    assertThat(CrashPoints.explore(story, CrashPoints.CRASHES, 1)).isGreaterThan(100);
  }

  @ParameterizedTest
  @EnumSource(names = {"SKIP", "GIVE_UP"})
  void aTruncatedFile_isLeftOutWhole_wheneverTheProcessDies(Remedy remedy) {
    UnreadableInputStory story = story(Kind.GZIP, Damage.TRUNCATED, remedy);
    assertThat(CrashPoints.explore(story, Set.of(Fault.CRASH_BEFORE), 1)).isGreaterThan(50);
  }

  @Test
  void aDecisionThatIsNotDurable_isFound() {
    UnreadableInputStory story =
        story(Kind.GZIP, Damage.TRUNCATED, Remedy.SKIP)
            .withJournal(PlantedBugs.UnrecordedSkip::new);
    assertThatThrownBy(() -> CrashPoints.explore(story, Set.of(Fault.CRASH_BEFORE), 1))
        .isInstanceOf(AssertionError.class);
  }
}
