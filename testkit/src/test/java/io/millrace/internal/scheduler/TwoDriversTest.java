package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.internal.scheduler.Outside.Sight;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.FencedException;
import io.millrace.spi.checkpoint.FileCheckpointStorage;
import io.millrace.spi.checkpoint.Interleavings;
import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Call;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two drivers on one checkpoint, in every order of what each can see of the other. */
class TwoDriversTest {

  private static final int END = 2;
  private static final RDDContext ENGINE = Life.engine(new Conf());

  private static final RDDContext FILES =
      Life.engine(
          new Conf()
              .set(Settings.CHECKPOINT_MAX_INLINE_BYTES.key(), "0")
              .set(Settings.CHECKPOINT_RETAINED_BATCHES.key(), "1"));

  /** What others can see, or can be seen of others. */
  private static final Set<String> VISIBLE =
      Set.of("link", "list", "read", "delete", "open", "commit", "see");

  @AfterAll
  static void close() {
    ENGINE.close();
    FILES.close();
  }

  /** Two processes that run one program on one disk. */
  static final class Drivers implements Interleavings.Race {

    private final RDDContext engine;
    private final Interleavings.Turns turns;
    private final Life.Program program;
    private final UnaryOperator<CheckpointStorage> storages;
    private final Consumer<Outside> expected;
    private final Outside outside = new Outside();
    private final AtomicInteger nonce = new AtomicInteger();
    private final boolean[] isStopped = new boolean[2];

    Drivers(
        RDDContext engine,
        Interleavings.Turns turns,
        Life.Program program,
        UnaryOperator<CheckpointStorage> storages,
        Consumer<Outside> expected) {
      this.engine = engine;
      this.turns = turns;
      this.program = program;
      this.storages = storages;
      this.expected = expected;
    }

    private static boolean isStep(Call call) {
      return VISIBLE.contains(call.operation()) && !call.target().startsWith(".");
    }

    @Override
    public void run(int task) throws Exception {
      SimulatedProcess process =
          new SimulatedProcess(
              call -> {
                if (isStep(call)) {
                  turns.await(task);
                }
                return Fault.NONE;
              });
      try (Life life = new Life(outside, process, task + 1)) {
        life.run(engine, storages.apply(storage(process)), program);
      } catch (RuntimeException e) {
        isStopped[task] = isFence(e) || isSwept(e);
        if (!isStopped[task]) {
          throw e;
        }
      }
    }

    private static boolean isFence(Throwable e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return root instanceof FencedException;
    }

    /** Its first write was cleared away by the other's start: it has not begun. */
    private static boolean isSwept(Throwable e) {
      return e.getMessage().contains("can't be opened") && e.getMessage().contains(".tmp-");
    }

    @Override
    public void check() {
      assertThat(isStopped[0] && isStopped[1]).as("both were stopped").isFalse();
      expected.accept(outside);
      startAgain();
      expected.accept(outside);
      if (!isStopped[0] && !isStopped[1]) {
        requireOneAfterTheOther();
      }
    }

    /** What the two have left behind is whole. */
    private void startAgain() {
      SimulatedProcess process = new SimulatedProcess();
      try (Life life = new Life(outside, process, 3)) {
        life.run(engine, storages.apply(storage(process)), program);
      } catch (RuntimeException e) {
        throw new AssertionError("the next driver can't go on: " + e.getMessage(), e);
      }
    }

    private CheckpointStorage storage(SimulatedProcess process) {
      return new FileCheckpointStorage(
          new CrashingFiles(outside.disk, process), () -> "n" + nonce.incrementAndGet());
    }

    /** Who was not stopped had ended, but for batches without input, when the other began. */
    private void requireOneAfterTheOther() {
      List<Long> epochs =
          outside.sights.stream()
              .filter(sight -> !sight.records().isEmpty())
              .map(Sight::epoch)
              .toList();
      assertThat(epochs).as("epochs of batches, in order").isSorted();
    }
  }

  @Test
  @Tag("slow")
  void atMostOneCommitsEachBatch() throws Exception {
    int numRuns =
        new Interleavings(
                2,
                turns ->
                    new Drivers(
                        ENGINE,
                        turns,
                        (context, life) ->
                            Programs.sinkOf(context, life, END, new OutsideSink(life.key(), "A")),
                        UnaryOperator.identity(),
                        outside -> Expected.eachOnce(outside, "A", END)))
            .run();
    assertThat(numRuns).isGreaterThan(1_000);
  }

  @Test
  @Tag("slow")
  void neitherDeletesWhatTheOtherNeeds() throws Exception {
    int numRuns =
        new Interleavings(
                1,
                turns ->
                    new Drivers(
                        FILES,
                        turns,
                        (context, life) -> Programs.stateTo(context, life, END),
                        UnaryOperator.identity(),
                        outside -> {
                          Expected.eachOnce(outside, "A", END);
                          Expected.chains(outside, "S", "A");
                        }))
            .run();
    assertThat(numRuns).isGreaterThan(50);
  }
}
