package io.millrace.examples.flights;

import io.millrace.examples.flights.HourTable.AirportRow;
import io.millrace.examples.flights.HourTable.RouteRow;
import java.io.PrintStream;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/**
 * One line at the end of each day of the data, for logs and pipes: flights of the day and their
 * mean delay, the worst airport with its, the busiest route with its number of flights.
 */
final class DailyLines implements Display {

  private final PrintStream out;

  DailyLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void show(Frame frame) {
    HourTable table = frame.table();
    if (table.end().getEpochSecond() % Duration.ofDays(1).toSeconds() == 0) {
      out.println(line(table));
      out.flush();
    }
  }

  static String line(HourTable table) {
    Totals day =
        table.airports().stream().map(AirportRow::departures).reduce(Totals.NONE, Totals::plus);
    String worst =
        table.worstAirports(1).stream()
            .map(row -> format("%s %s", row.airport(), TableText.delay(row.departures())))
            .findFirst()
            .orElse("-");
    String busiest =
        table.busiestRoutes(1).stream()
            .map((RouteRow row) -> format("%s %d", row.route(), row.numFlights()))
            .findFirst()
            .orElse("-");
    return format(
        "%s  batch %4d  %4d flights  %6s min  worst %-10s  busiest %s",
        LocalDate.ofInstant(table.end().minusMillis(1), ZoneOffset.UTC),
        table.batchNumber(),
        day.numFlights(),
        TableText.delay(day),
        worst,
        busiest);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  @Override
  public void close() {
    out.flush();
  }
}
