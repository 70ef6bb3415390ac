package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.codec.Codecs;
import io.millrace.internal.checkpoint.CheckpointState;
import io.millrace.spi.Cancellation;
import io.millrace.spi.state.Attempt;
import io.millrace.spi.state.Compaction;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import io.millrace.spi.state.StateStep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CompactorTest {

  private static final String FORM = "entries/1";

  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch finish = new CountDownLatch(1);
  private final AtomicBoolean isFinished = new AtomicBoolean();
  private final Executor threads =
      task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
      };

  /** Merging takes until it is told to finish. */
  private final class SlowState implements KeyedState {

    @Override
    public Attempt step(StateStep step, Cancellation cancellation) {
      throw new UnsupportedOperationException("step");
    }

    @Override
    public String form() {
      return FORM;
    }

    @Override
    public void requireReadable(String form) {}

    @Override
    public int numPartitions() {
      return 1;
    }

    @Override
    public void restore(
        StatePlace place, String form, List<StateFile> files, Cancellation cancellation) {
      throw new UnsupportedOperationException("restore");
    }

    @Override
    public Optional<Compaction> compact(StatePlace place, String prefix, List<StateFile> files) {
      started.countDown();
      try {
        finish.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this", e);
      }
      isFinished.set(true);
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  private Compactor merging(Duration closeTimeout) throws Exception {
    StatePlace place = new StatePlace(new StoredObjects(Map.of()), Codecs.builder().build(), 1_000);
    Compactor compactor =
        new Compactor(Map.of("totals", new SlowState()), place, threads, closeTimeout);
    List<StateFile> files =
        List.of(
            new StateFile("data/s-1-1", Optional.empty(), 10, 1, 0, 1, false),
            new StateFile("data/s-1-2", Optional.empty(), 10, 1, 0, 1, false));
    CheckpointState none = CheckpointState.EMPTY;
    CheckpointState state =
        new CheckpointState(
            none.lastBatch(),
            none.lastMillis(),
            none.lastInputMillis(),
            none.numbersUsed(),
            Map.of("totals", new CheckpointState.StateContents(FORM, files)),
            none.windows(),
            none.sources(),
            none.outputs(),
            none.open(),
            none.attempts(),
            none.givenUp());
    compactor.offer(state, "data/c-1-1");
    started.await();
    return compactor;
  }

  @Test
  void close_waitsForAMergeThatRuns() throws Exception {
    Compactor compactor = merging(Duration.ofSeconds(50));
    Thread closing = new Thread(compactor::close);
    closing.start();
    while (closing.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    finish.countDown();
    closing.join();
    assertThat(isFinished).isTrue();
  }

  @Test
  void close_leavesAMergeBehindThatTakesTooLong() throws Exception {
    Compactor compactor = merging(Duration.ofMillis(1));
    compactor.close();
    assertThat(isFinished).isFalse();
    finish.countDown();
  }

  @Test
  void close_withoutAMerge_returnsAtOnce() {
    StatePlace place = new StatePlace(new StoredObjects(Map.of()), Codecs.builder().build(), 1_000);
    new Compactor(Map.of(), place, threads).close();
    assertThat(started.getCount()).isEqualTo(1);
  }
}
