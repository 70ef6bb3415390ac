package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingFormTest {
  private static final SettingForm<Duration> DURATION =
      SettingForm.durationAtLeast(Duration.ZERO, ChronoUnit.MILLIS);

  @ParameterizedTest
  @CsvSource({
    "200ms, PT0.2S",
    "2s, PT2S",
    "5m, PT5M",
    "5min, PT5M",
    "3h, PT3H",
    "1d, PT24H",
    "7us, PT0.000007S",
    "9ns, PT0.000000009S",
    "200, PT0.2S",
    "0, PT0S",
    "' 2 S ', PT2S",
    "36500d, PT876000H"
  })
  void duration_readsNumberAndUnit(String text, Duration expected) {
    assertThat(DURATION.parse(text)).isEqualTo(expected);
  }

  @Test
  void duration_takesABareNumberInTheUnitOfTheSetting() {
    assertThat(SettingForm.durationAtLeast(Duration.ZERO, ChronoUnit.SECONDS).parse("60"))
        .isEqualTo(Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ms",
        "1.5s",
        "1,5s",
        "-1ms",
        "2 weeks",
        "2s 5ms",
        "PT2S",
        "1e3",
        "0x10",
        "٣s",
        "36501d",
        "9223372036854775807d",
        "99999999999999999999s"
      })
  void duration_refusesWhatIsNotOne(String text) {
    assertThatThrownBy(() -> DURATION.parse(text))
        .isInstanceOfAny(IllegalArgumentException.class, ArithmeticException.class);
  }

  @ParameterizedTest
  @CsvSource({"60000, 60s", "1500, 1500ms", "7us, 7000ns", "0, 0s", "1d, 86400s"})
  void duration_isWrittenInAUnitThatLosesNothing(String text, String expected) {
    assertThat(DURATION.format(DURATION.parse(text))).isEqualTo(expected);
    assertThat(DURATION.parse(expected)).isEqualTo(DURATION.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "17, 17",
    "17b, 17",
    "1k, 1024",
    "1kb, 1024",
    "64m, 67108864",
    "64 MB, 67108864",
    "2g, 2147483648",
    "1t, 1099511627776",
    "8191p, 9222246136947933184"
  })
  void byteSize_readsNumberAndUnit(String text, long expected) {
    assertThat(SettingForm.byteSize().parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "-1k", "1.5g", "64x", "64bb", "64mib", "8192p", "m"})
  void byteSize_refusesWhatIsNotOneOrDoesNotFit(String text) {
    assertThatThrownBy(() -> SettingForm.byteSize().parse(text))
        .isInstanceOfAny(IllegalArgumentException.class, ArithmeticException.class);
  }

  @ParameterizedTest
  @CsvSource({"67108864, 64m", "1025, 1025b", "0, 0b", "1024, 1k", "9223372036854775807,"})
  void byteSize_isWrittenInAUnitThatLosesNothing(long bytes, String expected) {
    SettingForm<Long> form = SettingForm.byteSize();

    assertThat(form.parse(form.format(bytes))).isEqualTo(bytes);
    if (expected != null) {
      assertThat(form.format(bytes)).isEqualTo(expected);
    }
  }

  @Test
  void bool_readsAnyCase() {
    assertThat(SettingForm.bool().parse("TRUE")).isTrue();
    assertThat(SettingForm.bool().parse(" false ")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yes", "1", "on", "truee"})
  void bool_refusesWhatJavaWouldTakeForFalse(String text) {
    assertThatThrownBy(() -> SettingForm.bool().parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-3", "2147483648", "1.0", "one", "1_000"})
  void intAtLeast_refusesWhatIsOutOfRangeOrNoNumber(String text) {
    assertThatThrownBy(() -> SettingForm.intAtLeast(1).parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void oneOf_writesLowerCaseAndReadsAnyCase() {
    SettingForm<BatchFailure> form = SettingForm.oneOf(BatchFailure.class);

    assertThat(form.format(BatchFailure.CONTINUE)).isEqualTo("continue");
    assertThat(form.parse("Continue")).isEqualTo(BatchFailure.CONTINUE);
    assertThat(form.expected()).isEqualTo("one of stop, continue");
    assertThatThrownBy(() -> form.parse("ignore")).isInstanceOf(IllegalArgumentException.class);
  }
}
