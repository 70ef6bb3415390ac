package io.millrace.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.internal.system.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Several callers run many tiny sets, each of which is offered to the workers at once, so that
 * callers wait for workers, and workers come too late, at every possible moment. A wake-up that is
 * lost shows as a time-out.
 */
class TaskPoolStressTest {

  private static final int NUM_CALLERS = 3;
  private static final int NUM_SETS = 3_000;

  private final AtomicLong nanos = new AtomicLong();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @Test
  @Timeout(30)
  void eachTask_runsOnceAndBeforeTheCallReturns() throws Exception {
    try (TaskPool pool = new TaskPool(3, "stress", () -> nanos.addAndGet(1_000_000))) {
      pool.start();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < NUM_CALLERS; i++) {
        long seed = i;
        callers.add(Threads.daemon("caller-" + i, () -> runSets(pool, seed)));
      }
      callers.forEach(Thread::start);
      for (Thread caller : callers) {
        caller.join();
      }
    }

    assertThat(failures).isEmpty();
  }

  private void runSets(TaskPool pool, long seed) {
    Random random = new Random(seed);
    try {
      for (int set = 0; set < NUM_SETS; set++) {
        int numTasks = random.nextInt(8);
        AtomicIntegerArray runs = new AtomicIntegerArray(numTasks);
        pool.run(
            random.nextInt(4),
            numTasks,
            (number, progress) -> {
              progress.run();
              runs.incrementAndGet(number);
            });
        for (int i = 0; i < numTasks; i++) {
          assertThat(runs.get(i)).as("seed %s, set %s, task %s", seed, set, i).isEqualTo(1);
        }
      }
    } catch (Throwable e) {
      failures.add(e);
    }
  }
}
