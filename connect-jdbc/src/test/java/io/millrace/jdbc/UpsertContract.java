package io.millrace.jdbc;

import static io.millrace.jdbc.StagedList.driver;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.sink.ForeignLedgerException;
import io.millrace.sink.Marker;
import io.millrace.sink.SinkContext;
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
abstract class UpsertContract implements ValueTypesContract {

  /** The schema of tables that are named without one. */
  abstract String defaultSchema();

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
        new BigInteger("1234567890123456789"),
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
  void upsert_ofNullInTheKeyHasOneRow() throws Exception {
    execute("CREATE TABLE nullable (a VARCHAR(9), b BIGINT, v BIGINT, UNIQUE (a, b))");
    TransactionalSink<Row, List<Object>> sink =
        JdbcSinks.upsert(
            ConnectionFactory.of(url()), "nullable", List.of("a", "b"), List.of("v"), row -> row);
    try (SinkSession<List<Object>> session = open(sink)) {
      for (int batch = 1; batch <= 3; batch++) {
        session.commit(
            new Marker(batch, 1),
            StagedList.of(
                sink,
                Row.of(null, null, batch),
                Row.of("x", null, 10 * batch),
                Row.of("x", 1, 100 * batch),
                Row.of(null, 1, 1_000 * batch),
                Row.of("x", null, 20 * batch)));
      }
    }
    assertThat(query("SELECT v FROM nullable ORDER BY v"))
        .containsExactly(List.of("3"), List.of("60"), List.of("300"), List.of("3000"));
  }

  @Test
  void upsert_ofNullInTheKeyWithoutValuesHasOneRow() throws Exception {
    execute("CREATE TABLE nullable (a VARCHAR(9) UNIQUE)");
    TransactionalSink<Row, List<Object>> sink =
        JdbcSinks.upsert(
            ConnectionFactory.of(url()), "nullable", List.of("a"), List.of(), row -> row);
    try (SinkSession<List<Object>> session = open(sink)) {
      session.commit(
          new Marker(1, 1), StagedList.of(sink, Row.of((Object) null), Row.of((Object) null)));
      session.commit(new Marker(2, 1), StagedList.of(sink, Row.of((Object) null), Row.of("x")));
    }
    assertThat(query("SELECT COUNT(*) FROM nullable")).containsExactly(List.of("2"));
  }

