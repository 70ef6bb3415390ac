package io.millrace;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the values of a setting are written. What was read can be written and read again without a
 * difference.
 *
 * @param expected what a user should write, to follow "expected " in a message
 */
record SettingForm<T>(String expected, Function<String, T> parser, Function<T, String> formatter) {
  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([+-]?\\d+)\\s*([a-z]*)");

  /** Bounds durations so that no conversion to a smaller unit overflows a long. */
  private static final Duration MAX_DURATION = Duration.ofDays(36_500);

  private static final Map<String, ChronoUnit> TIME_UNITS =
      Map.of(
          "ns", ChronoUnit.NANOS,
          "us", ChronoUnit.MICROS,
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "min", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  private static final List<String> SIZE_UNITS = List.of("b", "k", "m", "g", "t", "p");

  /**
   * Reads a value, ignoring blanks around it.
   *
   * @throws IllegalArgumentException or {@link ArithmeticException} if it is not as expected
   */
  T parse(String text) {
    return parser.apply(text.strip());
  }

  String format(T value) {
    return formatter.apply(value);
  }

  static SettingForm<String> text(String expected) {
    return new SettingForm<>(expected, SettingForm::requireText, Function.identity());
  }

  /** Names in order, without blanks around them; no text is no name. */
  static SettingForm<List<String>> names(String expected) {
    return new SettingForm<>(
        expected,
        text ->
            Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList(),
        names -> String.join(",", names));
  }

  static SettingForm<Boolean> bool() {
    return new SettingForm<>("true or false", SettingForm::parseBoolean, String::valueOf);
  }

  static SettingForm<Integer> intAtLeast(int min) {
    return new SettingForm<>(
        "a whole number from " + min + " to " + Integer.MAX_VALUE,
        text -> requireAtLeast(min, Integer.valueOf(text)),
        String::valueOf);
  }

  static SettingForm<Long> longAtLeast(long min) {
    return new SettingForm<>(
        "a whole number, " + min + " or more",
        text -> requireAtLeast(min, Long.valueOf(text)),
        String::valueOf);
  }

  static SettingForm<Long> wholeNumber() {
    return new SettingForm<>(
        "a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE,
        Long::valueOf,
        String::valueOf);
  }

  static SettingForm<Double> number() {
    return new SettingForm<>("a number such as 0.5 or 1e6", Double::valueOf, String::valueOf);
  }

  /**
   * @param bareUnit the unit of a number that has none
   */
  static SettingForm<Duration> durationAtLeast(Duration min, ChronoUnit bareUnit) {
    String expected =
        "a duration such as 200ms, 2s or 5m (ns, us, ms, s, m, h, d; a bare number is in %s), from"
            + " %s to %s";
    return new SettingForm<>(
        String.format(
            Locale.ROOT,
            expected,
            bareUnit.toString().toLowerCase(Locale.ROOT),
            formatDuration(min),
            MAX_DURATION.toDays() + "d"),
        text -> requireWithin(min, MAX_DURATION, parseDuration(text, bareUnit)),
        SettingForm::formatDuration);
  }

  /** Sizes in bytes; units are powers of 1024. */
  static SettingForm<Long> byteSize() {
    return new SettingForm<>(
        "a size such as 512k, 64m or 2g (b, k, m, g, t, p; a bare number is in bytes), at least 0",
        text -> requireAtLeast(0L, parseBytes(text)),
        SettingForm::formatBytes);
  }

  static <E extends Enum<E>> SettingForm<E> oneOf(Class<E> type) {
    List<E> constants = List.of(type.getEnumConstants());
    String names =
        constants.stream().map(SettingForm::formatConstant).collect(Collectors.joining(", "));
    return new SettingForm<>(
        "one of " + names, text -> parseConstant(constants, text), SettingForm::formatConstant);
  }

  private static String requireText(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("blank");
    }
    return text;
  }

  private static boolean parseBoolean(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  private static <T extends Comparable<T>> T requireAtLeast(T min, T value) {
    if (value.compareTo(min) < 0) {
      throw new IllegalArgumentException("less than " + min);
    }
    return value;
  }

  private static <T extends Comparable<T>> T requireWithin(T min, T max, T value) {
    if (value.compareTo(max) > 0) {
      throw new IllegalArgumentException("more than " + max);
    }
    return requireAtLeast(min, value);
  }

  private static Matcher matchNumberAndUnit(String text) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a whole number with a unit");
    }
    return matcher;
  }

  private static Duration parseDuration(String text, ChronoUnit bareUnit) {
    Matcher matcher = matchNumberAndUnit(text);
    String suffix = matcher.group(2);
    ChronoUnit unit = suffix.isEmpty() ? bareUnit : TIME_UNITS.get(suffix);
    if (unit == null) {
      throw new IllegalArgumentException("no unit of time is called " + suffix);
    }
    return Duration.of(Long.parseLong(matcher.group(1)), unit);
  }

  private static String formatDuration(Duration duration) {
    int nanos = duration.getNano();
    if (nanos == 0) {
      return duration.toSeconds() + "s";
    }
    if (nanos % 1_000_000 == 0) {
      return duration.toMillis() + "ms";
    }
    return duration.toNanos() + "ns";
  }

  private static long parseBytes(String text) {
    Matcher matcher = matchNumberAndUnit(text);
    String suffix = matcher.group(2);
    String unit = suffix.length() == 2 && suffix.endsWith("b") ? suffix.substring(0, 1) : suffix;
    int power = unit.isEmpty() ? 0 : SIZE_UNITS.indexOf(unit);
    if (power < 0 || suffix.equals("bb")) {
      throw new IllegalArgumentException("no unit of size is called " + suffix);
    }
    return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power));
  }

  private static String formatBytes(long bytes) {
    int power = 0;
    long count = bytes;
    while (count != 0 && count % 1024 == 0 && power < SIZE_UNITS.size() - 1) {
      count /= 1024;
      power++;
    }
    return count + SIZE_UNITS.get(power);
  }

  private static <E extends Enum<E>> E parseConstant(List<E> constants, String text) {
    return constants.stream()
        .filter(constant -> formatConstant(constant).equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such constant"));
  }

  private static String formatConstant(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
