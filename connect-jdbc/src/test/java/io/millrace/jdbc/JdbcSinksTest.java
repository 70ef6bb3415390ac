package io.millrace.jdbc;

import static io.millrace.jdbc.StagedList.CHECKPOINT;
import static io.millrace.jdbc.StagedList.driver;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.sink.ForeignLedgerException;
import io.millrace.sink.Marker;
import io.millrace.sink.SinkContext;
import io.millrace.sink.SinkSession;
import io.millrace.sink.TransactionalSink;
import io.millrace.spi.checkpoint.FencedException;
import io.millrace.testkit.SinkContract.Entry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcSinksTest {

  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static final String OTHER = "99999999-2f0b-4d7a-8a34-7a8c1c0e5b11";
  private static final String INSERT = "INSERT INTO payments (id, text) VALUES (?, ?)";

  private final String url = "jdbc:h2:mem:sinks" + DATABASES.incrementAndGet();
  private JdbcTarget target;
  private TransactionalSink<Entry, List<Object>> sink;

  @BeforeEach
  void makeTarget() throws Exception {
    target = new JdbcTarget(url, "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
    sink = target.sink();
  }

  @AfterEach
  void closeTarget() throws Exception {
    target.close();
  }

  private static Entry entry(long id) {
    return new Entry(id, "e" + id);
  }

  private TransactionalSink<Entry, List<Object>> sink(JdbcSinkOptions options) {
    return JdbcSinks.insert(
        target.connections()::open, INSERT, entry -> Row.of(entry.id(), entry.text()), options);
  }

  private long count(String query) throws SQLException {
    try (Connection connection = ConnectionFactory.of(url).open();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void commit_whoseAnswerIsLostReadsTheMarkerBack() throws Exception {
    try (SinkSession<List<Object>> session = sink.open(driver(1))) {
      target.connections().failAfterNextStep();
      target.connections().failOpenings(2);

      session.commit(new Marker(1, 1), StagedList.of(sink, entry(1)));

      assertThat(session.marker()).contains(new Marker(1, 1));
    }
    assertThat(target.visible()).containsExactly(entry(1));
  }

  @Test
  void commit_saysThatItDoesNotKnowWhenTheMarkerIsOutOfReach() throws Exception {
    try (SinkSession<List<Object>> session = sink.open(driver(1))) {
      target.connections().failAfterNextStep();
      target.connections().failOpenings(3);
      StagedList<List<Object>> rows = StagedList.of(sink, entry(1));

      assertThatThrownBy(() -> session.commit(new Marker(1, 1), rows))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("it is not known whether batch 1 is in table payments");
      assertThat(session.marker()).isEmpty();
    }
    try (SinkSession<List<Object>> next = sink.open(driver(2))) {
      assertThat(next.marker()).contains(new Marker(1, 1));
    }
  }

  @Test
  void commit_saysThatNothingIsThereWhenTheMarkerTellsSo() throws Exception {
    try (SinkSession<List<Object>> session = sink.open(driver(1))) {
      target.connections().failBeforeNextStep();
      StagedList<List<Object>> rows = StagedList.of(sink, entry(1));

      assertThatThrownBy(() -> session.commit(new Marker(1, 1), rows))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("batch 1 was not written")
          .hasMessageContaining("connection reset before the commit");
    }
    assertThat(target.visible()).isEmpty();
  }

  @Test
  void commit_replacesAConnectionThatBrokeSinceTheLastBatch() throws Exception {
    try (SinkSession<List<Object>> session = sink.open(driver(1))) {
      session.commit(new Marker(1, 1), StagedList.of(sink, entry(1)));
      try (Connection admin = ConnectionFactory.of(url).open();
          Statement statement = admin.createStatement()) {
        statement.execute(
            "SELECT ABORT_SESSION(SESSION_ID) FROM INFORMATION_SCHEMA.SESSIONS WHERE SESSION_ID <>"
                + " SESSION_ID() AND SESSION_ID <> (SELECT MIN(SESSION_ID) FROM"
                + " INFORMATION_SCHEMA.SESSIONS)");
      }

      session.commit(new Marker(2, 1), StagedList.of(sink, entry(2)));
    }
    assertThat(target.connections().opened()).isEqualTo(2);
    assertThat(target.visible()).containsExactly(entry(1), entry(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 6})
  void commit_sendsRowsInBatchesOfAnySize(int batchSize) throws Exception {
    TransactionalSink<Entry, List<Object>> batched =
        sink(JdbcSinkOptions.defaults().withBatchSize(batchSize));
    try (SinkSession<List<Object>> session = batched.open(driver(1))) {
      session.commit(
          new Marker(1, 1),
          StagedList.of(batched, entry(5), entry(4), entry(3), entry(2), entry(1)));
    }
    assertThat(target.visible()).containsExactly(entry(5), entry(4), entry(3), entry(2), entry(1));
  }

  @Test
  void commit_refusesARowThatLacksAValue() throws Exception {
    TransactionalSink<Entry, List<Object>> uneven =
        JdbcSinks.insert(
            target.connections()::open,
            INSERT,
            entry -> entry.id() == 1 ? Row.of(1, "one") : Row.of(entry.id()));
    try (SinkSession<List<Object>> session = uneven.open(driver(1))) {
      StagedList<List<Object>> rows = StagedList.of(uneven, entry(1), entry(2));

      assertThatThrownBy(() -> session.commit(new Marker(1, 1), rows))
          .hasMessageContaining("row 2 has 1 values but the statement has 2 parameters");
    }
    assertThat(target.visible()).isEmpty();
  }

  @Test
  void stage_namesAValueThatCannotBeWritten() {
    TransactionalSink<Entry, List<Object>> odd =
        JdbcSinks.insert(
            ConnectionFactory.of(url), INSERT, entry -> Row.of(1, Duration.ofSeconds(5)));

    assertThatThrownBy(() -> StagedList.of(odd, entry(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("value 2")
        .hasMessageContaining("java.time.Duration")
        .hasMessageContaining("PT5S");
  }

  @Test
  void stage_namesARecordThatHasNoRow() {
    TransactionalSink<Entry, List<Object>> none =
        JdbcSinks.insert(ConnectionFactory.of(url), INSERT, entry -> null);

    assertThatThrownBy(() -> StagedList.of(none, entry(8)))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("returned null for Entry[id=8, text=e8]");
  }

  @Test
  void open_findsAWrongStatement() {
    TransactionalSink<Entry, List<Object>> wrong =
        JdbcSinks.insert(
            ConnectionFactory.of(url), "INSERT INTO nowhere VALUES (?)", entry -> Row.of(1));

    assertThatThrownBy(() -> wrong.open(driver(1)))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("NOWHERE");
  }

  @Test
  void open_letsAnotherCheckpointInIfToldTo() throws Exception {
    JdbcSinkOptions options = JdbcSinkOptions.defaults().withBesideOtherCheckpoints(true);
    try (SinkSession<List<Object>> first = sink.open(driver(1));
        SinkSession<List<Object>> second = sink(options).open(driver(OTHER, 1))) {
      first.commit(new Marker(1, 1), StagedList.of(sink, entry(1)));
      second.commit(new Marker(1, 1), StagedList.of(sink, entry(2)));
      first.commit(new Marker(2, 1), StagedList.of(sink, entry(3)));

      assertThat(target.visible()).containsExactly(entry(1), entry(2), entry(3));
    }
    assertThatThrownBy(() -> sink.open(driver("88888888-2f0b-4d7a-8a34-7a8c1c0e5b11", 1)))
        .isInstanceOf(ForeignLedgerException.class)
        .hasMessageContaining("withBesideOtherCheckpoints(true)");
  }

  @Test
  void open_takesOverFromACheckpointThatHasWrittenNothing() throws Exception {
    try (SinkSession<List<Object>> first = sink.open(driver(5));
        SinkSession<List<Object>> second = sink.open(driver(OTHER, 1))) {
      StagedList<List<Object>> rows = StagedList.of(sink, entry(1));

      assertThatThrownBy(() -> first.commit(new Marker(1, 5), rows))
          .isInstanceOf(FencedException.class)
          .hasMessageContaining("is gone from millrace_markers");
      second.commit(new Marker(1, 1), StagedList.of(sink, entry(2)));
    }
    assertThat(target.visible()).containsExactly(entry(2));
  }

  @Test
  void open_keepsOutputsOfOneCheckpointApart() throws Exception {
    SinkContext other = new SinkContext(CHECKPOINT, "other", 1, new UUID(7, 1));
    try (SinkSession<List<Object>> out = sink.open(driver(1));
        SinkSession<List<Object>> second = sink.open(other)) {
      out.commit(new Marker(1, 1), StagedList.of(sink, entry(1)));
      second.commit(new Marker(1, 1), StagedList.of(sink, entry(2)));
    }
    assertThat(target.visible()).containsExactly(entry(1), entry(2));
    assertThat(count("SELECT COUNT(*) FROM millrace_markers WHERE checkpoint_id <> '-'"))
        .isEqualTo(2);
  }

  @Test
  void open_usesTheNamedTableOfMarkers() throws Exception {
    TransactionalSink<Entry, List<Object>> named =
        sink(JdbcSinkOptions.defaults().withMarkerTable("public.\"My markers\""));
    try (SinkSession<List<Object>> session = named.open(driver(1))) {
      session.commit(new Marker(1, 1), StagedList.of(named, entry(1)));
    }
    assertThat(count("SELECT MAX(last_batch) FROM \"My markers\" WHERE checkpoint_id <> '-'"))
        .isEqualTo(1);
  }

  @Test
  void open_saysWhoHoldsTheMarkerWhenItWaitsInVain() throws Exception {
    sink.open(driver(1)).close();
    TransactionalSink<Entry, List<Object>> hasty =
        sink(JdbcSinkOptions.defaults().withLockTimeout(Duration.ofMillis(20)));
    try (Connection sleeper = ConnectionFactory.of(url).open();
        Statement statement = sleeper.createStatement()) {
      sleeper.setAutoCommit(false);
      statement.executeUpdate("UPDATE millrace_markers SET target = target");

      assertThatThrownBy(() -> hasty.open(driver(2)))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("table payments")
          .hasMessageContaining("another transaction may hold");
    }
  }

  @Test
  void upsert_namesADatabaseItDoesNotKnow() {
    RowStatement upsert = new RowStatement.Upsert("t", List.of("k"), List.of("v"));

    assertThatThrownBy(() -> upsert.sql(Dialect.of("Db9"), "Db9"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("\"Db9\"")
        .hasMessageContaining("Use JdbcSinks.insert");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b", "t; DROP TABLE x", "t)--", "\"", "\"a\"b\"", "1t", "a.b.c.d", "t'"})
  void upsert_refusesWhatIsNoName(String name) {
    assertThatThrownBy(
            () ->
                JdbcSinks.upsert(
                    ConnectionFactory.of(url), name, List.of("k"), List.of(), record -> Row.of(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                JdbcSinks.upsert(
                    ConnectionFactory.of(url), "t", List.of(name), List.of(), record -> Row.of(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> JdbcSinkOptions.defaults().withMarkerTable(name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void upsert_refusesAColumnThatIsListedTwice() {
    assertThatThrownBy(() -> new RowStatement.Upsert("t", List.of("k"), List.of("v", "k")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("column k is listed twice");
  }

  @Test
  void description_hidesPasswords() {
    assertThat(ConnectionFactory.of("jdbc:postgresql://u:secret@host/db?password=s3").description())
        .isEqualTo("jdbc:postgresql://host/db");
    assertThat(ConnectionFactory.of("jdbc:h2:mem:x;PASSWORD=s3").toString())
        .isEqualTo("jdbc:h2:mem:x");
    assertThat(
            JdbcSinks.insert(
                    ConnectionFactory.of("jdbc:h2:mem:x", Map.of("password", "s3")),
                    "insert  INTO Payments(id) values (?)",
                    record -> Row.of(1))
                .description())
        .isEqualTo("table payments at jdbc:h2:mem:x");
  }

  /** What may be shown, then the URL. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:oracle:thin://host:1521/svc | jdbc:oracle:thin:scott/tiger@//host:1521/svc",
        "jdbc:oracle:thin://host:1521:orcl | jdbc:oracle:thin:scott/tiger@host:1521:orcl",
        "jdbc:oracle:thin | jdbc:oracle:thin:scott/tiger@(DESCRIPTION=(HOST=h)(PASSWORD=tiger))",
        "jdbc:oracle:thin | jdbc:oracle:thin:scott/ti@ger@host:1521:orcl",
        "jdbc:oracle:thin | jdbc:oracle:thin:scott/tiger",
        "jdbc:mysql | jdbc:mysql://(host=h,user=u,password=tiger)/db",
        "jdbc:mysql | jdbc:mysql://address=(host=h)(password=tiger)/db",
        "jdbc:mysql://h:3306/db | jdbc:mysql://u:tiger@h:3306/db?useSSL=false",
        "jdbc:mysql://h:3306/db | jdbc:mysql://h:3306/db?password=tiger",
        "jdbc:mysql | jdbc:mysql://h:3306/db?user=a@b&password=tiger",
        "jdbc:as400://h | jdbc:as400://h/lib,user=u,password=tiger",
        "jdbc:as400://h/lib | jdbc:as400://h/lib;password=tiger",
        "jdbc:postgresql | jdbc:postgresql://u:p@tiger@h/db",
        "jdbc:postgresql://h/db | jdbc:postgresql://u:p/tiger@h/db",
        "jdbc:postgresql | jdbc:postgresql://u:p?tiger@h/db",
        "jdbc:postgresql | jdbc:postgresql://u:p;tiger@h/db",
        "jdbc:postgresql | jdbc:postgresql:tiger",
        "jdbc:sqlserver://h:1433 | jdbc:sqlserver://h:1433;databaseName=db;password=tiger",
        "jdbc:db2://h:50000 | jdbc:db2://h:50000/db:user=u;password=tiger;",
        "jdbc:h2:tcp://h/db | jdbc:h2:tcp://h/db;PASSWORD=tiger",
        "jdbc:sqlite:/data/a b.db | jdbc:sqlite:/data/a b.db?password=tiger",
        "jdbc:sqlite | jdbc:sqlite:/data/a.db,password=tiger",
        "a database | tiger"
      })
  void description_showsOnlyWhatIsHarmless(String shown, String url) {
    ConnectionFactory factory = ConnectionFactory.of(url);

    assertThat(factory.description()).isEqualTo(shown).doesNotContain("tiger");
    assertThat(factory.toString()).doesNotContain("tiger");
    assertThat(JdbcSinks.insert(factory, "INSERT INTO t VALUES (?)", record -> Row.of(1)))
        .asString()
        .doesNotContain("tiger");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:nodriver:scott/tiger@host",
        "jdbc:nodriver://host/db?password=ti ger tiger",
        "jdbc:h2:tcp://localhost:1/db;PASSWORD=tiger;IFEXISTS=what",
        "jdbc:postgresql://localhost:1/db?password=tiger"
      })
  void errorsOfConnecting_showNoPassword(String secret) {
    for (ConnectionFactory factory :
        List.<ConnectionFactory>of(
            ConnectionFactory.of(secret), () -> DriverManager.getConnection(secret))) {
      TransactionalSink<Integer, List<Object>> refused =
          JdbcSinks.insert(factory, "INSERT INTO t VALUES (?)", record -> Row.of(record));

      StringWriter trace = new StringWriter();
      Throwable thrown = catchThrowable(() -> refused.open(driver(1)));
      thrown.printStackTrace(new PrintWriter(trace));

      assertThat(thrown).isInstanceOf(SQLException.class);
      assertThat(trace.toString()).doesNotContain("tiger");
    }
  }

  @Test
  void options_haveBounds() {
    JdbcSinkOptions defaults = JdbcSinkOptions.defaults();
    assertThat(defaults)
        .isEqualTo(
            new JdbcSinkOptions(
                1_000, "millrace_markers", Duration.ofSeconds(30), false, Duration.ofSeconds(60)));
    assertThatThrownBy(() -> defaults.withBatchSize(0)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> defaults.withBatchSize(100_001)).hasMessageContaining("not 100001");
    assertThatThrownBy(() -> defaults.withLockTimeout(Duration.ZERO))
        .hasMessageContaining("not PT0S");
    assertThatCode(() -> defaults.withLockTimeout(Duration.ofHours(1))).doesNotThrowAnyException();
  }
}
