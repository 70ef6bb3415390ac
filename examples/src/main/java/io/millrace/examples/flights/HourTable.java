package io.millrace.examples.flights;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * What the demo knows at the end of one hour.
 *
 * @param batchNumber 1 for the first hour
 * @param end of the hour
 * @param airports departures of the last 24 hours by origin, ordered by code; airports without
 *     departures are left out
 * @param routes the same by route, ordered
 * @param hour the flights of this hour
 * @param total the flights since the start
 */
record HourTable(
    long batchNumber,
    Instant end,
    List<AirportRow> airports,
    List<RouteRow> routes,
    Totals hour,
    Totals total) {

  /** Departures from one airport. */
  record AirportRow(String airport, Totals departures) {}

  /** Flights on one route. */
  record RouteRow(Route route, int numFlights) {}

  /** An airport with fewer departures is not called bad. */
  static final int MIN_FLIGHTS = 5;

  private static final Comparator<AirportRow> WORST_FIRST =
      Comparator.<AirportRow>comparingDouble(row -> row.departures().meanDelayMinutes())
          .reversed()
          .thenComparing(AirportRow::airport);

  private static final Comparator<RouteRow> BUSIEST_FIRST =
      Comparator.comparingInt(RouteRow::numFlights).reversed().thenComparing(RouteRow::route);

  HourTable {
    airports = List.copyOf(airports);
    routes = List.copyOf(routes);
  }

  /**
   * The airports with the highest mean delay among those with at least {@value #MIN_FLIGHTS}
   * departures, the worst first; of equals, the one whose code comes first.
   */
  List<AirportRow> worstAirports(int limit) {
    return airports.stream()
        .filter(row -> row.departures().numFlights() >= MIN_FLIGHTS)
        .sorted(WORST_FIRST)
        .limit(limit)
        .toList();
  }

  /** The routes with most flights, in order of code among equals. */
  List<RouteRow> busiestRoutes(int limit) {
    return routes.stream().sorted(BUSIEST_FIRST).limit(limit).toList();
  }
}
