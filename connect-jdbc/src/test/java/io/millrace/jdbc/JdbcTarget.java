package io.millrace.jdbc;

import io.millrace.sink.TransactionalSink;
import io.millrace.testkit.SinkContract.Entry;
import io.millrace.testkit.SinkContract.Faults;
import io.millrace.testkit.SinkContract.Target;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A table of a database that has none yet. Its rows are numbered as they are inserted. */
final class JdbcTarget implements Target<List<Object>> {

  private final String url;
  private final FaultyConnections connections;
  private final Connection reader;

  JdbcTarget(String url, String numberColumn) throws SQLException {
    this.url = url;
    this.connections = new FaultyConnections(url);
    this.reader = ConnectionFactory.of(url).open();
    try (Statement statement = reader.createStatement()) {
      statement.execute(
          "CREATE TABLE payments (seq " + numberColumn + ", id BIGINT, text VARCHAR(1000))");
    }
  }

  FaultyConnections connections() {
    return connections;
  }

  @Override
  public TransactionalSink<Entry, List<Object>> sink() {
    return JdbcSinks.insert(
        connections::open,
        "INSERT INTO payments (id, text) VALUES (?, ?)",
        entry -> Row.of(entry.id(), entry.text()));
  }

  @Override
  public List<Entry> visible() throws SQLException {
    List<Entry> entries = new ArrayList<>();
    try (Statement statement = reader.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id, text FROM payments ORDER BY seq")) {
      while (rows.next()) {
        entries.add(new Entry(rows.getLong(1), rows.getString(2)));
      }
    }
    return entries;
  }

  @Override
  public Optional<Faults> faults() {
    return Optional.of(connections);
  }

  @Override
  public void close() throws SQLException {
    reader.close();
  }

  @Override
  public String toString() {
    return url;
  }
}
