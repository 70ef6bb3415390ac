package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.Clock;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ManualClockTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final ManualClock clock = new ManualClock(1_000);
  private final AtomicBoolean cancelled = new AtomicBoolean();

  private Thread waiting(FutureTask<Void> task) {
    Thread thread = new Thread(task, "waiting");
    thread.start();
    return thread;
  }

  private FutureTask<Void> waitFor(long millis) {
    return new FutureTask<>(
        () -> {
          clock.awaitMillis(millis, cancelled::get);
          return null;
        });
  }

  @Test
  void time_standsStillUntilItIsMoved() {
    assertThat(clock.millis()).isEqualTo(1_000);
    clock.advance(Duration.ofSeconds(2));
    assertThat(clock.millis()).isEqualTo(3_000);
    clock.setMillis(-5);
    assertThat(clock.millis()).isEqualTo(-5);
    assertThat(new ManualClock().millis()).isZero();
    assertThat(clock.missedTicks()).isEqualTo(Clock.MissedTicks.RUN_EACH);
  }

  @Test
  void advance_goesForwardAlone() {
    assertThatThrownBy(() -> clock.advance(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-0.001S");
  }

  @Test
  void awaitMillis_returnsOnceTheClockIsThere() throws Exception {
    clock.awaitMillis(1_000, cancelled::get);
    FutureTask<Void> task = waitFor(3_000);
    waiting(task);
    assertThat(clock.awaitIdle(1, LIMIT)).isTrue();
    clock.setMillis(2_999);
    assertThat(clock.awaitIdle(1, LIMIT)).isTrue();
    assertThat(task.isDone()).isFalse();
    clock.advance(Duration.ofMillis(1));
    task.get();
  }

  @Test
  void awaitMillis_returnsWhenItIsCancelled() throws Exception {
    FutureTask<Void> task = waitFor(3_000);
    waiting(task);
    assertThat(clock.awaitIdle(1, LIMIT)).isTrue();
    cancelled.set(true);
    clock.wake();
    task.get();
  }

  @Test
  void awaitIdle_countsThreadsThatWait() throws Exception {
    FutureTask<Void> first = waitFor(2_000);
    FutureTask<Void> second = waitFor(3_000);
    waiting(first);
    waiting(second);
    assertThat(clock.awaitIdle(2, LIMIT)).isTrue();
    clock.setMillis(2_000);
    first.get();
    assertThat(clock.awaitIdle(1, LIMIT)).isTrue();
    assertThat(clock.awaitIdle(2, Duration.ofMillis(5))).isFalse();
    clock.setMillis(3_000);
    second.get();
    assertThat(clock.awaitIdle(1, Duration.ofMillis(5))).isFalse();
  }

  @Test
  void awaitIdle_doesNotCountAThreadThatWasInterrupted() throws Exception {
    Thread thread = waiting(waitFor(2_000));
    assertThat(clock.awaitIdle(1, LIMIT)).isTrue();
    thread.interrupt();
    thread.join();
    assertThat(clock.awaitIdle(1, Duration.ofMillis(5))).isFalse();
  }
}
