package io.millrace.examples.flights;

import io.millrace.examples.flights.HourTable.AirportRow;
import io.millrace.examples.flights.HourTable.RouteRow;
import io.millrace.jdbc.ConnectionFactory;
import io.millrace.jdbc.JdbcSinks;
import io.millrace.jdbc.Row;
import io.millrace.sink.TransactionalSink;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The results of the demo in a SQLite file: for each hour the airports and routes of the last 24
 * hours, and the totals since the start. An hour is named by its end, as {@code
 * 2001-01-01T07:00:00Z}.
 */
final class FlightDatabase {

  private static final List<String> TABLES =
      List.of(
          "airports(hour text, airport text, flights integer, delay_minutes integer,"
              + " primary key (hour, airport))",
          "routes(hour text, origin text, destination text, flights integer,"
              + " primary key (hour, origin, destination))",
          "totals(hour text primary key, flights integer, delay_minutes integer,"
              + " distance_miles integer)");

  private final ConnectionFactory connections;

  FlightDatabase(Path file) {
    connections =
        ConnectionFactory.of(
            "jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=FULL&busy_timeout=10000");
  }

  /**
   * Creates the tables, unless they are there.
   *
   * @throws IllegalArgumentException if the file can't be used
   */
  void createTables() {
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement()) {
      for (String table : TABLES) {
        statement.execute("create table if not exists " + table);
      }
    } catch (SQLException e) {
      throw new IllegalArgumentException(
          "the database " + connections.description() + " can't be used: " + e.getMessage(), e);
    }
  }

  /** Takes rows of the hour, the airport, and how many flights and minutes of delay it had. */
  TransactionalSink<Row, ?> airports() {
    return JdbcSinks.insert(
        connections, "insert into airports values (?, ?, ?, ?)", (Row row) -> row);
  }

  /** Takes rows of the hour, the two airports, and how many flights the route had. */
  TransactionalSink<Row, ?> routes() {
    return JdbcSinks.insert(
        connections, "insert into routes values (?, ?, ?, ?)", (Row row) -> row);
  }

  /** Takes rows of the hour, and how many flights, minutes and miles there were until then. */
  TransactionalSink<Row, ?> totals() {
    return JdbcSinks.insert(
        connections, "insert into totals values (?, ?, ?, ?)", (Row row) -> row);
  }

  /**
   * Reads tables back, but for what happened in the hour itself.
   *
   * @param first the hour of the first table
   * @param last the hour of the last
   * @param reader gets them in order
   */
  void read(Instant first, Instant last, Consumer<HourTable> reader) {
    try (Connection connection = connections.open();
        PreparedStatement airports =
            connection.prepareStatement("select * from airports where hour = ? order by airport");
        PreparedStatement routes =
            connection.prepareStatement(
                "select * from routes where hour = ? order by origin, destination");
        PreparedStatement totals =
            connection.prepareStatement("select * from totals where hour = ?")) {
      long number = 1;
      for (Instant hour = first; !hour.isAfter(last); hour = hour.plus(Duration.ofHours(1))) {
        reader.accept(
            new HourTable(
                number++,
                hour,
                airports(airports, hour),
                routes(routes, hour),
                Totals.NONE,
                totals(totals, hour)));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(
          "the database " + connections.description() + " can't be read: " + e.getMessage(), e);
    }
  }

  private static List<AirportRow> airports(PreparedStatement query, Instant hour)
      throws SQLException {
    List<AirportRow> rows = new ArrayList<>();
    query.setString(1, hour.toString());
    try (ResultSet result = query.executeQuery()) {
      while (result.next()) {
        Totals departures = new Totals(result.getLong(3), result.getLong(4), 0);
        rows.add(new AirportRow(result.getString(2), departures));
      }
    }
    return rows;
  }

  private static List<RouteRow> routes(PreparedStatement query, Instant hour) throws SQLException {
    List<RouteRow> rows = new ArrayList<>();
    query.setString(1, hour.toString());
    try (ResultSet result = query.executeQuery()) {
      while (result.next()) {
        Route route = new Route(result.getString(2), result.getString(3));
        rows.add(new RouteRow(route, result.getInt(4)));
      }
    }
    return rows;
  }

  private static Totals totals(PreparedStatement query, Instant hour) throws SQLException {
    query.setString(1, hour.toString());
    try (ResultSet result = query.executeQuery()) {
      return result.next()
          ? new Totals(result.getLong(2), result.getLong(3), result.getLong(4))
          : Totals.NONE;
    }
  }
}
