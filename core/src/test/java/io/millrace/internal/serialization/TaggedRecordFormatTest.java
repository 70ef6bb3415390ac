package io.millrace.internal.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.NotSerializableRecordException;
import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.Tuple4;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.RecordFormatException;
import io.millrace.spi.RecordFormatException.Reason;
import io.millrace.spi.plan.RecordReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.Socket;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaggedRecordFormatTest {

  enum Level {
    LOW,
    HIGH {
      @Override
      boolean isHigh() {
        return true;
      }
    };

    boolean isHigh() {
      return false;
    }
  }

  /** Not serializable, as records need not be. */
  record Event(String name, int count, Object payload) {}

  record Empty() {}

  static final class Plain implements Serializable {
    private static final long serialVersionUID = 1L;
    private final int value;

    Plain(int value) {
      this.value = value;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Plain that && that.value == value;
    }

    @Override
    public int hashCode() {
      return value;
    }
  }

  private final RecordFormat format = new TaggedRecordFormat();

  static Stream<Object> values() {
    return Stream.of(
            Arrays.asList(null, true, false, (byte) -1, (short) -300, 'ß', '\uD800', 1, -1),
            List.of(Integer.MIN_VALUE, Integer.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, 0L),
            List.of(1.5f, Float.NaN, -0.0, Double.MIN_VALUE, Double.NEGATIVE_INFINITY),
            List.of("", "latin: é", "wide: 語", "pair: 😀", "lone: \uDC00", "x".repeat(1000)),
            List.of(BigInteger.TWO.pow(200).negate(), new BigDecimal("-1.2300"), BigDecimal.ZERO),
            List.of(new UUID(-1, 1), OptionalInt.of(3), OptionalInt.empty(), OptionalLong.of(4)),
            List.of(OptionalLong.empty(), OptionalDouble.of(.5), OptionalDouble.empty()),
            List.of(Optional.of("a"), Optional.empty(), Optional.of(Optional.of(1))),
            List.of(Instant.MAX, Instant.ofEpochSecond(-1, 5), Duration.ofNanos(-1)),
            List.of(LocalDate.MIN, LocalDate.of(2024, 2, 29), LocalTime.MAX, LocalDateTime.MAX),
            List.of(ZoneOffset.ofHours(-3), ZoneId.of("Europe/Paris"), ZoneOffset.UTC),
            List.of(OffsetTime.of(LocalTime.NOON, ZoneOffset.MAX), OffsetDateTime.MIN),
            List.of(Year.of(-5), YearMonth.of(2024, 2), MonthDay.of(2, 29), Period.of(1, -2, 3)),
            // The hour that comes twice, for the second time.
            ZonedDateTime.ofLocal(
                LocalDateTime.of(2023, 10, 29, 2, 30),
                ZoneId.of("Europe/Berlin"),
                ZoneOffset.ofHours(1)),
            List.of(Level.LOW, Level.HIGH, Level.LOW, DayOfWeek.MONDAY, Level.HIGH),
            Tuple2.of("a", null),
            Tuple3.of(1, Tuple2.of(2, 3), "x"),
            Tuple4.of(1, 2, 3, 4),
            List.of(new Event("e", 1, new Event("f", 2, null)), new Event("g", 3, 'c')),
            List.of(new Empty(), new Empty()),
            List.of(new Plain(7), new Plain(8)),
            new ArrayList<>(Arrays.asList(1, null, new ArrayList<>())),
            new LinkedList<>(List.of(1, 2)),
            Collections.singletonList(null),
            Collections.unmodifiableList(new ArrayList<>(List.of(new Event("h", 1, null)))),
            Collections.emptyList(),
            Stream.of(1, null, 3).toList(),
            List.of(),
            Set.of(1, 2, 3, 4, 5),
            Set.of(1),
            Map.of("a", 1, "b", 2, "c", 3),
            Map.of("a", 1),
            new HashSet<>(Arrays.asList("a", null, "b")),
            new LinkedHashSet<>(List.of("z", "a")),
            new TreeSet<>(List.of(3, 1, 2)),
            new HashMap<>(Map.of(1, "a", 2, "b")),
            new LinkedHashMap<>(Map.of("k", List.of(1))),
            new TreeMap<>(Map.of("k", Optional.of(new Event("i", 1, null)))))
        .map(value -> value);
  }

  @ParameterizedTest
  @MethodSource("values")
  void read_givesBackWhatWasWritten(Object value) throws Exception {
    List<Object> back = roundTrip(List.of(value));
    assertThat(back).containsExactly(value);
    assertThat(back.get(0)).hasSameClassAs(value);
  }

  static Stream<Object> arrays() {
    return Stream.of(
        new byte[] {1, -1},
        new boolean[] {true, false},
        new short[] {Short.MIN_VALUE, 1},
        new char[] {'a', '\uFFFF'},
        new int[] {Integer.MIN_VALUE, 7},
        new long[] {Long.MIN_VALUE, 7},
        new float[] {1.5f, Float.NaN},
        new double[] {1.5, -0.0},
        new int[0],
        new String[] {"a", null},
        new int[][] {{1}, {}, null},
        new Event[] {new Event("a", 1, null)},
        new Object[] {1, "b", new Object[] {null}});
  }

  @ParameterizedTest
  @MethodSource("arrays")
  void read_givesBackArraysOfTheSameTypeAndElements(Object array) throws Exception {
    Object back = roundTrip(List.of(array)).get(0);
    assertThat(back).hasSameClassAs(array);
    assertThat(Arrays.deepEquals(new Object[] {back}, new Object[] {array})).isTrue();
  }

  @Test
  void read_keepsTheOrderOfSortedAndHashedCollections() throws Exception {
    TreeMap<Integer, Object> descending = new TreeMap<>(Comparator.reverseOrder());
    descending.putAll(Map.of(1, "a", 2, "b"));
    Map<Object, Object> hashed = new HashMap<>();
    for (int i = 0; i < 1000; i++) {
      hashed.put("key " + i * 7919, i);
    }
    List<Object> back = roundTrip(List.of(descending, hashed));
    assertThat(((TreeMap<?, ?>) back.get(0)).firstKey()).isEqualTo(2);
    assertThat(new ArrayList<>(((Map<?, ?>) back.get(1)).keySet()))
        .isEqualTo(new ArrayList<>(hashed.keySet()));
  }

  @Test
  void read_givesBackAListThatHoldsItself() throws Exception {
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);
    List<?> back = (List<?>) roundTrip(List.of(Tuple2.of(1, 2), cycle)).get(1);
    assertThat(back.get(0)).isSameAs(back);
  }

  @Test
  void read_ofNothingEndsAtOnce() throws Exception {
    assertThat(roundTrip(List.of())).isEmpty();
  }

  @Test
  void read_givesRandomRecordsBackInAnyChunks() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      List<Object> records = new ArrayList<>();
      int count = random.nextInt(3000);
      for (int i = 0; i < count; i++) {
        records.add(randomValue(random, 3));
      }
      assertThat(read(write(records), 1 + random.nextInt(700)))
          .as("seed %d", seed)
          .isEqualTo(records);
    }
  }

  private static Object randomValue(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 6 : 12)) {
      case 0 -> null;
      case 1 -> random.nextInt() >> random.nextInt(32);
      case 2 -> random.nextLong() >> random.nextInt(64);
      case 3 -> Long.toString(random.nextLong(), 36);
      case 4 -> random.nextGaussian();
      case 5 -> Level.values()[random.nextInt(2)];
      case 6 -> Tuple2.of(randomValue(random, depth - 1), randomValue(random, depth - 1));
      case 7 -> new Event("e", random.nextInt(), randomValue(random, depth - 1));
      case 8 -> Arrays.asList(randomValue(random, depth - 1), randomValue(random, depth - 1));
      case 9 -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1000));
      case 10 -> Optional.ofNullable(randomValue(random, depth - 1));
      default -> new HashSet<>(Set.of(random.nextInt(), random.nextLong()));
    };
  }

  @Test
  void read_givesBackARecordLargerThanABlock() throws Exception {
    String large = "ä".repeat(3 * TaggedRecordFormat.BLOCK_BYTES);
    assertThat(roundTrip(List.of("a", large, "b"))).containsExactly("a", large, "b");
  }

  @Test
  void write_ofWhatCannotBeWrittenLeavesTheStreamIntact() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (RecordFormat.Writer writer = format.writer(bytes)) {
      writer.write(Level.LOW);
      assertThatThrownBy(() -> writer.write(Tuple2.of(Level.HIGH, new Socket())))
          .isInstanceOf(NotSerializableRecordException.class)
          .hasMessageContaining("java.net.Socket");
      writer.write(List.of(Level.LOW, Level.HIGH));
      writer.complete();
    }
    assertThat(read(bytes.toByteArray(), 10))
        .containsExactly(Level.LOW, List.of(Level.LOW, Level.HIGH));
  }

  @Test
  void encoding_isCompact() throws Exception {
    List<Object> pairs = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      pairs.add(Tuple2.of("word", 1));
    }
    // A tag and 5 bytes of text with its length, 2 of the number, 1 of the pair.
    assertThat(write(pairs)).hasSizeLessThan(1000 * 9 + 50);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void read_namesEachDamagedBit(int step) throws Exception {
    List<Object> records = List.of("some text", 12345, List.of(1, 2, 3), Level.LOW);
    byte[] whole = write(records);
    for (int i = 0; i < whole.length; i += step) {
      byte[] damaged = whole.clone();
      damaged[i] ^= (byte) (1 << (i % 7));
      assertThatThrownBy(() -> read(damaged, 10))
          .as("byte %d", i)
          .isInstanceOf(RecordFormatException.class);
    }
  }

  @Test
  void read_ofAStreamCutShortSaysSo() throws Exception {
    byte[] whole = write(List.of("some text", 12345));
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThat(reasonOf(part)).as("length %d", length).isEqualTo(Reason.CUT_SHORT);
    }
  }

  @Test
  void read_tellsForeignNewAndCorruptStreamsApart() throws Exception {
    byte[] whole = write(List.of("some text"));
    assertThat(reasonOf("PK-something".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isEqualTo(Reason.FOREIGN);
    byte[] newer = whole.clone();
    newer[4] = TaggedRecordFormat.VERSION + 1;
    assertThat(reasonOf(newer)).isEqualTo(Reason.TOO_NEW);
    byte[] corrupt = whole.clone();
    corrupt[20] ^= 1;
    assertThat(reasonOf(corrupt)).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void read_takesNoMoreMemoryThanThereAreBytes() throws Exception {
    byte[] lie = Arrays.copyOf(write(List.of("text")), 64);
    lie[5] = 0x7F; // a block of two gigabytes
    InputStream in = new ByteArrayInputStream(lie);
    assertThatThrownBy(() -> new TaggedRecordFormat().reader(in).read(new Object[1], 1))
        .isInstanceOf(RecordFormatException.class)
        .hasMessageContaining("ends before its end mark");
  }

  private Reason reasonOf(byte[] bytes) throws Exception {
    try {
      read(bytes, 10);
    } catch (RecordFormatException e) {
      return e.reason();
    }
    throw new AssertionError("reading succeeded");
  }

  private List<Object> roundTrip(List<?> records) throws Exception {
    return read(write(records), 256);
  }

  private byte[] write(List<?> records) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (RecordFormat.Writer writer = format.writer(bytes)) {
      for (Object record : records) {
        writer.write(record);
      }
      writer.complete();
      assertThat(writer.numBytes()).isEqualTo(bytes.size());
    }
    return bytes.toByteArray();
  }

  private List<Object> read(byte[] bytes, int chunk) throws Exception {
    List<Object> records = new ArrayList<>();
    Object[] into = new Object[chunk];
    try (RecordReader<Object> reader = format.reader(new ByteArrayInputStream(bytes))) {
      for (int n = reader.read(into, chunk); n >= 0; n = reader.read(into, chunk)) {
        records.addAll(Arrays.asList(into).subList(0, n));
      }
    }
    return records;
  }
}