  @Test
  void insert_namesTheBadRowOfManyBatches() throws Exception {
    execute("CREATE TABLE positive (id BIGINT PRIMARY KEY, amount BIGINT CHECK (amount > 0))");
    for (int batchSize : new int[] {1, 3, 7, 1_000}) {
      TransactionalSink<Row, List<Object>> sink =
          JdbcSinks.insert(
              ConnectionFactory.of(url()),
              "INSERT INTO positive VALUES (?, ?)",
              row -> row,
              JdbcSinkOptions.defaults().withBatchSize(batchSize));
      for (int bad = 1; bad <= 14; bad += 4) {
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i <= 14; i++) {
          rows.add(Row.of(i, i == bad ? -1 : 1));
        }
        try (SinkSession<List<Object>> session = open(sink)) {
          StagedList<List<Object>> staged = StagedList.of(sink, rows.toArray(Row[]::new));
          assertThat(catchThrowable(() -> session.commit(new Marker(1, 1), staged)))
              .hasMessageContaining("row " + bad + " of the batch, [" + bad + ", -1], was refused");
        }
      }
    }
    assertThat(query("SELECT id FROM positive")).isEmpty();
  }

  @Test
  void instants_areKeptInUtcWhateverTheColumnSaysOfZones() throws Exception {
    execute("CREATE TABLE plain (v TIMESTAMP)");
    TransactionalSink<Row, List<Object>> sink =
        JdbcSinks.insert(ConnectionFactory.of(url()), "INSERT INTO plain VALUES (?)", row -> row);
    try (SinkSession<List<Object>> session = open(sink)) {
      session.commit(
          new Marker(1, 1), StagedList.of(sink, Row.of(Instant.parse("2024-02-29T12:30:15Z"))));
    }
    assertThat(query("SELECT v FROM plain").get(0).get(0)).contains("12:30:15");
  }

  @Test
  void outputs_ofIdsThatDifferInCaseHaveMarkersOfTheirOwn() throws Exception {
    execute("CREATE TABLE payments (id BIGINT)");
    TransactionalSink<Row, List<Object>> sink =
        JdbcSinks.insert(
            ConnectionFactory.of(url()), "INSERT INTO payments VALUES (?)", row -> row);
    for (String output : List.of("Out", "out", "OUT", "out ", "öut")) {
      SinkContext context = new SinkContext(StagedList.CHECKPOINT, output, 1, new UUID(7, 1));
      try (SinkSession<List<Object>> session = sink.open(context)) {
        assertThat(session.marker()).as(output).isEmpty();
        session.commit(new Marker(1, 1), StagedList.of(sink, Row.of(1)));
      }
      try (SinkSession<List<Object>> session = sink.open(context)) {
        assertThat(session.marker()).as(output).contains(new Marker(1, 1));
      }
    }
    assertThat(query("SELECT id FROM payments")).hasSize(5);
    assertThat(
            query(
                "SELECT COUNT(DISTINCT LOWER(output_id)) FROM millrace_markers"
                    + " WHERE checkpoint_id <> '-'"))
        .containsExactly(List.of("5"));
  }

  @Test
  void open_goesOnFromAMarkerOfAReleaseBefore() throws Exception {
    execute("CREATE TABLE payments (id BIGINT)");
    TransactionalSink<Row, List<Object>> sink =
        JdbcSinks.insert(
            ConnectionFactory.of(url()), "INSERT INTO payments VALUES (?)", row -> row);
    SinkContext context = new SinkContext(StagedList.CHECKPOINT, "Totals", 2, new UUID(7, 2));
    sink.open(driver(1)).close();
    execute(
        "INSERT INTO millrace_markers VALUES ('"
            + StagedList.CHECKPOINT
            + "', 'Totals', 'table payments', 41, 1, 1, '"
            + new UUID(7, 1)
            + "')");

    try (SinkSession<List<Object>> session = sink.open(context)) {
      assertThat(session.marker()).contains(new Marker(41, 1));
      session.commit(new Marker(42, 2), StagedList.of(sink, Row.of(1)));
    }
    try (SinkSession<List<Object>> session = sink.open(context)) {
      assertThat(session.marker()).contains(new Marker(42, 2));
    }
  }

  @Test
  void open_knowsTheTableHoweverItIsWritten() throws Exception {
    execute("CREATE TABLE payments (id BIGINT)");
    String other = "99999999-2f0b-4d7a-8a34-7a8c1c0e5b11";
    TransactionalSink<Row, List<Object>> first =
        JdbcSinks.insert(
            ConnectionFactory.of(url()), "INSERT INTO payments VALUES (?)", row -> row);
    try (SinkSession<List<Object>> session = open(first)) {
      session.commit(new Marker(1, 1), StagedList.of(first, Row.of(1)));
    }
    for (String table : List.of(defaultSchema() + ".payments", "PAYMENTS", "Payments")) {
      TransactionalSink<Row, List<Object>> second =
          JdbcSinks.insert(
              ConnectionFactory.of(url()), "INSERT INTO " + table + " (id) VALUES (?)", row -> row);
      assertThat(catchThrowable(() -> second.open(driver(other, 1))))
          .as(table)
          .isInstanceOf(ForeignLedgerException.class);
    }
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
          .hasMessageContaining("row 4 of the batch, [4, -4], was refused");
      assertThat(query("SELECT id FROM positive")).isEmpty();
      assertThat(session.marker()).isEmpty();

      session.commit(
          new Marker(1, 1), StagedList.of(sink, Row.of(1, 1), Row.of(2, 2), Row.of(3, 3)));
    }
    assertThat(query("SELECT id FROM positive ORDER BY id"))
        .containsExactly(List.of("1"), List.of("2"), List.of("3"));
  }
}
