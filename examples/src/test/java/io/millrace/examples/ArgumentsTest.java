package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.examples.Arguments.HostAndPort;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

  @Test
  void parse_takesOptionsWithValuesAndFlags() {
    Arguments arguments = parse("--file", "a.csv", "--quiet");

    assertThat(arguments.value("--file")).contains("a.csv");
    assertThat(arguments.value("--speed")).isEmpty();
    assertThat(arguments.has("--quiet")).isTrue();
  }

  @Test
  void parse_namesWhatIsWrong() {
    assertThatThrownBy(() -> parse("--fil")).hasMessageContaining("--fil");
    assertThatThrownBy(() -> parse("--file")).hasMessage("--file needs a value");
    assertThatThrownBy(() -> parse("--quiet", "--quiet")).hasMessage("--quiet is given twice");
  }

  private static Arguments parse(String... args) {
    return Arguments.parse(args, List.of("--file", "--speed"), List.of("--quiet"));
  }

  @Test
  void duration_takesNumberAndUnit() {
    assertThat(Arguments.duration("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(Arguments.duration("1s")).isEqualTo(Duration.ofSeconds(1));
    assertThat(Arguments.duration("2 m")).isEqualTo(Duration.ofMinutes(2));
    assertThat(Arguments.duration("3h")).isEqualTo(Duration.ofHours(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "s", "0s", "-1s", "1.5s", "1d", "99999999999s"})
  void duration_namesWhatIsNone(String text) {
    assertThatThrownBy(() -> Arguments.duration(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @Test
  void hostAndPort_takesNamesAndAddresses() {
    assertThat(HostAndPort.parse("localhost:9999")).isEqualTo(new HostAndPort("localhost", 9_999));
    assertThat(HostAndPort.parse("[::1]:1")).isEqualTo(new HostAndPort("::1", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", ":9999", "localhost:", "localhost:x", "::1:9999"})
  void hostAndPort_namesWhatIsNone(String text) {
    assertThatThrownBy(() -> HostAndPort.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "999999999"})
  void hostAndPort_namesAPortThatIsNone(String port) {
    assertThatThrownBy(() -> HostAndPort.parse("localhost:" + port))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a port is a number from 1 to 65535, not " + port);
  }
}
