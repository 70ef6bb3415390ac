package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BatchClockTest {

  /** A clock that moves by itself at chosen calls. */
  private static final class JumpyClock implements Clock {

    private final List<Long> targets = new ArrayList<>();
    private long nowMillis = 10_000;
    private int callsToMove = -1;
    private long moveMillis;

    /** Lets time pass before the n-th call from now on. */
    void moveBeforeCall(int call, long millis) {
      callsToMove = call;
      moveMillis = millis;
    }

    private void called() {
      if (--callsToMove == 0) {
        nowMillis += moveMillis;
      }
    }

    @Override
    public long millis() {
      called();
      return nowMillis;
    }

    @Override
    public long nanoTime() {
      called();
      return nowMillis * 1_000_000;
    }

    @Override
    public void awaitMillis(long targetMillis, BooleanSupplier cancelled) {
      called();
      targets.add(targetMillis);
      nowMillis = Math.max(nowMillis, targetMillis);
    }

    @Override
    public void wake() {}

    @Override
    public MissedTicks missedTicks() {
      return MissedTicks.MERGE;
    }
  }

  @Test
  void aClockThatMovesBetweenAnyTwoCalls_isNotWaitedForTooLong() throws Exception {
    for (int call = 1; call <= 8; call++) {
      JumpyClock jumpy = new JumpyClock();
      BatchClock clock = new BatchClock(jumpy, 0, Duration.ofHours(1));
      jumpy.moveBeforeCall(call, 1_000);
      clock.awaitMillis(11_000, () -> false);
      assertThat(jumpy.nowMillis).as("moved before call %d", call).isLessThanOrEqualTo(12_000);
      assertThat(jumpy.targets)
          .as("moved before call %d", call)
          .allMatch(target -> target <= 11_000);
    }
  }

  @Test
  void aPauseBetweenReadings_isNoStepOfTheWallClock() {
    for (int call = 1; call <= 8; call++) {
      JumpyClock jumpy = new JumpyClock();
      BatchClock clock = new BatchClock(jumpy, 0, Duration.ofHours(1));
      jumpy.moveBeforeCall(call, 5_000);
      clock.millis();
      clock.millis();
      clock.millis();
      assertThat(jumpy.nowMillis).isEqualTo(15_000);
      assertThat(clock.millis()).as("moved before call %d", call).isEqualTo(15_000);
    }
  }
}
