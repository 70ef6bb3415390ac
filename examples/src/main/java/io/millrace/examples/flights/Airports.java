package io.millrace.examples.flights;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Where airports are. */
final class Airports {

  private final Map<String, String> cities;

  private Airports(Map<String, String> cities) {
    this.cities = cities;
  }

  /** Those of the demo's data. */
  static Airports load() {
    Map<String, String> cities = new HashMap<>();
    try (BufferedReader rows =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Airports.class.getResourceAsStream("airports.csv")),
                StandardCharsets.UTF_8))) {
      rows.lines()
          .skip(1)
          .map(row -> row.split(",", -1))
          .forEach(fields -> cities.put(fields[0], fields[2] + ", " + fields[3]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Airports(cities);
  }

  /** Such as {@code St Louis, MO}; empty for an airport that is not known. */
  String city(String airport) {
    return cities.getOrDefault(airport, "");
  }
}
