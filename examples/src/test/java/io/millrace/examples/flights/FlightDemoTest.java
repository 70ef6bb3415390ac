package io.millrace.examples.flights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.InvalidSettingException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class FlightDemoTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final FlightDemo demo = new FlightDemo().speed(PlaySpeed.MAX).master("local[2]");

  @ParameterizedTest
  @ValueSource(strings = {"local[1]", "local[3]"})
  void run_comesToWhatPlainJavaComesTo(String master) throws Exception {
    DemoResult result = demo.master(master).run(printTo(out));

    assertThat(result.batches()).isEqualTo(2_160);
    assertThat(result.records()).isEqualTo(20_000);
    assertThat(result.digest()).isEqualTo(PlainFlightTables.digest(2_160));
    assertThat(result.skippedRows()).isZero();
    assertThat(result.malformedRows()).isZero();
    assertThat(result.hasRowsLeft()).isFalse();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void run_stopsAfterTheBatchesAskedFor() throws Exception {
    DemoResult result = demo.batches(100).run(printTo(out));

    assertThat(result.batches()).isEqualTo(100);
    assertThat(result.records()).isEqualTo(PlainFlightTables.numFlights(100));
    assertThat(result.digest()).isEqualTo(PlainFlightTables.digest(100));
    assertThat(result.hasRowsLeft()).isTrue();
  }

  @Test
  void run_comesToTheSameAtAnotherSpeed() throws Exception {
    DemoResult result = demo.batches(30).speed(new PlaySpeed(1e6)).run(printTo(out));

    assertThat(result.digest()).isEqualTo(PlainFlightTables.digest(30));
  }

  @Test
  void runAndReport_endsWithOneLineOfJson() throws Exception {
    demo.batches(48).view(View.LINES).runAndReport(printTo(out), printTo(err));

    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("2001-01-01  batch   24 ");
    assertThat(lines.get(1)).startsWith("2001-01-02  batch   48 ");
    assertThat(lines.get(2))
        .matches(
            "\\{\"batches\":48,\"records\":\\d+,\"elapsedMillis\":\\d+,"
                + "\"batchMillisP50\":\\d+\\.\\d{3},\"batchMillisP99\":\\d+\\.\\d{3},"
                + "\"digest\":\"[0-9a-f]{16}\"}");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void runAndReport_endsWithTheLastTableOnATerminal() throws Exception {
    demo.batches(40).view(View.TABLE).runAndReport(printTo(out), printTo(err));

    String text = out.toString(StandardCharsets.UTF_8);
    String lastTable = text.substring(text.lastIndexOf("\033[H"));
    assertThat(lastTable).contains("2001-01-02 16:00 UTC").contains("batch 40 of 40");
  }

  @Test
  void runAndReport_countsRowsThatAreNoFlights(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("some flights.csv");
    Files.writeString(
        file,
        """
        departure,origin,destination,delay_minutes,distance_miles
        2001-01-01T06:20,BNA,MCI,0,491
        2001-01-01T06:30,MDW,STL,-8
        2001-01-01T06:40,MDW,STL,late,251
        soon,MDW,STL,-8,251
        2001-01-01T06:50,,STL,-8,251

        2001-01-01T07:00,MSY,HOU,0,303,and more
        2001-01-01T07:00,MSY,HOU,15,303
        2001-01-01T07:00,MSY,HOU,15,-303
        """);

    demo.file(file).batches(24).runAndReport(printTo(out), printTo(err));

    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("{\"batches\":24,\"records\":2,");
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("rows skipped, without a departure time: 2")
        .contains("rows skipped, malformed: 5");
  }

  @Test
  void file_namesTheOneThatIsNotThere() {
    assertThatThrownBy(() -> demo.file(Path.of("no such.csv")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no such.csv");
  }

  @Test
  void batches_refusesLessThanOne() {
    assertThatThrownBy(() -> demo.batches(-3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-3");
  }

  @Test
  void run_refusesAnUnknownMaster() {
    assertThatThrownBy(() -> demo.master("lokal").run(printTo(out)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("lokal");
  }

  private static PrintStream printTo(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
