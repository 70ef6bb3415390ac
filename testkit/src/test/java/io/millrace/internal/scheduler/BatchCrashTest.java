package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.rdd.RDDContext;
import io.millrace.testkit.CrashPoints;
import io.millrace.testkit.CrashTreatment;
import io.millrace.testkit.SimulatedProcess.Call;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Programs die at every call, of their storage, their sinks and their outputs, and are started
 * again: nothing is lost, nothing is there twice.
 */
@Tag("slow")
class BatchCrashTest {

  private static final List<RDDContext> ENGINES = new ArrayList<>();
  private static final RDDContext PLAIN = engine(new Conf());

  /** Everything in files, and little kept. */
  private static final RDDContext FILES =
      engine(
          new Conf()
              .set(Settings.CHECKPOINT_MAX_INLINE_BYTES.key(), "0")
              .set(Settings.CHECKPOINT_RETAINED_BATCHES.key(), "1"));

  private static final RDDContext WIDE =
      engine(new Conf().set("millrace.default.parallelism", "5"));

  private static RDDContext engine(Conf conf) {
    RDDContext engine = Life.engine(conf);
    ENGINES.add(engine);
    return engine;
  }

  @AfterAll
  static void close() {
    ENGINES.forEach(RDDContext::close);
  }

  private static Predicate<Call> first(String operation, String target) {
    return call -> call.operation().equals(operation) && call.target().startsWith(target);
  }

  private static void oneSink(Outside outside) {
    Expected.eachOnce(outside, "A", Programs.END);
    Expected.seen(outside, "A");
  }

  private static void twoSinks(Outside outside) {
    oneSink(outside);
    Expected.equal(outside, "A", "B");
  }

  private static void window(Outside outside) {
    oneSink(outside);
    Expected.windows(outside, "W", "A", Programs.WINDOW.toMillis());
  }

  private static void threeSinks(Outside outside) {
    window(outside);
    Expected.part(outside, "B", "A", new Programs.IsEven()::call);
  }

  private static void secondSource(Outside outside) {
    oneSink(outside);
    Expected.eachOnce(outside, "M", Programs.END);
  }

  /** Dies once at every call. */
  private static void crashEverywhere(CrashStory story) {
    assertThat(CrashPoints.explore(story, CrashPoints.CRASHES, 1)).isGreaterThan(100);
  }

  @Test
  void oneSink_hasEachRecordOnce() {
    crashEverywhere(CrashStory.of(PLAIN, Programs::oneSink, BatchCrashTest::oneSink));
  }

  @Test
  void twoSinks_haveTheSame() {
    crashEverywhere(CrashStory.of(PLAIN, Programs::twoSinks, BatchCrashTest::twoSinks));
  }

  @Test
  void threeSinks_ofWhichOneHasNothingInSomeBatches_haveEachRecordOnce() {
    crashEverywhere(CrashStory.of(PLAIN, Programs::threeSinks, BatchCrashTest::threeSinks));
  }

  @Test
  void window_holdsWhatTheSinkHas() {
    crashEverywhere(CrashStory.of(PLAIN, Programs::window, BatchCrashTest::window));
  }

  @Test
  void files_areThereAsLongAsTheyAreNeeded() {
    crashEverywhere(CrashStory.of(FILES, Programs::threeSinks, BatchCrashTest::threeSinks));
  }

  @Test
  void outage_isOneBatch() {
    crashEverywhere(
        CrashStory.of(PLAIN, Programs::window, BatchCrashTest::window).withOutage(10_500));
  }

  @Test
  void batchThatOneSinkHas_isGivenToTheOthersAsItWas() {
    crashEverywhere(
        CrashStory.of(FILES, Programs::threeSinks, outside -> {})
            .thenAfterCrash(
                Fault.CRASH_AFTER,
                first("commit", "A"),
                FILES,
                Programs::threeSinks,
                BatchCrashTest::threeSinks));
  }

  @Test
  void batchThatNoSinkHas_runsAgainWithTheSameInput() {
    crashEverywhere(
        CrashStory.of(FILES, Programs::threeSinks, outside -> {})
            .thenAfterCrash(
                Fault.CRASH_BEFORE,
                first("commit", "A"),
                FILES,
                Programs::threeSinks,
                BatchCrashTest::threeSinks));
  }

  @Test
  void stoppedProgram_goesOn() {
    crashEverywhere(
        CrashStory.of(FILES, Programs::window, BatchCrashTest::window)
            .then(FILES, Programs::window, BatchCrashTest::window));
  }

  @Test
  void sourceThatIsAddedWhileABatchIsOpen_isReadOnce() {
    crashEverywhere(
        CrashStory.of(PLAIN, Programs::oneSink, outside -> {})
            .thenAfterCrash(
                Fault.CRASH_AFTER,
                first("see", ""),
                PLAIN,
                Programs::secondSource,
                BatchCrashTest::secondSource));
  }

  @Test
  void sinkThatIsDroppedWhileABatchIsOpen_isForgotten() {
    CrashStory dropped =
        CrashStory.of(PLAIN, Programs::twoSinks, outside -> {})
            .thenAfterCrash(
                Fault.CRASH_AFTER,
                first("commit", "A"),
                PLAIN,
                Programs::dropping,
                BatchCrashTest::oneSink);
    crashEverywhere(dropped);
    crashEverywhere(dropped.then(PLAIN, Programs::oneSink, BatchCrashTest::oneSink));
  }

  @Test
  void parallelism_mayChangeWhileABatchIsOpen() {
    crashEverywhere(
        CrashStory.of(PLAIN, Programs::window, outside -> {})
            .thenAfterCrash(
                Fault.CRASH_AFTER,
                first("commit", "A"),
                WIDE,
                Programs::window,
                BatchCrashTest::window));
  }

  @Test
  void callsThatFail_areTriedAgainOrStopTheProgram() {
    CrashStory story =
        CrashStory.of(FILES, Programs::window, BatchCrashTest::window)
            .treated(CrashTreatment.all(0));
    assertThat(CrashPoints.explore(story, Set.of(Fault.FAIL, Fault.LOSE_RESPONSE), 1))
        .isGreaterThan(100);
  }

  /** Dies, and dies again at every call of the recovery. */
  @Test
  void recovery_mayDieToo() {
    CrashStory story =
        CrashStory.of(
                PLAIN,
                (context, life) ->
                    Programs.sinkOf(context, life, 1, new OutsideSink(life.key(), "A")),
                outside -> Expected.eachOnce(outside, "A", 1))
            .treated(CrashTreatment.all(0).subList(1, 2));
    assertThat(CrashPoints.explore(story, Set.of(Fault.CRASH_BEFORE), 2)).isGreaterThan(5_000);
  }
}
