package io.millrace.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.internal.system.Threads;
import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TaskPoolTest {

  private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int MAX_COLLECTIONS = 200;
  private static final int HABIT = -7;

  private final AtomicLong nanos = new AtomicLong();
  private final List<TaskPool> pools = new ArrayList<>();
  private final Set<Thread> seen = ConcurrentHashMap.newKeySet();

  private TaskPool pool(int parallelism) {
    TaskPool pool = new TaskPool(parallelism, "pool-test", nanos::get);
    pool.start();
    pools.add(pool);
    return pool;
  }

  @AfterEach
  void close() {
    pools.forEach(TaskPool::close);
  }

  @Test
  void cheapSets_neverLeaveTheCallingThread() throws Throwable {
    TaskPool pool = pool(4);
    for (int i = 0; i < 100; i++) {
      pool.run(
          HABIT,
          50,
          (number, progress) -> {
            seen.add(Thread.currentThread());
            progress.run();
          });
    }

    assertThat(seen).containsExactly(Thread.currentThread());
  }

  @Test
  void aLongSet_isJoinedByTheWorkers() throws Throwable {
    CyclicBarrier allAtOnce = new CyclicBarrier(3);
    pool(3)
        .run(
            HABIT,
            3,
            (number, progress) -> {
              seen.add(Thread.currentThread());
              nanos.addAndGet(LONG_NANOS);
              progress.run();
              allAtOnce.await();
            });

    assertThat(seen).hasSize(3).contains(Thread.currentThread());
  }

  @Test
  void aSetThatWasLong_isSharedAtOnceWhenItComesAgain_andNoMoreOnceItWasShort() throws Throwable {
    TaskPool pool = pool(2);
    CyclicBarrier both = new CyclicBarrier(2);
    pool.run(
        HABIT,
        2,
        (number, progress) -> {
          nanos.addAndGet(LONG_NANOS);
          progress.run();
        });
    nanos.addAndGet(LONG_NANOS);
    pool.run(HABIT, 2, (number, progress) -> both.await());
    nanos.addAndGet(LONG_NANOS);
    pool.run(
        HABIT,
        2,
        (number, progress) -> {
          seen.add(Thread.currentThread());
          progress.run();
        });

    assertThat(seen).containsExactly(Thread.currentThread());
  }

  @Test
  void otherSets_areNotSharedAtOnce() throws Throwable {
    TaskPool pool = pool(2);
    pool.run(
        HABIT,
        2,
        (number, progress) -> {
          nanos.addAndGet(LONG_NANOS);
          progress.run();
        });
    nanos.addAndGet(LONG_NANOS);
    pool.run(HABIT + 1, 2, (number, progress) -> seen.add(Thread.currentThread()));

    assertThat(seen).containsExactly(Thread.currentThread());
  }

  @Test
  void aSetWithoutUnclaimedTasks_isNotOffered() throws Throwable {
    TaskPool pool = pool(2);
    pool.run(
        HABIT,
        1,
        (number, progress) -> {
          nanos.addAndGet(LONG_NANOS);
          progress.run();
          seen.add(Thread.currentThread());
        });

    assertThat(seen).containsExactly(Thread.currentThread());
  }

  @Test
  void onlyOneTask_runsAtATimeWithParallelismOne() throws Throwable {
    pool(1)
        .run(
            HABIT,
            20,
            (number, progress) -> {
              nanos.addAndGet(LONG_NANOS);
              progress.run();
              seen.add(Thread.currentThread());
            });

    assertThat(seen).containsExactly(Thread.currentThread());
  }

  @Test
  void noTasks_returnAtOnce() throws Throwable {
    pool(2).run(HABIT, 0, (number, progress) -> seen.add(Thread.currentThread()));

    assertThat(seen).isEmpty();
  }

  @Test
  void theFirstFailure_stopsFurtherClaimsAndIsRethrown() {
    IOException broken = new IOException("broken");
    List<Integer> ran = new ArrayList<>();
    TaskPool pool = pool(1);

    assertThatThrownBy(
            () ->
                pool.run(
                    HABIT,
                    10,
                    (number, progress) -> {
                      ran.add(number);
                      if (number >= 3) {
                        throw broken;
                      }
                    }))
        .isSameAs(broken);
    assertThat(ran).containsExactly(0, 1, 2, 3);
  }

  @Test
  void theFailureOfAWorker_reachesTheCallerOnceAllHaveEnded() {
    CountDownLatch failed = new CountDownLatch(1);
    Thread caller = Thread.currentThread();
    TaskPool pool = pool(2);

    assertThatThrownBy(
            () ->
                pool.run(
                    HABIT,
                    2,
                    (number, progress) -> {
                      nanos.addAndGet(LONG_NANOS);
                      progress.run();
                      if (Thread.currentThread() != caller) {
                        failed.countDown();
                        throw new IllegalStateException("in a worker");
                      }
                      failed.await();
                    }))
        .hasMessage("in a worker");
  }

  @Test
  void twoCallers_shareTheWorkers() throws Throwable {
    TaskPool pool = pool(2);
    CyclicBarrier bothWithHelp = new CyclicBarrier(3);
    CountDownLatch otherIsDone = new CountDownLatch(1);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    TaskPool.TaskBody body =
        (number, progress) -> {
          nanos.addAndGet(LONG_NANOS);
          progress.run();
          if (number == 0) {
            bothWithHelp.await();
          }
        };
    Thread other =
        Threads.daemon(
            "other-caller",
            () -> {
              try {
                pool.run(HABIT, 1, body);
                otherIsDone.await();
                pool.run(HABIT + 1, 2, (number, progress) -> seen.add(Thread.currentThread()));
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    other.start();
    pool.run(
        HABIT,
        2,
        (number, progress) -> {
          nanos.addAndGet(LONG_NANOS);
          progress.run();
          bothWithHelp.await();
        });
    otherIsDone.countDown();
    other.join();

    assertThat(failure).hasValue(null);
    assertThat(seen).contains(other);
  }

  @Test
  void theCallersInterrupt_isStillThereAfterwards() throws Throwable {
    Thread.currentThread().interrupt();
    pool(2).run(HABIT, 3, (number, progress) -> progress.run());

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void theCallersInterrupt_doesNotEndTheWaitForWorkers() throws Throwable {
    Thread caller = Thread.currentThread();
    AtomicBoolean taken = new AtomicBoolean();
    List<Integer> done = new ArrayList<>();
    pool(2)
        .run(
            HABIT,
            2,
            (number, progress) -> {
              nanos.addAndGet(LONG_NANOS);
              progress.run();
              if (Thread.currentThread() == caller) {
                while (!taken.get()) {
                  Thread.onSpinWait();
                }
                return;
              }
              taken.set(true);
              awaitState(caller, Thread.State.WAITING);
              caller.interrupt();
              done.add(number);
            });

    assertThat(done).hasSize(1);
    assertThat(Thread.interrupted()).isTrue();
  }

  private static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      Thread.onSpinWait();
    }
  }

  @Test
  void close_endsTheWorkersAndMayBeRepeated() throws Throwable {
    TaskPool pool = pool(3);
    CyclicBarrier allAtOnce = new CyclicBarrier(3);
    pool.run(
        HABIT,
        3,
        (number, progress) -> {
          nanos.addAndGet(LONG_NANOS);
          progress.run();
          allAtOnce.await();
          seen.add(Thread.currentThread());
        });

    pool.close();
    pool.close();

    seen.remove(Thread.currentThread());
    assertThat(seen).hasSize(2).noneMatch(Thread::isAlive);
  }

  @Test
  void close_onAWorkerDoesNotWaitForItself() throws Throwable {
    TaskPool pool = pool(2);
    Thread caller = Thread.currentThread();
    CountDownLatch closed = new CountDownLatch(1);
    pool.run(
        HABIT,
        2,
        (number, progress) -> {
          nanos.addAndGet(LONG_NANOS);
          progress.run();
          if (Thread.currentThread() == caller) {
            closed.await();
          } else {
            pool.close();
            closed.countDown();
          }
        });

    assertThat(closed.getCount()).isZero();
  }

  @Test
  void aSetThatHasEnded_isNotHeldByInvitationsThatBusyWorkersHaveNotTaken() throws Throwable {
    TaskPool pool = pool(2);
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread keepsTheWorkerBusy =
        Threads.daemon(
            "busy-caller",
            () -> {
              try {
                Thread self = Thread.currentThread();
                pool.run(
                    HABIT,
                    2,
                    (number, progress) -> {
                      nanos.addAndGet(LONG_NANOS);
                      progress.run();
                      if (Thread.currentThread() != self) {
                        busy.countDown();
                      }
                      release.await();
                    });
              } catch (Throwable e) {
                throw new IllegalStateException(e);
              }
            });
    keepsTheWorkerBusy.start();
    busy.await();
    ReferenceQueue<Object> collected = new ReferenceQueue<>();
    WeakReference<Object> known = runWithLargeState(pool, collected);

    for (int i = 0; i < MAX_COLLECTIONS && known.get() != null; i++) {
      System.gc();
      collected.remove(10);
    }

    assertThat(known.get()).isNull();
    release.countDown();
    keepsTheWorkerBusy.join();
  }

  private WeakReference<Object> runWithLargeState(TaskPool pool, ReferenceQueue<Object> collected)
      throws Throwable {
    Object state = new Object();
    pool.run(
        HABIT,
        3,
        (number, progress) -> {
          nanos.addAndGet(LONG_NANOS);
          progress.run();
          assertThat(state).isNotNull();
        });
    return new WeakReference<>(state, collected);
  }
}
