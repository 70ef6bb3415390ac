package io.millrace.jdbc;

import static io.millrace.jdbc.StagedList.driver;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.sink.Marker;
import io.millrace.sink.SinkSession;
import io.millrace.sink.TransactionalSink;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every type of values on each database: comes back as it was, sorts right, or is refused. */
interface ValueTypesContract {

  /** URL of an empty database; the same for the length of a test. */
  String url() throws Exception;

  /** The definition of a column that keeps all values of {@link #values()} of a type. */
  String columnFor(Class<?> type);

  /** A value as it stands in a result, to be compared with what was written. */
  Object read(ResultSet row, int column, Class<?> type) throws Exception;

  /** What is written, so that {@link #read} can be compared with it. */
  default Object comparable(Object value) {
    return value instanceof OffsetDateTime time ? time.toInstant() : value;
  }

  /** Definitions of columns with values that each of them would round, cut or convert. */
  Map<String, List<Object>> refused();

  /** By type, in increasing order; as small and as large as every database keeps them. */
  static Map<Class<?>, List<?>> values() {
    return Map.ofEntries(
        Map.entry(Boolean.class, List.of(false, true)),
        Map.entry(Short.class, List.of(Short.MIN_VALUE, (short) -1, (short) 0, Short.MAX_VALUE)),
        Map.entry(
            Integer.class, List.of(Integer.MIN_VALUE, -10, -9, 0, 9, 10, 100, Integer.MAX_VALUE)),
        Map.entry(
            Long.class,
            List.of(Long.MIN_VALUE, -1L, 0L, (1L << 53) + 1, Long.MAX_VALUE - 1, Long.MAX_VALUE)),
        Map.entry(
            Float.class, List.of(-Float.MAX_VALUE, -0.1f, Float.MIN_NORMAL, 0.1f, Float.MAX_VALUE)),
        Map.entry(
            Double.class,
            List.of(
                Double.NEGATIVE_INFINITY,
                -Double.MAX_VALUE,
                -1.5,
                Double.MIN_NORMAL,
                0.1,
                10.0,
                Double.MAX_VALUE,
                Double.POSITIVE_INFINITY)),
        Map.entry(
            BigDecimal.class,
            List.of(
                new BigDecimal("-100.5"),
                new BigDecimal("-9.25"),
                new BigDecimal("0.1"),
                new BigDecimal("9.99"),
                new BigDecimal("10"),
                new BigDecimal("9007199254740993"))),
        Map.entry(
            BigInteger.class,
            List.of(
                BigInteger.valueOf(Long.MIN_VALUE),
                BigInteger.valueOf(9),
                BigInteger.TEN,
                BigInteger.valueOf(Long.MAX_VALUE))),
        Map.entry(
            Instant.class,
            List.of(
                Instant.parse("0001-01-01T00:00:00Z"),
                Instant.parse("1583-10-15T12:00:00.000001Z"),
                Instant.parse("1969-12-31T23:59:59.999Z"),
                Instant.EPOCH,
                Instant.parse("2024-03-31T01:30:00Z"),
                Instant.parse("2026-01-01T10:00:00Z"),
                Instant.parse("2026-01-01T10:00:00.500Z"),
                Instant.parse("9999-12-31T23:59:59.999999Z"))),
        Map.entry(
            LocalDate.class,
            List.of(
                LocalDate.of(1, 1, 1),
                LocalDate.of(1582, 10, 10),
                LocalDate.of(1969, 12, 31),
                LocalDate.of(2024, 2, 29),
                LocalDate.of(9999, 12, 31))),
        Map.entry(
            LocalTime.class,
            List.of(
                LocalTime.MIDNIGHT,
                LocalTime.of(2, 30),
                LocalTime.of(10, 0, 0),
                LocalTime.of(10, 0, 0, 500_000_000),
                LocalTime.of(23, 59, 59, 999_999_000))),
        Map.entry(
            LocalDateTime.class,
            List.of(
                LocalDateTime.of(1582, 10, 10, 1, 0),
                LocalDateTime.of(1969, 12, 31, 23, 59, 59, 1_000),
                LocalDateTime.of(2024, 3, 31, 2, 30),
                LocalDateTime.of(2024, 3, 31, 2, 30, 0, 500_000_000))),
        Map.entry(
            OffsetDateTime.class,
            List.of(
                OffsetDateTime.of(2024, 1, 1, 9, 0, 0, 0, ZoneOffset.ofHours(9)),
                OffsetDateTime.of(2024, 1, 1, 1, 0, 0, 0, ZoneOffset.UTC),
                OffsetDateTime.of(2023, 12, 31, 20, 15, 0, 0, ZoneOffset.ofHoursMinutes(-5, -45)))),
        Map.entry(
            String.class, List.of("", "a", "a'b\\\"", "b", "b\n\t", "c".repeat(100_000), "d😀é")),
        Map.entry(
            UUID.class,
            List.of(
                UUID.fromString("00000000-0000-0000-0000-000000000001"),
                UUID.fromString("3d0e6c1c-0a1b-4c2d-8e3f-405162738495"),
                UUID.fromString("7fffffff-ffff-ffff-ffff-ffffffffffff"))));
  }

