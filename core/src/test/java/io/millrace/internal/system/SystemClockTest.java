package io.millrace.internal.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SystemClockTest {

  private static final long FAR_MILLIS = Long.MAX_VALUE / 4;

  private final SystemClock clock = new SystemClock();

  @Test
  void awaitMillis_returnsNotBeforeItsTime() throws Exception {
    for (int i = 1; i <= 20; i++) {
      long target = clock.millis() + i % 4;
      clock.awaitMillis(target, () -> false);
      assertThat(clock.millis()).isGreaterThanOrEqualTo(target);
    }
  }

  @Test
  void awaitMillis_ofATimeThatIsPast_returnsAtOnce() throws Exception {
    clock.awaitMillis(0, () -> false);
    clock.awaitMillis(Long.MIN_VALUE / 4, () -> false);
  }

  @Test
  void awaitMillis_thatIsCancelled_doesNotWait() throws Exception {
    clock.awaitMillis(FAR_MILLIS, () -> true);
  }

  @Test
  void wake_makesAllWhoWaitAskAgain() throws Exception {
    AtomicBoolean cancelled = new AtomicBoolean();
    CountDownLatch asked = new CountDownLatch(2);
    FutureTask<Void> first = new FutureTask<>(() -> await(cancelled, asked), null);
    FutureTask<Void> second = new FutureTask<>(() -> await(cancelled, asked), null);
    new Thread(first).start();
    new Thread(second).start();
    asked.await();
    clock.wake();
    cancelled.set(true);
    clock.wake();
    first.get();
    second.get();
  }

  private void await(AtomicBoolean cancelled, CountDownLatch asked) {
    try {
      clock.awaitMillis(
          FAR_MILLIS,
          () -> {
            asked.countDown();
            return cancelled.get();
          });
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void awaitMillis_canBeInterrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> clock.awaitMillis(FAR_MILLIS, () -> false))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void missedTicks_merge() {
    assertThat(clock.missedTicks()).isEqualTo(Clock.MissedTicks.MERGE);
  }
}
