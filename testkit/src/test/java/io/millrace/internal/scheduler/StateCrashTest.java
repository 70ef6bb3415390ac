package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.rdd.RDDContext;
import io.millrace.testkit.CrashPoints;
import io.millrace.testkit.CrashTreatment;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Call;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Programs with state die at every call, and are started again: the state is that of the batches
 * that were committed, as they were run then, although functions return something else each time.
 */
@Tag("slow")
class StateCrashTest {

  private static final RDDContext PLAIN = Life.engine(new Conf());

  private static final RDDContext FILES =
      Life.engine(
          new Conf()
              .set(Settings.CHECKPOINT_MAX_INLINE_BYTES.key(), "0")
              .set(Settings.CHECKPOINT_RETAINED_BATCHES.key(), "1"));

  private static final RDDContext WIDE =
      Life.engine(new Conf().set("millrace.default.parallelism", "3"));

  @AfterAll
  static void close() {
    PLAIN.close();
    FILES.close();
    WIDE.close();
  }

  private static Predicate<Call> call(String operation, String target) {
    return call -> call.operation().equals(operation) && call.target().startsWith(target);
  }

  private static void state(Outside outside) {
    state(outside, Programs.END);
  }

  private static void state(Outside outside, int end) {
    Expected.eachOnce(outside, "A", end);
    Expected.seen(outside, "A");
    Expected.chains(outside, "S", "A");
  }

  private static void sums(Outside outside) {
    Expected.eachOnce(outside, "A", Programs.END);
    Expected.seen(outside, "A");
    Expected.sums(outside, "P", "A", Programs.WINDOW.toMillis());
    Expected.sums(outside, "I", "A", Programs.WINDOW.toMillis());
  }

  private static void crashEverywhere(CrashStory story) {
    assertThat(CrashPoints.explore(story, CrashPoints.CRASHES, 1)).isGreaterThan(100);
  }

  @Test
  void state_isThatOfTheCommittedBatches() {
    crashEverywhere(CrashStory.of(PLAIN, Programs::state, StateCrashTest::state));
  }

  @Test
  void stateInFiles_isThatOfTheCommittedBatches() {
    crashEverywhere(CrashStory.of(FILES, Programs::state, StateCrashTest::state));
  }

  /** The plan of a batch comes after what its step has changed, as far as that may be. */
  private static Life.Program planningLate(Life.Program program) {
    return (context, life) -> {
      life.writeLate();
      program.declare(context, life);
    };
  }

  @Test
  void stateThatAdvancesBeforeItsPlanIsThere_isThatOfTheCommittedBatches() {
    crashEverywhere(CrashStory.of(PLAIN, planningLate(Programs::state), StateCrashTest::state));
    crashEverywhere(CrashStory.of(FILES, planningLate(Programs::state), StateCrashTest::state));
    crashEverywhere(CrashStory.of(PLAIN, planningLate(Programs::sums), StateCrashTest::sums));
  }

  /** Long enough for files to be merged. */
  @Test
  void mergedFiles_areTheState() {
    int end = 14;
    CrashStory story =
        CrashStory.of(
                FILES,
                (context, life) -> Programs.stateTo(context, life, end),
                outside -> state(outside, end))
            .treated(CrashTreatment.all(0).subList(0, 2));
    AtomicInteger numMerged = new AtomicInteger();
    story.run(
        story.begin(),
        new SimulatedProcess(
            call -> {
              if (call("link", "data/c-").test(call)) {
                numMerged.incrementAndGet();
              }
              return Fault.NONE;
            }));
    assertThat(numMerged).as("files that take the place of others").hasPositiveValue();
    assertThat(CrashPoints.explore(story, Set.of(Fault.CRASH_BEFORE), 1)).isGreaterThan(300);
  }

  @Test
  void attemptThatASinkHas_isTheState() {
    crashEverywhere(
        CrashStory.of(FILES, Programs::state, outside -> {})
            .thenAfterCrash(
                Fault.CRASH_AFTER,
                call("commit", "A"),
                FILES,
                Programs::state,
                StateCrashTest::state));
  }

  @Test
  void attemptThatNoSinkHas_isNotTheState() {
    crashEverywhere(
        CrashStory.of(FILES, Programs::state, outside -> {})
            .thenAfterCrash(
                Fault.CRASH_BEFORE,
                call("commit", "A"),
                FILES,
                Programs::state,
                StateCrashTest::state));
  }

  @Test
  void parallelism_mayChangeWhileABatchIsOpen() {
    crashEverywhere(
        CrashStory.of(PLAIN, Programs::state, outside -> {})
            .thenAfterCrash(
                Fault.CRASH_AFTER,
                call("commit", "A"),
                WIDE,
                Programs::state,
                StateCrashTest::state));
  }

  @Test
  void sums_areThoseOfWhatTheSinkHas() {
    crashEverywhere(CrashStory.of(PLAIN, Programs::sums, StateCrashTest::sums));
  }

  @Test
  void sums_surviveAnOutage() {
    crashEverywhere(CrashStory.of(PLAIN, Programs::sums, StateCrashTest::sums).withOutage(2_500));
  }

  @Test
  void callsThatFail_areTriedAgainOrStopTheProgram() {
    CrashStory story =
        CrashStory.of(FILES, Programs::state, StateCrashTest::state)
            .treated(CrashTreatment.all(0).subList(0, 2));
    assertThat(CrashPoints.explore(story, Set.of(Fault.FAIL, Fault.LOSE_RESPONSE), 1))
        .isGreaterThan(100);
  }

  @Test
  void callsThatFail_whileSomebodyWaitsForAPlan_areTriedAgainOrStopTheProgram() {
    CrashStory story =
        CrashStory.of(FILES, planningLate(Programs::state), StateCrashTest::state)
            .treated(CrashTreatment.all(0).subList(0, 2));
    assertThat(CrashPoints.explore(story, Set.of(Fault.FAIL, Fault.LOSE_RESPONSE), 1))
        .isGreaterThan(100);
  }

  /** Nothing but the time-out of a key makes its batch one that has to be repeated. */
  @Test
  void timeouts_areShownInOneBatch_thoughItHasNoInput() {
    crashEverywhere(
        CrashStory.of(PLAIN, Programs::timeouts, StateCrashTest::timeouts)
            .treated(CrashTreatment.all(0).subList(0, 2)));
  }

  static void timeouts(Outside outside) {
    Map<String, String> last = new TreeMap<>();
    List<String> all = new ArrayList<>();
    outside.firings.get("events").values().forEach(all::addAll);
    for (String event : all) {
      String[] parts = event.split(" ");
      String before = last.put(parts[0], parts[1]);
      if (parts[1].equals("out")) {
        assertThat(before).as("before a time-out of %s in %s", parts[0], all).isEqualTo("in");
      }
    }
    assertThat(last).isEqualTo(Map.of("0", "out", "1", "out"));
    assertThat(all.stream().filter(event -> event.endsWith("in"))).hasSize(Programs.END);
  }

  /** Dies, and dies again at every call of the recovery. */
  @Test
  void recovery_mayDieToo() {
    CrashStory story =
        CrashStory.of(
                FILES,
                (context, life) -> Programs.stateTo(context, life, 1),
                outside -> state(outside, 1))
            .treated(CrashTreatment.all(0).subList(1, 2));
    assertThat(CrashPoints.explore(story, Set.of(Fault.CRASH_BEFORE), 2)).isGreaterThan(5_000);
  }
}
