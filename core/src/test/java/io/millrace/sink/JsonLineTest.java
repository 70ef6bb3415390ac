package io.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JsonLineTest {

  private enum Colour {
    RED
  }

  private record Inner(String name, List<Integer> sizes) {}

  private record Outer(long id, Inner inner, Colour colour) {}

  private record Empty() {}

  @Test
  void of_writesRecordsByTheirComponents() {
    assertThat(JsonLine.of(new Outer(1, new Inner("a", List.of(1, 2)), Colour.RED)))
        .isEqualTo("{\"id\":1,\"inner\":{\"name\":\"a\",\"sizes\":[1,2]},\"colour\":\"RED\"}");
    assertThat(JsonLine.of(new Outer(1, null, null)))
        .isEqualTo("{\"id\":1,\"inner\":null,\"colour\":null}");
    assertThat(JsonLine.of(new Empty())).isEqualTo("{}");
  }

  @Test
  void of_writesMapsInTheirOrder() {
    Map<Object, Object> map = new LinkedHashMap<>();
    map.put("z", 1.5);
    map.put("a", null);
    map.put(3, Map.of());
    map.put("l", Arrays.asList("x", null, List.of()));
    assertThat(JsonLine.of(map)).isEqualTo("{\"z\":1.5,\"a\":null,\"3\":{},\"l\":[\"x\",null,[]]}");
  }

  @Test
  void of_writesSimpleValues() {
    assertThat(JsonLine.of(null)).isEqualTo("null");
    assertThat(JsonLine.of(true)).isEqualTo("true");
    assertThat(JsonLine.of(-1L)).isEqualTo("-1");
    assertThat(JsonLine.of(1e300)).isEqualTo("1.0E300");
    assertThat(JsonLine.of(new BigInteger("123456789012345678901")))
        .isEqualTo("123456789012345678901");
    assertThat(JsonLine.of(new BigDecimal("1.50"))).isEqualTo("1.50");
    assertThat(JsonLine.of(List.of(Optional.of(1), Optional.empty()))).isEqualTo("[1,null]");
    assertThat(JsonLine.of('c')).isEqualTo("\"c\"");
    assertThat(JsonLine.of(Instant.EPOCH)).isEqualTo("\"1970-01-01T00:00:00Z\"");
    assertThat(JsonLine.of(new UUID(0, 1))).isEqualTo("\"00000000-0000-0000-0000-000000000001\"");
  }

  @Test
  void of_escapesWhatWouldEndAStringOrALine() {
    assertThat(JsonLine.of("\"\\/\n\r\t\b\u0000\u001f\u007f\u2028\u2029"))
        .isEqualTo("\"\\\"\\\\/\\n\\r\\t\\u0008\\u0000\\u001f\\u007f\\u2028\\u2029\"");
  }

  @Test
  void of_keepsLettersAndEscapesHalvesOfPairs() {
    assertThat(JsonLine.of("żółć \uD83D\uDE00")).isEqualTo("\"żółć \uD83D\uDE00\"");
    assertThat(JsonLine.of("a\uD83D")).isEqualTo("\"a\\ud83d\"");
    assertThat(JsonLine.of("\uDE00\uD83Db")).isEqualTo("\"\\ude00\\ud83db\"");
  }

  @Test
  void of_refusesWhatHasNoFormInJson() {
    assertThatThrownBy(() -> JsonLine.of(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> JsonLine.of(List.of(Float.POSITIVE_INFINITY)))
        .hasMessageContaining("Infinity");
    assertThatThrownBy(() -> JsonLine.of(Collections.singletonMap(null, 1)))
        .hasMessageContaining("key is null");
    assertThatThrownBy(() -> JsonLine.of(new StringBuilder[0]))
        .hasMessageContaining("has no form in JSON");
  }

  @Test
  void of_refusesWhatContainsItself() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("self", map);
    assertThatThrownBy(() -> JsonLine.of(map)).hasMessageContaining("64 levels");
  }
}
