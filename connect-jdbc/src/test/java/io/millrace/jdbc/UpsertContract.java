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
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Upserts and types, on each database. */
abstract class UpsertContract {

  /** URL of an empty database; the same for the length of a test. */
  abstract String url() throws Exception;

  /** Definitions of columns {@code c0, c1 …} for the types of {@link #everyType()}. */
  abstract List<String> typedColumns();

  /** What reads as text from the columns of {@link #typedColumns()}. */
  abstract List<String> everyTypeAsText();

  static List<Object> everyType() {
    return Arrays.asList(
        "text",
        true,
        (byte) 1,
        (short) 2,
        3,
        4L,
        0.5f,
        0.25,
        new BigInteger("12345678901234567890"),
        new BigDecimal("12.50"),
        new byte[] {1, 2},
        UUID.fromString("3d0e6c1c-0a1b-4c2d-8e3f-405162738495"),
        Instant.parse("2024-02-29T12:30:15.250Z"),
        LocalDate.of(2024, 2, 29),
        LocalTime.of(12, 30, 15),
        LocalDateTime.of(2024, 2, 29, 12, 30, 15),
        OffsetDateTime.of(2024, 2, 29, 12, 30, 15, 0, ZoneOffset.UTC));
  }

  private List<List<String>> query(String sql) throws Exception {
    try (Connection connection = ConnectionFactory.of(url()).open();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<List<String>> result = new ArrayList<>();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.add(rows.getString(i));
        }
        result.add(row);
      }
      return result;
    }
  }

  private void execute(String sql) throws Exception {
    try (Connection connection = ConnectionFactory.of(url()).open();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private SinkSession<List<Object>> open(TransactionalSink<Row, List<Object>> sink)
      throws Exception {
    return sink.open(driver(1));
  }

  @Test
  void upsert_insertsUpdatesAndLetsTheLaterRecordWin() throws Exception {
    execute(
        "CREATE TABLE balances (bank VARCHAR(20), account BIGINT, balance BIGINT, note VARCHAR(9),"
            + " PRIMARY KEY (bank, account))");
    TransactionalSink<Row, List<Object>> sink =
        JdbcSinks.upsert(
            ConnectionFactory.of(url()),
            "balances",
            List.of("bank", "account"),
            List.of("balance", "note"),
            row -> row);
    try (SinkSession<List<Object>> session = open(sink)) {
      session.commit(
          new Marker(1, 1),
          StagedList.of(
              sink, Row.of("a", 1, 10, null), Row.of("a", 2, 20, "x"), Row.of("b", 1, 30, "y")));
      session.commit(
          new Marker(2, 1),
          StagedList.of(
              sink, Row.of("a", 1, 11, "z"), Row.of("b", 1, 31, null), Row.of("a", 1, 12, "w")));
    }

    assertThat(query("SELECT bank, account, balance, note FROM balances ORDER BY bank, account"))
        .containsExactly(
            List.of("a", "1", "12", "w"),
            List.of("a", "2", "20", "x"),
            Arrays.asList("b", "1", "31", null));
  }

  @Test
  void upsert_withoutValuesKeepsWhatIsThere() throws Exception {
    execute("CREATE TABLE seen (id BIGINT PRIMARY KEY)");
    TransactionalSink<Row, List<Object>> sink =
        JdbcSinks.upsert(ConnectionFactory.of(url()), "seen", List.of("id"), List.of(), row -> row);
    try (SinkSession<List<Object>> session = open(sink)) {
      session.commit(new Marker(1, 1), StagedList.of(sink, Row.of(1), Row.of(2), Row.of(1)));
      session.commit(new Marker(2, 1), StagedList.of(sink, Row.of(2), Row.of(3)));
    }

    assertThat(query("SELECT id FROM seen ORDER BY id"))
        .containsExactly(List.of("1"), List.of("2"), List.of("3"));
  }

  @Test
  void upsert_takesReservedWordsInQuotes() throws Exception {
    execute("CREATE TABLE \"Order\" (\"select\" BIGINT PRIMARY KEY, \"a b\" BIGINT)");
    TransactionalSink<Row, List<Object>> sink =
        JdbcSinks.upsert(
            ConnectionFactory.of(url()),
            "\"Order\"",
            List.of("\"select\""),
            List.of("\"a b\""),
            row -> row);
    try (SinkSession<List<Object>> session = open(sink)) {
      session.commit(new Marker(1, 1), StagedList.of(sink, Row.of(1, 5), Row.of(1, 6)));
    }

    assertThat(query("SELECT \"select\", \"a b\" FROM \"Order\""))
        .containsExactly(List.of("1", "6"));
  }

  @Test
  void insert_writesEveryType() throws Exception {
    List<String> columns = typedColumns();
    List<String> definitions = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      definitions.add("c" + i + " " + columns.get(i));
    }
    execute("CREATE TABLE typed (" + String.join(", ", definitions) + ")");
    List<Object> nothing = Collections.nCopies(columns.size(), null);
    String parameters = String.join(", ", Collections.nCopies(columns.size(), "?"));
    TransactionalSink<Row, List<Object>> sink =
        JdbcSinks.insert(
            ConnectionFactory.of(url()),
            "INSERT INTO typed VALUES (" + parameters + ")",
            row -> row);
    try (SinkSession<List<Object>> session = open(sink)) {
      session.commit(new Marker(1, 1), StagedList.of(sink, new Row(everyType()), new Row(nothing)));
    }

    List<List<String>> found = query("SELECT * FROM typed ORDER BY c3");
    assertThat(found).hasSize(2).contains(Collections.nCopies(columns.size(), null));
    found.remove(Collections.<String>nCopies(columns.size(), null));
    assertThat(found.get(0)).containsExactlyElementsOf(everyTypeAsText());
  }

  @Test
  void commit_thatTheDatabaseRefusesLeavesNothing() throws Exception {
    execute("CREATE TABLE positive (id BIGINT PRIMARY KEY, amount BIGINT CHECK (amount > 0))");
    TransactionalSink<Row, List<Object>> sink =
        JdbcSinks.insert(
            ConnectionFactory.of(url()),
            "INSERT INTO positive VALUES (?, ?)",
            row -> row,
            JdbcSinkOptions.defaults().withBatchSize(2));
    try (SinkSession<List<Object>> session = open(sink)) {
      StagedList<List<Object>> bad =
          StagedList.of(sink, Row.of(1, 1), Row.of(2, 2), Row.of(3, 3), Row.of(4, -4));

      assertThat(catchThrowable(() -> session.commit(new Marker(1, 1), bad)))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("batch 1 was not written to table positive")
          .hasMessageContaining("rows 3 to 4");
      assertThat(query("SELECT id FROM positive")).isEmpty();
      assertThat(session.marker()).isEmpty();

      session.commit(
          new Marker(1, 1), StagedList.of(sink, Row.of(1, 1), Row.of(2, 2), Row.of(3, 3)));
    }
    assertThat(query("SELECT id FROM positive ORDER BY id"))
        .containsExactly(List.of("1"), List.of("2"), List.of("3"));
  }
}
