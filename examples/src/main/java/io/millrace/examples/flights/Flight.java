package io.millrace.examples.flights;

import java.io.Serializable;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/**
 * One departure.
 *
 * @param departureMillis local time read as UTC, in milliseconds since the epoch
 * @param origin IATA code
 * @param destination IATA code
 * @param delayMinutes of the departure; negative if it was early
 */
record Flight(
    long departureMillis, String origin, String destination, int delayMinutes, int distanceMiles)
    implements Serializable {

  private static final Pattern IATA_CODE = Pattern.compile("[A-Z]{3}");

  /**
   * @param row as in {@code 2001-01-01T06:20,BNA,MCI,0,491}
   * @throws IllegalArgumentException if it is not like that
   */
  static Flight parse(String row) {
    String[] fields = row.split(",", -1);
    if (fields.length != 5) {
      throw new IllegalArgumentException("not a flight: " + row);
    }
    return new Flight(
        departureMillisOf(row),
        airport(fields[1]),
        airport(fields[2]),
        Integer.parseInt(fields[3]),
        Integer.parseUnsignedInt(fields[4]));
  }

  private static String airport(String field) {
    if (!IATA_CODE.matcher(field).matches()) {
      throw new IllegalArgumentException("not an airport: " + field);
    }
    return field;
  }

  /**
   * The time of a row, of which nothing else need be right.
   *
   * @throws IllegalArgumentException if it has none
   */
  static long departureMillisOf(String row) {
    int end = row.indexOf(',');
    try {
      return LocalDateTime.parse(row.substring(0, Math.max(0, end)))
          .toInstant(ZoneOffset.UTC)
          .toEpochMilli();
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("no departure time", e);
    }
  }
}
