package io.millrace.codec;

import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.Tuple4;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Types and values that the tests of this package store. Those of the golden file never change. */
final class Samples {

  enum Color {
    RED,
    GREEN {
      @Override
      boolean isCalm() {
        return true;
      }
    };

    boolean isCalm() {
      return false;
    }
  }

  sealed interface Shape permits Circle, Square {}

  record Circle(double radius) implements Shape {}

  record Square(int side, @Nullable String label) implements Shape {}

  record Order(
      long id,
      String item,
      Color color,
      List<Shape> shapes,
      Optional<Money> price,
      boolean isPaid,
      char grade) {}

  record Empty() {}

  record Wide(
      boolean flag, byte b, short s, char c, int i, long l, float f, double d, Object any) {}

  /** A class like any other, with a codec. */
  static final class Money {
    private final long cents;
    private final Object note;

    Money(long cents, Object note) {
      this.cents = cents;
      this.note = note;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Money that && cents == that.cents && note.equals(that.note);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(cents);
    }

    @Override
    public String toString() {
      return cents + " (" + note + ")";
    }
  }

  static final class MoneyCodec implements Codec<Money> {
    @Override
    public String name() {
      return "money";
    }

    @Override
    public int version() {
      return 2;
    }

    @Override
    public void write(Money money, CodecOutput out) {
      out.writeLong(money.cents);
      out.writeValue(money.note);
    }

    @Override
    public Money read(CodecInput in, int version) throws IOException {
      return new Money(in.readLong(), version == 1 ? "none" : in.readValue());
    }
  }

  static final Codecs CODECS =
      Codecs.builder()
          .type(Order.class)
          .type(Empty.class)
          .type(Wide.class)
          .codec(Money.class, new MoneyCodec())
          .build();

  private Samples() {}

  static Order order(long id) {
    return new Order(
        id,
        "item " + id,
        id % 2 == 0 ? Color.RED : Color.GREEN,
        List.of(new Circle(id), new Square((int) id, null)),
        id % 3 == 0 ? Optional.empty() : Optional.of(new Money(id, new Circle(0.5))),
        id % 2 == 1,
        'A');
  }

  /** One of each kind and some of the bounds. */
  static List<Object> scalars() {
    LocalDateTime local = LocalDateTime.of(2026, 10, 25, 2, 30, 1, 999);
    List<Object> values = new ArrayList<>();
    values.add(null);
    values.addAll(
        List.of(
            true,
            false,
            (byte) -1,
            (short) -300,
            'x',
            '\uFFFF',
            0,
            -1,
            63,
            64,
            Integer.MIN_VALUE,
            Integer.MAX_VALUE,
            0L,
            -65L,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            1.5f,
            Float.NaN,
            -0.0,
            Double.MIN_VALUE,
            Double.NEGATIVE_INFINITY,
            Double.NaN));
    values.addAll(
        List.of("", "plain", "caf\u00e9", "\u20ac 5", "\uD83D\uDE00", "\uD83D alone", "\uFFFD"));
    values.addAll(
        List.of(
            BigInteger.ONE.shiftLeft(100).negate(),
            BigInteger.ZERO,
            new BigDecimal("-12.3400"),
            new BigDecimal("1E+30"),
            new UUID(1, -2),
            Optional.of("some"),
            Optional.empty(),
            OptionalInt.of(-5),
            OptionalInt.empty(),
            OptionalLong.of(1L << 40),
            OptionalLong.empty(),
            OptionalDouble.of(2.5),
            OptionalDouble.empty()));
    values.addAll(
        List.of(
            Instant.ofEpochSecond(-1, 999_999_999),
            Instant.MAX,
            Duration.ofNanos(-1),
            LocalDate.MIN,
            LocalDate.of(2024, 2, 29),
            LocalTime.MAX,
            local,
            ZoneOffset.ofHoursMinutes(-3, -30),
            ZoneOffset.UTC,
            OffsetTime.of(LocalTime.NOON, ZoneOffset.MAX),
            OffsetDateTime.of(local, ZoneOffset.MIN),
            ZonedDateTime.ofLocal(local, ZoneId.of("Europe/Berlin"), ZoneOffset.ofHours(2)),
            ZonedDateTime.ofLocal(local, ZoneId.of("Europe/Berlin"), ZoneOffset.ofHours(1)),
            ZonedDateTime.of(local, ZoneOffset.UTC),
            ZoneId.of("America/New_York"),
            Year.of(-44),
            YearMonth.of(2026, 11),
            MonthDay.of(2, 29),
            Period.of(1, -2, 3),
            DayOfWeek.SUNDAY,
            Month.DECEMBER));
    return values;
  }

