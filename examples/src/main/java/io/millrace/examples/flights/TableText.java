package io.millrace.examples.flights;

import io.millrace.examples.flights.HourTable.AirportRow;
import io.millrace.examples.flights.HourTable.RouteRow;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table as text of 79 columns and always 23 lines, so that it can be drawn over the one before on
 * the smallest terminal. ASCII, whatever the terminal's encoding.
 */
final class TableText {

  private static final int NUM_AIRPORTS = 10;
  private static final int NUM_ROUTES = 5;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Airports airports;

  TableText(Airports airports) {
    this.airports = airports;
  }

  List<String> lines(Frame frame) {
    HourTable table = frame.table();
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "%-45s%22s%9.3f ms",
            "Millrace: US flights, " + TIME.format(table.end()) + " UTC",
            format("batch %,d of %,d", table.batchNumber(), frame.numBatches()),
            frame.lastBatchMillis()));
    lines.add("");
    lines.add(
        format(
            "%-57s%7s   mean delay",
            "WORST AIRPORTS in 24 hours (" + HourTable.MIN_FLIGHTS + " flights or more)",
            "flights"));
    addPadded(
        lines,
        table.worstAirports(NUM_AIRPORTS).stream().map(this::airport).toList(),
        NUM_AIRPORTS);
    lines.add("");
    lines.add(format("%-57s%7s", "BUSIEST ROUTES in 24 hours", "flights"));
    addPadded(
        lines, table.busiestRoutes(NUM_ROUTES).stream().map(this::route).toList(), NUM_ROUTES);
    lines.add("");
    lines.add(counted("this hour", table.hour()));
    lines.add(
        counted(
            format("since the start: %,d miles", table.total().distanceMiles()), table.total()));
    return lines;
  }

  private static void addPadded(List<String> lines, List<String> rows, int numRows) {
    lines.addAll(rows);
    for (int i = rows.size(); i < numRows; i++) {
      lines.add("");
    }
  }

  private String airport(AirportRow row) {
    return counted(format("%s  %s", row.airport(), airports.city(row.airport())), row.departures());
  }

  private String route(RouteRow row) {
    String origin = row.route().origin();
    String destination = row.route().destination();
    String cities = airports.city(origin) + " to " + airports.city(destination);
    return format(
        "  %-55s%,7d", format("%s-%s  %s", origin, destination, cities), row.numFlights());
  }

  private static String counted(String name, Totals totals) {
    return format("  %-55s%,7d%9s min", name, totals.numFlights(), delay(totals));
  }

  /** The mean in minutes with sign, such as {@code +12.3}; a dash for no flights. */
  static String delay(Totals totals) {
    return totals.numFlights() == 0 ? "-" : format("%+.1f", totals.meanDelayMinutes());
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
