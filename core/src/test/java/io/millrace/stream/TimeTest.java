package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimeTest {

  private static Time at(long millis) {
    return new Time(millis);
  }

  @Test
  void comparisons_followTheMilliseconds() {
    assertThat(at(1).less(at(2))).isTrue();
    assertThat(at(2).less(at(2))).isFalse();
    assertThat(at(2).lessEq(at(2))).isTrue();
    assertThat(at(3).greater(at(2))).isTrue();
    assertThat(at(2).greater(at(2))).isFalse();
    assertThat(at(2).greaterEq(at(2))).isTrue();
    assertThat(at(2)).isGreaterThan(at(1)).isEqualByComparingTo(at(2));
    assertThat(at(1).min(at(2))).isEqualTo(at(1));
    assertThat(at(1).max(at(2))).isEqualTo(at(2));
  }

  @Test
  void arithmetic_isInMilliseconds() {
    assertThat(at(1_000).plus(Duration.ofSeconds(2))).isEqualTo(at(3_000));
    assertThat(at(1_000).minus(Duration.ofSeconds(2))).isEqualTo(at(-1_000));
    assertThat(at(5_000).minus(at(2_000))).isEqualTo(Duration.ofSeconds(3));
    assertThatThrownBy(() -> at(Long.MAX_VALUE).plus(Duration.ofMillis(1)))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void floor_isTheLastMultipleAtOrBefore() {
    Duration ten = Duration.ofMillis(10);
    assertThat(at(19).floor(ten)).isEqualTo(at(10));
    assertThat(at(20).floor(ten)).isEqualTo(at(20));
    assertThat(at(-1).floor(ten)).isEqualTo(at(-10));
    assertThat(at(19).floor(ten, at(3))).isEqualTo(at(13));
    assertThat(at(13).floor(ten, at(3))).isEqualTo(at(13));
    assertThat(at(2).floor(ten, at(3))).isEqualTo(at(-7));
  }

  @Test
  void isMultipleOf_countsFromTheEpoch() {
    assertThat(at(20).isMultipleOf(Duration.ofMillis(10))).isTrue();
    assertThat(at(-20).isMultipleOf(Duration.ofMillis(10))).isTrue();
    assertThat(at(21).isMultipleOf(Duration.ofMillis(10))).isFalse();
  }

  @Test
  void until_andTo_goInSteps() {
    Duration ten = Duration.ofMillis(10);
    assertThat(at(10).until(at(30), ten)).containsExactly(at(10), at(20));
    assertThat(at(10).to(at(30), ten)).containsExactly(at(10), at(20), at(30));
    assertThat(at(10).to(at(29), ten)).containsExactly(at(10), at(20));
    assertThat(at(10).until(at(10), ten)).isEmpty();
    assertThat(at(10).to(at(9), ten)).isEmpty();
    assertThatThrownBy(() -> at(1).until(at(2), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void steps_areAtLeastAMillisecond() {
    assertThatThrownBy(() -> at(1).floor(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a step of time is 1 ms or more, not PT0S");
    assertThatThrownBy(() -> at(1).isMultipleOf(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void toString_hasTheUnit() {
    assertThat(at(1_500)).hasToString("1500 ms");
    assertThat(at(1_500).toInstant()).isEqualTo(Instant.parse("1970-01-01T00:00:01.500Z"));
  }
}
