package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.internal.checkpoint.Fact;
import io.millrace.internal.scheduler.PlantedBugs.BadSink;
import io.millrace.internal.scheduler.PlantedBugs.Deferred;
import io.millrace.internal.scheduler.PlantedBugs.SinkBug;
import io.millrace.rdd.RDDContext;
import io.millrace.sink.TransactionalSink;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.Interleavings;
import io.millrace.testkit.CrashPoints;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The crash tests themselves: each of these bugs, planted in a part of the protocol, is caught. */
class PlantedBugsTest {

  private static final RDDContext PLAIN = Life.engine(new Conf());
  private static final RDDContext FILES =
      Life.engine(
          new Conf()
              .set(Settings.CHECKPOINT_MAX_INLINE_BYTES.key(), "0")
              .set(Settings.CHECKPOINT_RETAINED_BATCHES.key(), "1"));

  @AfterAll
  static void close() {
    PLAIN.close();
    FILES.close();
  }

  private static CrashStory oneSink() {
    return CrashStory.of(PLAIN, Programs::oneSink, PlantedBugsTest::oneSink);
  }

  private static CrashStory window() {
    return CrashStory.of(FILES, Programs::window, PlantedBugsTest::window);
  }

  private static CrashStory sinkOf(SinkBug bug) {
    return CrashStory.of(
        PLAIN,
        (context, life) -> Programs.sinkOf(context, life, Programs.END, bad(life, bug)),
        PlantedBugsTest::oneSink);
  }

  private static TransactionalSink<String, String> bad(Life life, SinkBug bug) {
    return new BadSink(new OutsideSink(life.key(), "A"), bug);
  }

  private static void oneSink(Outside outside) {
    Expected.eachOnce(outside, "A", Programs.END);
    Expected.seen(outside, "A");
  }

  private static void window(Outside outside) {
    oneSink(outside);
    Expected.windows(outside, "W", "A", Programs.WINDOW.toMillis());
  }

  private static void isCaught(CrashStory story, Set<Fault> faults, String message) {
    isCaught(() -> CrashPoints.explore(story, faults, 1), message);
  }

  private static void isCaught(CrashStory story, String message) {
    isCaught(story, CrashPoints.CRASHES, message);
  }

  private static void isCaught(ThrowingCallable exploration, String message) {
    assertThatThrownBy(exploration)
        .isInstanceOf(AssertionError.class)
        .hasMessageFindingMatch(message);
  }

  private static UnaryOperator<CheckpointStorage> deferring(Predicate<List<Fact>> facts) {
    return storage -> Deferred.slots(storage, facts);
  }

  private static boolean has(List<Fact> facts, Class<? extends Fact> kind) {
    return facts.stream().anyMatch(kind::isInstance);
  }

  @Test
  void aDirectoryThatIsNotSynced() {
    isCaught(oneSink().withFiles(PlantedBugs.UnsyncedDirectories::new), "is that of checkpoint");
  }

  @Test
  void aFileThatIsNotSynced() {
    isCaught(oneSink().withFiles(PlantedBugs.UnsyncedFiles::new), "is damaged");
  }

  @Test
  void aFailedSyncThatIsSwallowed() {
    isCaught(
        oneSink().withFiles(PlantedBugs.SwallowedSyncs::new), Set.of(Fault.FAIL), "is damaged");
  }

  @Test
  void aFailedWriteThatIsSwallowed() {
    isCaught(
        oneSink().withStorage(PlantedBugs.SwallowedWrites::new), Set.of(Fault.FAIL), "is missing");
  }

  @Test
  void anObjectThatIsSeenBeforeItIsWhole() {
    isCaught(oneSink().withFiles(PlantedBugs.WrittenInPlace::new), "is damaged");
  }

  @Test
  void aPlanThatIsWrittenAfterTheBatchHasRun() {
    isCaught(
        oneSink()
            .withStorage(
                deferring(facts -> facts.stream().allMatch(Fact.Planned.class::isInstance))),
        "isRepeat");
  }

  @Test
  void aPlanThatOutputsDoNotWaitFor() {
    isCaught(
        CrashStory.of(
            PLAIN,
            (context, life) -> {
              life.writeLate();
              life.substitute(PlantedBugs.UnawaitedPlan::new);
              Programs.oneSink(context, life);
            },
            PlantedBugsTest::oneSink),
        "isRepeat");
  }

  @Test
  void aSinkThatCommitsBeforeTheChangesAreDurable() {
    isCaught(
        oneSink()
            .withStorage(
                deferring(
                    facts -> has(facts, Fact.Prepared.class) && !has(facts, Fact.Committed.class))),
        "is ahead of the checkpoint");
  }

