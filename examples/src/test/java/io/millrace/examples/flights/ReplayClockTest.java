package io.millrace.examples.flights;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReplayClockTest {

  private static final Instant START = Instant.parse("2001-01-01T00:00:00Z");
  private static final Instant END = START.plus(Duration.ofDays(90));
  private static final long HOUR_MILLIS = 3_600_000;
  private static final long START_MILLIS = START.toEpochMilli();

  @Test
  void millis_standsAtTheStartUntilSomebodyWaits() {
    assertThat(new ReplayClock(START, END, PlaySpeed.MAX).millis()).isEqualTo(START_MILLIS);
  }

  @Test
  void awaitMillis_jumpsToTheTickAndStandsThere() throws Exception {
    ReplayClock clock = new ReplayClock(START, END, PlaySpeed.MAX);

    clock.awaitMillis(START_MILLIS + HOUR_MILLIS, () -> false);

    assertThat(clock.millis()).isEqualTo(START_MILLIS + HOUR_MILLIS);
  }

  @Test
  void awaitMillis_takesAsLongAsTheSpeedSays() throws Exception {
    ReplayClock clock = new ReplayClock(START, END, new PlaySpeed(36_000));
    long startNanos = System.nanoTime();

    clock.awaitMillis(START_MILLIS + HOUR_MILLIS, () -> false);

    long elapsedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    assertThat(elapsedMillis).isGreaterThanOrEqualTo(100);
    assertThat(clock.millis()).isEqualTo(START_MILLIS + HOUR_MILLIS);
  }

  @Test
  void awaitMillis_returnsWhenCancelledAndWoken() throws Exception {
    ReplayClock clock = new ReplayClock(START, END, new PlaySpeed(1));
    assertCancellable(clock, START_MILLIS + HOUR_MILLIS);
  }

  @Test
  void awaitMillis_waitsBeyondTheEndUntilCancelled() throws Exception {
    ReplayClock clock = new ReplayClock(START, END, PlaySpeed.MAX);

    assertCancellable(clock, END.toEpochMilli() + HOUR_MILLIS);

    assertThat(clock.millis()).isEqualTo(END.toEpochMilli());
  }

  private static void assertCancellable(ReplayClock clock, long targetMillis) throws Exception {
    AtomicBoolean cancelled = new AtomicBoolean();
    CountDownLatch asked = new CountDownLatch(1);
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(
            () -> {
              try {
                clock.awaitMillis(
                    targetMillis,
                    () -> {
                      asked.countDown();
                      return cancelled.get();
                    });
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    asked.await();
    assertThat(waiting).isNotDone();
    cancelled.set(true);
    clock.wake();
    waiting.get(10, TimeUnit.SECONDS);
  }
}