  @TestFactory
  default Stream<DynamicTest> valuesComeBackInOrder() {
    return values().entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey().getSimpleName(),
                    () -> checkOrder(entry.getKey(), entry.getValue())));
  }

  private void checkOrder(Class<?> type, List<?> values) throws Exception {
    String table = "t_" + type.getSimpleName().toLowerCase(Locale.ROOT);
    execute("CREATE TABLE " + table + " (seq BIGINT, v " + columnFor(type) + ")");
    List<Row> rows = new ArrayList<>();
    IntStream.range(0, values.size())
        .map(i -> values.size() - 1 - i)
        .forEach(i -> rows.add(Row.of((long) i, values.get(i))));
    commit("INSERT INTO " + table + " (seq, v) VALUES (?, ?)", rows.toArray(Row[]::new));

    List<Object> read = new ArrayList<>();
    List<Long> order = new ArrayList<>();
    try (Connection connection = ConnectionFactory.of(url()).open();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT seq, v FROM " + table + " ORDER BY v")) {
      while (found.next()) {
        order.add(found.getLong(1));
        read.add(read(found, 2, type));
      }
    }
    assertThat(order)
        .containsExactlyElementsOf(
            IntStream.range(0, values.size()).mapToObj(i -> (long) i).toList());
    assertThat(read)
        .usingElementComparator(ValueTypesContract::compare)
        .containsExactlyElementsOf(values.stream().map(this::comparable).toList());
  }

  @SuppressWarnings("unchecked")
  private static int compare(Object a, Object b) {
    return a instanceof BigDecimal left && b instanceof BigDecimal right
        ? left.compareTo(right)
        : ((Comparable<Object>) a).compareTo(b);
  }

  @TestFactory
  default Stream<DynamicTest> valuesThatAColumnWouldChange_areRefused() {
    List<DynamicTest> tests = new ArrayList<>();
    int number = 0;
    for (Map.Entry<String, List<Object>> entry : refused().entrySet()) {
      for (Object value : entry.getValue()) {
        String table = "refused" + number++;
        tests.add(
            DynamicTest.dynamicTest(
                value + " in " + entry.getKey(), () -> checkRefused(table, entry.getKey(), value)));
      }
    }
    return tests.stream();
  }

  private void checkRefused(String table, String column, Object value) throws Exception {
    execute("CREATE TABLE " + table + " (id BIGINT PRIMARY KEY, v " + column + ")");
    TransactionalSink<Row, List<Object>> upsert =
        JdbcSinks.upsert(
            ConnectionFactory.of(url()), table, List.of("id"), List.of("v"), row -> row);
    try (SinkSession<List<Object>> session = upsert.open(driver(1))) {
      StagedList<List<Object>> rows = StagedList.of(upsert, Row.of(1L, null), Row.of(2L, value));

      assertThat(catchThrowable(() -> session.commit(new Marker(1, 1), rows)))
          .hasMessageContaining("none of its rows is there")
          .hasMessageContaining("row 2 of the batch");
    }
    assertThat(count(table)).isZero();
  }

  private void commit(String insert, Row... rows) throws Exception {
    TransactionalSink<Row, List<Object>> sink =
        JdbcSinks.insert(ConnectionFactory.of(url()), insert, row -> row);
    try (SinkSession<List<Object>> session = sink.open(driver(1))) {
      long batch = session.marker().map(Marker::batch).orElse(0L) + 1;
      session.commit(new Marker(batch, 1), StagedList.of(sink, rows));
    }
  }

  private long count(String table) throws Exception {
    try (Connection connection = ConnectionFactory.of(url()).open();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private void execute(String sql) throws Exception {
    try (Connection connection = ConnectionFactory.of(url()).open();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** As the two databases with types of their own read them. */
  static Object readTyped(ResultSet row, int column, Class<?> type) throws Exception {
    if (type == BigInteger.class) {
      return row.getBigDecimal(column).toBigIntegerExact();
    } else if (type == Instant.class || type == OffsetDateTime.class) {
      return row.getObject(column, OffsetDateTime.class).toInstant();
    }
    return type == Short.class ? (Object) row.getShort(column) : row.getObject(column, type);
  }
}
