package io.millrace.examples.flights;

import io.millrace.examples.flights.HourTable.AirportRow;
import io.millrace.examples.flights.HourTable.RouteRow;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A fingerprint of all tables in turn: the first 16 hexadecimal digits of the SHA-256 of their
 * lines, each ended by a line feed, in UTF-8. An hour has these lines:
 *
 * <pre>{@code
 * 2001-01-01T07:00:00Z      end of the hour
 * BNA 1 0                   each airport with departures: their number, sum of delays in minutes
 * MDW 1 -8
 * BNA MCI 1                 each route with flights: their number
 * MDW STL 1
 * 2 -8 742                  since the start: flights, delays in minutes, miles
 * }</pre>
 */
final class TableDigest {

  private static final int NUM_DIGITS = 16;

  private final MessageDigest digest;

  TableDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  void add(HourTable table) {
    StringBuilder lines = new StringBuilder(4_096);
    lines.append(table.end()).append('\n');
    for (AirportRow row : table.airports()) {
      lines
          .append(row.airport())
          .append(' ')
          .append(row.departures().numFlights())
          .append(' ')
          .append(row.departures().delayMinutes())
          .append('\n');
    }
    for (RouteRow row : table.routes()) {
      lines
          .append(row.route().origin())
          .append(' ')
          .append(row.route().destination())
          .append(' ')
          .append(row.numFlights())
          .append('\n');
    }
    Totals total = table.total();
    lines
        .append(total.numFlights())
        .append(' ')
        .append(total.delayMinutes())
        .append(' ')
        .append(total.distanceMiles())
        .append('\n');
    digest.update(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The fingerprint of what was added; nothing can be added afterwards. */
  String finish() {
    return HexFormat.of().formatHex(digest.digest()).substring(0, NUM_DIGITS);
  }
}
