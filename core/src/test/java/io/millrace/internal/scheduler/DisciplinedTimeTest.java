package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DisciplinedTimeTest {

  private static final long HOUR = 3_600_000;
  private static final long START = 1_000_000_000_000L;

  private final List<String> notices = new ArrayList<>();
  private long wallMillis = START;
  private long nanos = 77;

  private DisciplinedTime time(long startMillis) {
    return new DisciplinedTime(
        startMillis,
        wallMillis,
        nanos,
        HOUR,
        new DisciplinedTime.Notices() {
          @Override
          public void ahead(long aheadMillis) {
            notices.add("ahead " + aheadMillis);
          }

          @Override
          public void met() {
            notices.add("met");
          }

          @Override
          public void stepIgnored(long stepMillis) {
            notices.add("ignored " + stepMillis);
          }
        });
  }

  private long after(DisciplinedTime time, long millis) {
    wallMillis += millis;
    nanos += millis * 1_000_000;
    return time.read(wallMillis, nanos);
  }

  @Test
  void onASteadyClock_itIsTheWallClock() {
    DisciplinedTime time = time(START);
    for (int i = 0; i < 1000; i++) {
      assertThat(after(time, i % 7)).isEqualTo(wallMillis);
    }
    assertThat(notices).isEmpty();
  }

  @Test
  void aWallClockThatIsSetBack_slowsItByATenth_untilTheyMeet() {
    DisciplinedTime time = time(START);
    after(time, 1000);
    wallMillis -= 5_000;
    assertThat(after(time, 0)).isEqualTo(START + 1000);
    assertThat(after(time, 1100)).isEqualTo(START + 2000);
    assertThat(after(time, 11_000)).isEqualTo(START + 12_000);
    // It gains 1 s in 11 s: 5 s ahead are made up for in 55 s.
    assertThat(after(time, 42_900)).isEqualTo(wallMillis);
    assertThat(after(time, 1000)).isEqualTo(wallMillis);
    assertThat(notices).containsExactly("ahead 5000", "met");
  }

  @Test
  void whatIsNoticedOnlyAfterAWhile_wasNotLostMeanwhile() {
    DisciplinedTime time = time(START);
    wallMillis -= HOUR;
    assertThat(after(time, 100)).isEqualTo(START + 100);
    assertThat(after(time, 110)).isEqualTo(START + 200);
    assertThat(time.elapsedMillis(100)).isEqualTo(110);
  }

  @Test
  void aStartBehindTheLastBatch_goesOnFromThat() {
    DisciplinedTime time = time(START + HOUR);
    assertThat(after(time, 0)).isEqualTo(START + HOUR);
    assertThat(after(time, 110)).isEqualTo(START + HOUR + 100);
    assertThat(notices).containsExactly("ahead " + HOUR);
  }

  @Test
  void aStepForward_isFollowedUpToTheBound() {
    DisciplinedTime time = time(START);
    wallMillis += HOUR;
    assertThat(after(time, 0)).isEqualTo(START + HOUR);
    assertThat(notices).isEmpty();
  }

  @Test
  void aStepForwardBeyondTheBound_isIgnored_untilItIsTakenBack() {
    DisciplinedTime time = time(START);
    wallMillis += HOUR + 1;
    assertThat(after(time, 0)).isEqualTo(START);
    assertThat(after(time, 500)).isEqualTo(START + 500);
    // Steps from there are followed and slewed as others are.
    wallMillis += 1000;
    assertThat(after(time, 0)).isEqualTo(START + 1500);
    wallMillis -= 1000;
    after(time, 0);
    assertThat(after(time, 1100)).isEqualTo(START + 2500);
    wallMillis -= HOUR + 1;
    after(time, 100_000);
    assertThat(after(time, 0)).isEqualTo(wallMillis);
    assertThat(notices).containsExactly("ignored " + (HOUR + 1));
  }

  @Test
  void aStepBackAfterOneThatWasIgnored_isSlewed() {
    DisciplinedTime time = time(START);
    wallMillis += 3 * HOUR;
    after(time, 0);
    wallMillis -= HOUR / 2;
    after(time, 0);
    assertThat(after(time, 1100)).isEqualTo(START + 1000);
    assertThat(after(time, 1100)).isEqualTo(START + 2000);
  }

  @Test
  void smallStepsBack_areSlewedWithoutAWord() {
    DisciplinedTime time = time(START);
    wallMillis -= 900;
    after(time, 0);
    after(time, 20_000);
    assertThat(after(time, 0)).isEqualTo(wallMillis);
    assertThat(notices).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void underRandomSteps_itNeverDecreases_norIsSlowerThanATenth_norFasterUnlessItFollows(long seed) {
    Random random = new Random(seed);
    DisciplinedTime time = time(START);
    long before = START;
    for (int i = 0; i < 5_000; i++) {
      boolean isStep = random.nextInt(10) == 0;
      long step = isStep ? (random.nextLong(7 * HOUR) - 3 * HOUR) >> random.nextInt(20) : 0;
      wallMillis += step;
      long passed = random.nextLong(200);
      long now = after(time, passed);
      assertThat(now - before).isBetween(passed * 10 / 11 - 1, passed + 2 + maxFollowed(step));
      before = now;
    }
  }

  /** What the wall clock can be ahead by, in this test, when it has stepped forward. */
  private static long maxFollowed(long step) {
    return step != 0 ? HOUR : 1;
  }
}
