package io.millrace.examples.flights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaySpeedTest {

  @ParameterizedTest
  @ValueSource(strings = {"max", "129600", "0.5"})
  void parse_readsWhatToStringWrites(String text) {
    assertThat(PlaySpeed.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fast", "0", "-1", "NaN", "Infinity", "MAX"})
  void parse_namesWhatIsNoSpeed(String text) {
    assertThatThrownBy(() -> PlaySpeed.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @Test
  void default_playsThreeMonthsInAMinute() {
    assertThat(FlightDemo.DEFAULT_BATCHES * 3_600 / PlaySpeed.DEFAULT.factor()).isEqualTo(60);
  }
}
