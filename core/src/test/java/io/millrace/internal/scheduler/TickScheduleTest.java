package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.internal.scheduler.TickSchedule.Due;
import org.junit.jupiter.api.Test;

class TickScheduleTest {

  private static final TickSchedule TENS = new TickSchedule(10, 20);

  @Test
  void floor_isTheLastTickAtOrBefore() {
    assertThat(TENS.floor(0)).isZero();
    assertThat(TENS.floor(9)).isZero();
    assertThat(TENS.floor(10)).isEqualTo(10);
    assertThat(TENS.floor(19)).isEqualTo(10);
  }

  @Test
  void floor_ofNegativeTimes_goesDown() {
    assertThat(TENS.floor(-1)).isEqualTo(-10);
    assertThat(TENS.floor(-10)).isEqualTo(-10);
    assertThat(TENS.floor(-11)).isEqualTo(-20);
  }

  @Test
  void due_onTime_isTheTickWithoutOthers() {
    assertThat(TENS.due(20, 20, false)).isEqualTo(new Due(20, 0));
    assertThat(TENS.due(20, 29, false)).isEqualTo(new Due(20, 0));
    assertThat(TENS.due(20, 20, true)).isEqualTo(new Due(20, 0));
  }

  @Test
  void due_late_mergesIntoTheLastTick() {
    assertThat(TENS.due(20, 41, false)).isEqualTo(new Due(40, 2));
    assertThat(TENS.due(20, 75, false)).isEqualTo(new Due(70, 5));
    assertThat(TENS.due(-20, 5, false)).isEqualTo(new Due(0, 2));
  }

  @Test
  void due_late_runsEachTickInTurnIfTheClockSaysSo() {
    assertThat(TENS.due(20, 75, true)).isEqualTo(new Due(20, 0));
  }

  @Test
  void due_whenTheClockHasGoneBack_isStillTheNextTick() {
    assertThat(TENS.due(20, 3, false)).isEqualTo(new Due(20, 0));
    assertThat(TENS.due(20, 3, true)).isEqualTo(new Due(20, 0));
  }

  @Test
  void due_runsTicksInTurnWhileTheyAreNoMoreThanTheGraceLate() {
    TickSchedule twos = new TickSchedule(2, 20);

    assertThat(twos.due(100, 120, false)).isEqualTo(new Due(100, 0));
    assertThat(twos.due(102, 120, false)).isEqualTo(new Due(102, 0));
    assertThat(twos.due(100, 121, false)).isEqualTo(new Due(120, 10));
  }

  @Test
  void due_mergesAllTicksThatAreLate_withoutGrace() {
    TickSchedule strict = new TickSchedule(2, 0);

    assertThat(strict.due(100, 100, false)).isEqualTo(new Due(100, 0));
    assertThat(strict.due(100, 103, false)).isEqualTo(new Due(102, 1));
  }
}
