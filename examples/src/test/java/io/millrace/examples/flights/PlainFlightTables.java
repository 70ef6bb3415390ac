package io.millrace.examples.flights;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/** What the demo should come to, computed from the file hour by hour without any streams. */
final class PlainFlightTables {

  private record Row(long departureMillis, String from, String to, int delay, int miles) {}

  private static final Instant START = Instant.parse("2001-01-01T00:00:00Z");

  private PlainFlightTables() {}

  static String digest(int numHours) throws IOException, NoSuchAlgorithmException {
    List<Row> rows = rows();
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int hour = 1; hour <= numHours; hour++) {
      digest.update(table(rows, hour).getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  static long numFlights(int numHours) throws IOException {
    long endMillis = START.plus(Duration.ofHours(numHours)).toEpochMilli();
    return rows().stream().filter(row -> row.departureMillis() < endMillis).count();
  }

  private static String table(List<Row> rows, int hour) {
    Instant end = START.plus(Duration.ofHours(hour));
    long endMillis = end.toEpochMilli();
    long beginMillis = endMillis - Duration.ofHours(24).toMillis();
    TreeMap<String, int[]> airports = new TreeMap<>();
    TreeMap<String, int[]> routes = new TreeMap<>();
    int[] total = new int[3];
    for (Row row : rows) {
      if (row.departureMillis() < endMillis) {
        total[0]++;
        total[1] += row.delay();
        total[2] += row.miles();
        if (row.departureMillis() >= beginMillis) {
          int[] airport = airports.computeIfAbsent(row.from(), key -> new int[2]);
          airport[0]++;
          airport[1] += row.delay();
          routes.computeIfAbsent(row.from() + " " + row.to(), key -> new int[1])[0]++;
        }
      }
    }
    StringBuilder text = new StringBuilder().append(end).append('\n');
    airports.forEach((name, sums) -> text.append(name + " " + sums[0] + " " + sums[1] + "\n"));
    routes.forEach((name, count) -> text.append(name + " " + count[0] + "\n"));
    return text.append(total[0] + " " + total[1] + " " + total[2] + "\n").toString();
  }

  private static List<Row> rows() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                PlainFlightTables.class.getResourceAsStream("flights.csv"),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .skip(1)
          .map(line -> line.split(",", -1))
          .map(
              field ->
                  new Row(
                      LocalDateTime.parse(field[0]).toInstant(ZoneOffset.UTC).toEpochMilli(),
                      field[1],
                      field[2],
                      Integer.parseInt(field[3]),
                      Integer.parseInt(field[4])))
          .toList();
    }
  }
}
