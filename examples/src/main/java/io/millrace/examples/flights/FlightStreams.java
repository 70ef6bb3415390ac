package io.millrace.examples.flights;

import io.millrace.Tuple2;
import io.millrace.examples.flights.HourTable.AirportRow;
import io.millrace.examples.flights.HourTable.RouteRow;
import io.millrace.rdd.LongAccumulator;
import io.millrace.stream.Batch;
import io.millrace.stream.DStream;
import io.millrace.stream.PairDStream;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * The stream program of the demo: from rows of text to one {@link HourTable} per hour.
 *
 * <p>Windows keep one sum per key and hour, not the flights. The totals since the start are kept by
 * the driver, which suffices as long as nothing has to survive a restart.
 */
final class FlightStreams {

  static final Duration BATCH_INTERVAL = Duration.ofHours(1);
  static final Duration WINDOW = Duration.ofHours(24);

  private final Consumer<HourTable> tables;

  // Used by the batch thread alone, in the order in which the outputs are declared.
  private Totals hour = Totals.NONE;
  private Totals total = Totals.NONE;
  private List<AirportRow> airports = List.of();

  private FlightStreams(Consumer<HourTable> tables) {
    this.tables = tables;
  }

  /**
   * Declares the program.
   *
   * @param malformed counts the rows that are no flights
   * @param tables is called on the batch thread at the end of each batch
   */
  static void define(DStream<String> rows, LongAccumulator malformed, Consumer<HourTable> tables) {
    DStream<Flight> flights = rows.flatMap(row -> parsed(row, malformed));
    PairDStream<String, Totals> byAirport =
        flights
            .mapToPair(flight -> new Tuple2<>(flight.origin(), Totals.of(flight)))
            .reduceByKeyAndWindow(Totals::plus, WINDOW, BATCH_INTERVAL);
    PairDStream<Route, Integer> byRoute =
        flights
            .mapToPair(flight -> new Tuple2<>(Route.of(flight), 1))
            .reduceByKeyAndWindow(Integer::sum, WINDOW, BATCH_INTERVAL);

    FlightStreams outputs = new FlightStreams(tables);
    flights.foreachRDD(rdd -> outputs.addHour(rdd.map(Totals::of).fold(Totals.NONE, Totals::plus)));
    byAirport.foreachRDD(rdd -> outputs.takeAirports(rdd.collect()));
    byRoute.foreachBatch((rdd, batch) -> outputs.complete(batch, rdd.collect()));
  }

  private static Iterator<Flight> parsed(String row, LongAccumulator malformed) {
    try {
      return List.of(Flight.parse(row)).iterator();
    } catch (IllegalArgumentException e) {
      malformed.add(1);
      return Collections.emptyIterator();
    }
  }

  private void addHour(Totals flights) {
    hour = flights;
    total = total.plus(flights);
  }

  private void takeAirports(List<Tuple2<String, Totals>> departures) {
    airports =
        departures.stream()
            .map(entry -> new AirportRow(entry._1(), entry._2()))
            .sorted(Comparator.comparing(AirportRow::airport))
            .toList();
  }

  private void complete(Batch batch, List<Tuple2<Route, Integer>> flights) {
    List<RouteRow> routes =
        flights.stream()
            .map(entry -> new RouteRow(entry._1(), entry._2()))
            .sorted(Comparator.comparing(RouteRow::route))
            .toList();
    tables.accept(
        new HourTable(batch.number(), batch.time().toInstant(), airports, routes, hour, total));
  }
}
