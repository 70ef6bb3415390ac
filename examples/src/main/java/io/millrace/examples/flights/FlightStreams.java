package io.millrace.examples.flights;

import io.millrace.Tuple2;
import io.millrace.examples.flights.HourTable.AirportRow;
import io.millrace.examples.flights.HourTable.RouteRow;
import io.millrace.jdbc.Row;
import io.millrace.rdd.LongAccumulator;
import io.millrace.sink.TransactionalSink;
import io.millrace.stream.Batch;
import io.millrace.stream.DStream;
import io.millrace.stream.PairDStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The stream program of the demo: from rows of text to one {@link HourTable} per hour.
 *
 * <p>Windows keep one sum per key and hour, not the flights; the totals since the start are a state
 * with a single key. All of it survives a restart if there is a checkpoint.
 */
final class FlightStreams {

  static final Duration BATCH_INTERVAL = Duration.ofHours(1);
  static final Duration WINDOW = Duration.ofHours(24);

  private static final String ALL_FLIGHTS = "all";

  private final Instant start;
  private final Consumer<HourTable> tables;

  // Used by the batch thread alone, in the order in which the outputs are declared.
  private Totals hour = Totals.NONE;
  private Totals total = Totals.NONE;
  private List<AirportRow> airports = List.of();

  private FlightStreams(Instant start, Consumer<HourTable> tables) {
    this.start = start;
    this.tables = tables;
  }

  /**
   * Declares the program.
   *
   * @param start of the first hour
   * @param malformed counts the rows that are no flights
   * @param tables is called on the batch thread at the end of each batch; again if one is repeated
   * @param database gets each hour exactly once; needs a checkpoint
   */
  static void define(
      DStream<String> rows,
      Instant start,
      LongAccumulator malformed,
      Consumer<HourTable> tables,
      Optional<FlightDatabase> database) {
    DStream<Flight> flights = rows.flatMap(row -> parsed(row, malformed));
    PairDStream<String, Totals> byAirport =
        flights
            .mapToPair(flight -> new Tuple2<>(flight.origin(), Totals.of(flight)))
            .reduceByKeyAndWindow(Totals::plus, WINDOW, BATCH_INTERVAL)
            .uid("by-airport");
    PairDStream<Route, Integer> byRoute =
        flights
            .mapToPair(flight -> new Tuple2<>(Route.of(flight), 1))
            .reduceByKeyAndWindow(Integer::sum, WINDOW, BATCH_INTERVAL)
            .uid("by-route");
    PairDStream<String, Totals> all =
        flights
            .mapToPair(flight -> new Tuple2<>(ALL_FLIGHTS, Totals.of(flight)))
            .<Totals>updateStateByKey((flown, before) -> Optional.of(sum(flown, before)))
            .uid("totals");

    database.ifPresent(to -> write(byAirport, byRoute, all, to));
    FlightStreams outputs = new FlightStreams(start, tables);
    flights.foreachRDD(rdd -> outputs.hour = rdd.map(Totals::of).fold(Totals.NONE, Totals::plus));
    all.foreachRDD(rdd -> outputs.takeTotal(rdd.values().collect()));
    byAirport.foreachRDD(rdd -> outputs.takeAirports(rdd.collect()));
    byRoute.foreachBatch((rdd, batch) -> outputs.complete(batch, rdd.collect()));
  }

  private static Totals sum(List<Totals> flown, Optional<Totals> before) {
    return flown.stream().reduce(before.orElse(Totals.NONE), Totals::plus);
  }

  private static void write(
      PairDStream<String, Totals> byAirport,
      PairDStream<Route, Integer> byRoute,
      PairDStream<String, Totals> all,
      FlightDatabase database) {
    TransactionalSink<Row, ?> airports = database.airports();
    byAirport
        .foreachBatch(
            (rdd, batch) -> {
              String hour = hour(batch);
              batch.write(
                  rdd.map(
                      entry ->
                          Row.of(
                              hour,
                              entry._1(),
                              entry._2().numFlights(),
                              entry._2().delayMinutes())),
                  airports);
            },
            airports)
        .uid("airports");
    TransactionalSink<Row, ?> routes = database.routes();
    byRoute
        .foreachBatch(
            (rdd, batch) -> {
              String hour = hour(batch);
              batch.write(
                  rdd.map(
                      entry ->
                          Row.of(hour, entry._1().origin(), entry._1().destination(), entry._2())),
                  routes);
            },
            routes)
        .uid("routes");
    TransactionalSink<Row, ?> totals = database.totals();
    all.foreachBatch(
            (rdd, batch) -> {
              String hour = hour(batch);
              batch.write(
                  rdd.values()
                      .map(
                          total ->
                              Row.of(
                                  hour,
                                  total.numFlights(),
                                  total.delayMinutes(),
                                  total.distanceMiles())),
                  totals);
            },
            totals)
        .uid("totals-rows");
  }

  private static String hour(Batch batch) {
    return batch.time().toInstant().toString();
  }

  private static Iterator<Flight> parsed(String row, LongAccumulator malformed) {
    try {
      return List.of(Flight.parse(row)).iterator();
    } catch (IllegalArgumentException e) {
      malformed.add(1);
      return Collections.emptyIterator();
    }
  }

  private void takeTotal(List<Totals> totals) {
    total = totals.isEmpty() ? Totals.NONE : totals.get(0);
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
    Instant end = batch.time().toInstant();
    long number = Duration.between(start, end).dividedBy(BATCH_INTERVAL);
    tables.accept(new HourTable(number, end, airports, routes, hour, total));
  }
}