  static List<Object> compounds() {
    Map<Object, Object> map = new LinkedHashMap<>();
    map.put("b", 1L);
    map.put(null, null);
    map.put("a", List.of());
    return new ArrayList<>(
        List.of(
            new Tuple2<>("a", null),
            new Tuple3<>(1, 2L, '3'),
            new Tuple4<>(null, Set.of(1), 2.0, new Tuple2<>(0, 0)),
            Arrays.asList(1, null, "x"),
            new LinkedList<>(List.of(1, 2)),
            new LinkedHashSet<>(Arrays.asList(3, null, 1)),
            new TreeSet<>(List.of("c", "a")),
            map,
            new TreeMap<>(Map.of(2, "two", 1, "one")),
            Color.RED,
            Color.GREEN,
            new Empty(),
            new Square(1, "one"),
            order(1),
            order(6),
            new Wide(true, (byte) -1, (short) -2, 'c', -3, -4L, 0.5f, -0.25, List.of()),
            new Money(5, List.of(Color.RED, new Square(2, null)))));
  }

  static List<Object> arrays() {
    return new ArrayList<>(
        List.of(
            new byte[] {1, -1},
            new boolean[] {true, false, true},
            new short[] {-1, 2},
            new char[] {'a', '\uFFFF'},
            new int[] {1, Integer.MIN_VALUE},
            new long[] {1, Long.MIN_VALUE},
            new float[] {1.5f},
            new double[] {-0.0, Double.MAX_VALUE},
            new Object[] {1, "a", null},
            new String[] {"a", null},
            new int[][] {{1}, {}, null},
            new Shape[][] {{new Circle(1)}, {new Square(1, "s")}},
            new Money[] {new Money(1, "m")},
            new Color[0]));
  }

  /** Columns of all kinds. */
  static List<Object[]> columns() {
    return List.of(
        new Object[] {},
        new Object[] {1L, 2L, 300L},
        new Object[] {Long.MIN_VALUE, Long.MAX_VALUE},
        new Object[] {7L, 7L, 7L},
        new Object[] {1, -1, Integer.MAX_VALUE},
        new Object[] {0.5, -0.0},
        new Object[] {true, false, true, true, true, false, false, true, true},
        new Object[] {"a", "", "caf\u00e9"},
        new Object[] {"a", "\u20ac"},
        new Object[] {"a", "\uD83D alone"},
        new Object[] {null, null},
        new Object[] {1L, null, "a"},
        new Object[] {new Tuple2<>(1L, "a"), new Tuple2<>(2L, "b")},
        new Object[] {new Tuple3<>(1L, "a", null), new Tuple3<>(2L, "b", null)},
        new Object[] {new Tuple4<>(1, 2, 3, 4), new Tuple4<>(5, 6, 7, new Tuple2<>(8, 9))},
        new Object[] {order(1), order(2), order(3)},
        new Object[] {new Square(1, "a"), new Square(2, null)},
        new Object[] {new Empty(), new Empty()},
        new Object[] {Color.RED, Color.GREEN});
  }

  /** Any value, of a depth that is bounded. */
  static Object random(Random random, int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      List<Object> scalars = scalars();
      return switch (random.nextInt(4)) {
        case 0 -> random.nextLong() >> random.nextInt(Long.SIZE);
        case 1 -> randomText(random);
        default -> scalars.get(random.nextInt(scalars.size()));
      };
    }
    int size = random.nextInt(5);
    List<Object> parts = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      parts.add(random(random, depth - 1));
    }
    Object one = random(random, depth - 1);
    return switch (random.nextInt(9)) {
      case 0 -> parts;
      case 1 -> new LinkedHashSet<>(parts);
      case 2 -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        parts.forEach(part -> map.put(part, one));
        yield map;
      }
      case 3 -> new Tuple2<>(one, parts);
      case 4 -> new Tuple3<>(one, parts, size);
      case 5 -> Optional.ofNullable(one);
      case 6 -> new Wide(true, (byte) size, (short) 1, 'w', size, -size, 1f, 2.0, one);
      case 7 -> new Money(size, one == null ? "" : one);
      default -> order(size);
    };
  }

  static String randomText(Random random) {
    int length = random.nextInt(20);
    int bound = random.nextBoolean() ? 0x80 : 0x10000;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) random.nextInt(bound));
    }
    return text.toString();
  }
}
