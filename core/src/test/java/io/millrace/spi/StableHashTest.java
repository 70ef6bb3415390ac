package io.millrace.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.Tuple4;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StableHashTest {
  enum Color {
    RED,
    GREEN {
      @Override
      public String toString() {
        return "constant with a body";
      }
    }
  }

  record Point(int x, long y) {}

  record Every(
      boolean a, byte b, short c, char d, int e, long f, float g, double h, String i, Object j) {}

  record Named<T>(T value, List<String> names) {}

  record Empty() {}

  record WithArray(String name, byte[] bytes) {}

  record CaseInsensitive(String name) {
    @Override
    public boolean equals(Object other) {
      return other instanceof CaseInsensitive that && name.equalsIgnoreCase(that.name);
    }

    @Override
    public int hashCode() {
      return name.toLowerCase(Locale.ROOT).hashCode();
    }
  }

  record Guarded(List<String> names) {
    @Override
    public List<String> names() {
      throw new IllegalStateException("an accessor is the user's code");
    }
  }

  private static final class ByIdentity {}

  private static final class ByValue {
    @Override
    public boolean equals(Object other) {
      return other instanceof ByValue;
    }

    @Override
    public int hashCode() {
      return 42;
    }
  }

  static Stream<Object> keysWhoseHashCodeIsKept() {
    return Stream.of(
        "",
        "millrace",
        "Aa",
        true,
        false,
        (byte) -7,
        (short) 300,
        'x',
        -1,
        Integer.MAX_VALUE,
        -1L,
        Long.MIN_VALUE,
        1.5f,
        Float.NaN,
        -0.0,
        0.0,
        Double.NaN,
        BigInteger.ONE.shiftLeft(200).negate(),
        new BigDecimal("1.10"),
        new BigDecimal("-12345678901234567890.123"),
        UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
        List.of("a", 1, 2L),
        List.of(),
        Set.of("a", 1, 2L),
        Map.of("a", 1, "b", 2),
        Map.entry("a", 1),
        Optional.of("a"),
        Optional.empty(),
        Tuple2.of("a", 1),
        Tuple3.of("a", 1, null),
        Tuple4.of("a", 1, null, 2L),
        new ByValue());
  }

  @ParameterizedTest
  @MethodSource("keysWhoseHashCodeIsKept")
  void of_isTheHashCodeWhereThatIsAFunctionOfTheValue(Object key) {
    assertThat(StableHash.of(key)).isEqualTo(key.hashCode());
  }

  @Test
  void of_isZeroForNull() {
    assertThat(StableHash.of(null)).isZero();
    assertThat(StableHash.of(Tuple2.of(null, null))).isZero();
  }

  /** Pinned: a change of any of these moves keys to other partitions. */
  static Stream<Arguments> pinned() {
    LocalDateTime dateTime = LocalDateTime.of(2024, 2, 29, 12, 30, 15, 500);
    return Stream.of(
        Arguments.of(Color.RED, "RED".hashCode()),
        Arguments.of(Color.GREEN, "GREEN".hashCode()),
        Arguments.of(DayOfWeek.MONDAY, "MONDAY".hashCode()),
        Arguments.of(new Point(3, -1L), 31 * 3),
        Arguments.of(new Empty(), 0),
        Arguments.of(Instant.ofEpochSecond(10, 5), 315),
        Arguments.of(Duration.ofSeconds(10, 5), 315),
        Arguments.of(LocalDate.ofEpochDay(19_000), 19_000),
        Arguments.of(LocalTime.ofNanoOfDay(77), 77),
        Arguments.of(Period.of(1, 2, 3), 31 * (31 + 2) + 3),
        Arguments.of(Year.of(2024), 2024),
        Arguments.of(YearMonth.of(2024, 2), 31 * 2024 + 2),
        Arguments.of(MonthDay.of(2, 29), 31 * 2 + 29),
        Arguments.of(ZoneId.of("Europe/Berlin"), "Europe/Berlin".hashCode()),
        Arguments.of(ZoneOffset.UTC, "Z".hashCode()),
        Arguments.of(dateTime, -551622018),
        Arguments.of(dateTime.atOffset(ZoneOffset.UTC), 79586716),
        Arguments.of(dateTime.atZone(ZoneOffset.UTC), -1827779010));
  }

  @ParameterizedTest
  @MethodSource("pinned")
  void of_isPinnedWhereJavaDoesNotSpecifyAHash(Object key, int expected) {
    assertThat(StableHash.of(key)).isEqualTo(expected);
  }

  static Stream<Arguments> equalKeys() {
    return Stream.of(
        Arguments.of(new ArrayList<>(List.of("a", Color.RED)), List.of("a", Color.RED)),
        Arguments.of(new LinkedList<>(List.of(1, 2)), Arrays.asList(1, 2)),
        Arguments.of(Collections.emptyList(), new ArrayList<>()),
        Arguments.of(Collections.unmodifiableList(List.of(1)), Collections.singletonList(1)),
        Arguments.of(new TreeSet<>(Set.of(3, 1, 2)), new LinkedHashSet<>(List.of(2, 3, 1))),
        Arguments.of(EnumSet.of(Color.RED, Color.GREEN), Set.of(Color.GREEN, Color.RED)),
        Arguments.of(
            new TreeMap<>(Map.of("a", Color.RED, "b", Color.GREEN)),
            new LinkedHashMap<>(Map.of("b", Color.GREEN, "a", Color.RED))),
        Arguments.of(Map.entry("k", 1), new TreeMap<>(Map.of("k", 1)).firstEntry()),
        Arguments.of(
            Tuple2.of(new ArrayList<>(List.of(Tuple2.of("a", 1))), Optional.of(new Point(1, 2))),
            Tuple2.of(new LinkedList<>(List.of(Tuple2.of("a", 1))), Optional.of(new Point(1, 2)))),
        Arguments.of(
            new Named<>(new LinkedList<>(List.of(1)), List.of("n")),
            new Named<>(new ArrayList<>(List.of(1)), new LinkedList<>(List.of("n")))),
        Arguments.of(new CaseInsensitive("Mill"), new CaseInsensitive("mILL")),
        Arguments.of(new Guarded(List.of("a")), new Guarded(new LinkedList<>(List.of("a")))),
        Arguments.of(
            ZonedDateTime.of(2024, 1, 1, 0, 0, 0, 0, ZoneId.of("Europe/Berlin")),
            ZonedDateTime.of(2024, 1, 1, 0, 0, 0, 0, ZoneId.of("Europe/Berlin"))),
        Arguments.of(
            OffsetDateTime.parse("2024-01-01T00:00+02:00"),
            OffsetDateTime.parse("2024-01-01T00:00:00.000+02:00")),
        Arguments.of(OffsetTime.parse("00:00+02:00"), OffsetTime.parse("00:00:00+02:00")));
  }

  @ParameterizedTest
  @MethodSource("equalKeys")
  void of_isEqualForEqualKeys(Object one, Object other) {
    assertThat(one).isEqualTo(other);
    assertThat(StableHash.of(one)).isEqualTo(StableHash.of(other));
  }

  @Test
  void of_hashesEachPrimitiveComponentAsItsBox() {
    Every key = new Every(true, (byte) 1, (short) 2, 'c', 4, 5L, 6f, 7d, "i", null);
    Object[] components = {true, (byte) 1, (short) 2, 'c', 4, 5L, 6f, 7d, "i", null};

    int expected = 0;
    for (Object component : components) {
      expected = 31 * expected + StableHash.of(component);
    }
    assertThat(StableHash.of(key)).isEqualTo(expected);
  }

  @Test
  void of_tellsTheOrderOfTuplesAndListsApart() {
    assertThat(StableHash.of(Tuple2.of("a", "b"))).isNotEqualTo(StableHash.of(Tuple2.of("b", "a")));
    assertThat(StableHash.of(List.of(1, 2))).isNotEqualTo(StableHash.of(List.of(2, 1)));
  }

  @Test
  void of_takesNullElementsAndValues() {
    assertThat(StableHash.of(Arrays.asList(null, null))).isEqualTo(31 * 31);
    Map<String, Object> map = new HashMap<>();
    map.put("a", null);
    assertThat(StableHash.of(map)).isEqualTo("a".hashCode());
  }

  static Stream<Arguments> arrays() {
    return Stream.<Object>of(new byte[0], new int[] {1}, new String[] {"a"}, new int[][] {{1}})
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("arrays")
  void of_refusesArraysWhereverTheyAre(Object array) {
    for (Object key :
        List.of(array, Tuple2.of("k", array), List.of(array), Optional.of(array), Set.of(array))) {
      assertThatThrownBy(() -> StableHash.of(key))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(
              array.getClass().getTypeName(), "cannot be a key", "use a List, a String");
    }
  }

  @Test
  void of_refusesRecordsWithAnArrayComponentByName() {
    assertThatThrownBy(() -> StableHash.of(new WithArray("a", new byte[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("WithArray", "component bytes", "use a List");
  }

  static Stream<Object> keysWithoutAValue() {
    Runnable lambda = () -> {};
    return Stream.of(
        new ByIdentity(),
        new Object(),
        new AtomicLong(1),
        new AtomicReference<>("a"),
        new StringBuilder("a"),
        String.class,
        lambda);
  }

  @ParameterizedTest
  @MethodSource("keysWithoutAValue")
  void of_refusesClassesThatInheritObjectsHashCode(Object key) {
    assertThatThrownBy(() -> StableHash.of(Tuple2.of(1, key)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(key.getClass().getTypeName(), "Object.hashCode", "record");
  }

  @Test
  void of_refusesTheSameClassEachTime() {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> StableHash.of(new WithArray("a", new byte[0])))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