  @Test
  void dataThatIsWrittenAfterWhatMentionsIt() {
    isCaught(window().withStorage(Deferred::data), "is missing");
  }

  @Test
  void aSourceThatIsToldOfABatchBeforeItIsCommitted() {
    isCaught(
        CrashStory.of(PLAIN, Programs::watched, outside -> {})
            .withStorage(deferring(facts -> has(facts, Fact.Committed.class))),
        "they were acknowledged");
  }

  @Test
  void aBatchNumberThatIsUsedAgain() {
    isCaught(
        oneSink().withStorage(deferring(facts -> has(facts, Fact.NumbersUsed.class))), "isRepeat");
  }

  @Test
  void aPlanThatIsForgotten() {
    isCaught(
        CrashStory.of(
            PLAIN,
            (context, life) -> {
              life.substitute(PlantedBugs.ForgottenPlan::new);
              Programs.oneSink(context, life);
            },
            PlantedBugsTest::oneSink),
        "numbers in A");
  }

  @Test
  void aBatchWithoutInputThatIsPlannedAfterItsOutputs() {
    isCaught(
        CrashStory.of(
            PLAIN,
            (context, life) -> {
              life.substitute(PlantedBugs.LatePlan::new);
              Programs.timeouts(context, life);
            },
            StateCrashTest::timeouts),
        "before a time-out");
  }

  @Test
  void aPositionThatIsForgotten() {
    isCaught(
        CrashStory.of(
            PLAIN,
            (context, life) ->
                Programs.sourceOf(
                    context, life, new PlantedBugs.ForgetfulSource("numbers", Programs.END, life)),
            PlantedBugsTest::oneSink),
        "numbers in A");
  }

  @Test
  void anObjectThatIsDeletedAlthoughItIsNeeded() {
    isCaught(window().withStorage(PlantedBugs.Overzealous::new), "is missing");
  }

  @Test
  void aCheckpointThatIsNotKnownAgain() {
    AtomicInteger numStarts = new AtomicInteger();
    isCaught(
        oneSink()
            .withStorage(storage -> new PlantedBugs.Nameless(storage, numStarts.incrementAndGet())),
        "no slot of that checkpoint");
  }

  @Test
  void aMarkerOutsideOfTheTransaction_afterIt() {
    isCaught(sinkOf(SinkBug.MARKER_AFTER_ROWS), "numbers in A");
  }

  @Test
  void aMarkerOutsideOfTheTransaction_beforeIt() {
    isCaught(sinkOf(SinkBug.MARKER_BEFORE_ROWS), "numbers in A");
  }

  @Test
  void anAttemptThatIsAdoptedAlthoughItLost() {
    Life.Program program =
        (context, life) ->
            Programs.windowAndSinkOf(context, life, bad(life, SinkBug.MARKER_OF_FIRST_EPOCH));
    isCaught(
        CrashStory.of(FILES, program, outside -> {})
            .thenAfterCrash(
                Fault.CRASH_BEFORE,
                call -> call.operation().equals("commit"),
                FILES,
                program,
                PlantedBugsTest::window),
        "is ahead of the checkpoint");
  }

  private static CrashStory state() {
    return CrashStory.of(
        FILES,
        Programs::state,
        outside -> {
          oneSink(outside);
          Expected.chains(outside, "S", "A");
        });
  }

  @Test
  void aChangeOfAStateThatIsWrittenAfterTheBatchIsCommitted() {
    isCaught(state().withStorage(Deferred::data), "is missing");
  }

  @Test
  void aChangeOfAStateThatIsLeftOut() {
    isCaught(state().withStorage(PlantedBugs.LostChanges::new), "chains in S");
  }

  private static void race(
      Life.Program program,
      UnaryOperator<CheckpointStorage> storages,
      Consumer<Outside> expected,
      String message) {
    isCaught(
        () -> {
          try {
            new Interleavings(
                    2,
                    turns -> new TwoDriversTest.Drivers(PLAIN, turns, program, storages, expected))
                .run();
          } catch (java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e.getCause().toString(), e);
          }
        },
        message);
  }

  @Test
  void aLogThatDoesNotMindATakenSlot() {
    race(
        (context, life) -> Programs.watched(context, life, 2),
        PlantedBugs.Unfenced::new,
        outside -> {},
        "epochs of batches, in order|does not follow on slot");
  }

  @Test
  void aSinkThatDoesNotFence() {
    race(
        (context, life) -> Programs.sinkOf(context, life, 2, bad(life, SinkBug.NO_FENCE)),
        UnaryOperator.identity(),
        outside -> Expected.eachOnce(outside, "A", 2),
        "numbers in A");
  }
}
