package io.millrace.examples.flights;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.flights.HourTable.AirportRow;
import io.millrace.examples.flights.HourTable.RouteRow;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HourTableTest {

  private static final HourTable TABLE =
      new HourTable(
          15,
          Instant.parse("2001-01-01T15:00:00Z"),
          List.of(
              new AirportRow("AAA", new Totals(4, 4_000, 0)),
              new AirportRow("HOU", new Totals(10, 50, 0)),
              new AirportRow("MDW", new Totals(5, 25, 0)),
              new AirportRow("STL", new Totals(5, -10, 0)),
              new AirportRow("TPA", new Totals(8, 88, 0))),
          List.of(
              new RouteRow(new Route("HOU", "DAL"), 2),
              new RouteRow(new Route("MDW", "STL"), 7),
              new RouteRow(new Route("TPA", "MDW"), 2)),
          new Totals(3, 6, 1_000),
          new Totals(1_032, 4_153, 1_234_567));

  @Test
  void worstAirports_areThoseWithEnoughFlightsAndTiesGoByName() {
    assertThat(TABLE.worstAirports(3))
        .extracting(AirportRow::airport)
        .containsExactly("TPA", "HOU", "MDW");
  }

  @Test
  void busiestRoutes_breakTiesByName() {
    assertThat(TABLE.busiestRoutes(2))
        .extracting(row -> row.route().toString())
        .containsExactly("MDW-STL", "HOU-DAL");
  }

  @Test
  void tableText_fitsASmallTerminal() {
    List<String> lines = new TableText(Airports.load()).lines(new Frame(TABLE, 2_160, 0.4125));

    assertThat(lines).hasSize(23).allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
    assertThat(String.join("\n", lines))
        .contains("2001-01-01 15:00 UTC")
        .contains("batch 15 of 2,160")
        .contains("TPA  Tampa, FL")
        .contains("MDW-STL  Chicago, IL to St Louis, MO")
        .contains("1,032");
  }

  @Test
  void dailyLine_isOneLine() {
    assertThat(DailyLines.line(TABLE))
        .isEqualTo(
            "2001-01-01  batch   15    32 flights  +129.8 min  worst TPA +11.0   busiest MDW-STL 7");
  }
}
