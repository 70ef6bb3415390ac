package io.millrace.examples.flights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DurableFlightDemoTest {

  private static final int NUM_KILLS = 5;
  private static final int MAX_RUN_MILLIS = 1_500;

  @TempDir private Path directory;
  private Path checkpoint;
  private Path database;

  @BeforeEach
  void placeFiles() {
    checkpoint = directory.resolve("checkpoint");
    database = directory.resolve("flights.db");
  }

  private FlightDemo demo(int batches) {
    return new FlightDemo()
        .speed(PlaySpeed.MAX)
        .master("local[2]")
        .batches(batches)
        .durable(checkpoint, database);
  }

  private DemoResult run(int batches) throws InterruptedException {
    return demo(batches)
        .run(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
  }

  @Test
  void database_hasWhatPlainJavaComesTo() throws Exception {
    DemoResult result = run(60);

    assertThat(result.batches()).isEqualTo(60);
    assertThat(result.records()).isEqualTo(PlainFlightTables.numFlights(60));
    assertThat(result.digest()).isEqualTo(PlainFlightTables.digest(60));
  }

  @Test
  void laterRun_goesOnWhereTheLastOneWas() throws Exception {
    run(20);

    DemoResult result = run(50);

    assertThat(result.batches()).isEqualTo(50);
    assertThat(result.digest()).isEqualTo(PlainFlightTables.digest(50));
  }

  @Test
  void runAfterTheEnd_playsNothing() throws Exception {
    run(20);

    DemoResult result = run(20);

    assertThat(result.batches()).isEqualTo(20);
    assertThat(result.digest()).isEqualTo(PlainFlightTables.digest(20));
  }

  @Test
  void databaseThatCannotBeOpened_isNamed() {
    Path nowhere = directory.resolve("no such directory").resolve("flights.db");
    assertThatThrownBy(() -> new FlightDemo().durable(checkpoint, nowhere))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no such directory");
  }

  @Test
  @Tag("slow")
  void killedDemo_comesToWhatPlainJavaComesTo() throws Exception {
    long seed = 20_010_101;
    Random random = new Random(seed);
    int batches = 250;
    for (int i = 0; i < NUM_KILLS; i++) {
      Process process = start(batches);
      process.waitFor(1 + random.nextInt(MAX_RUN_MILLIS), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
    }
    Process last = start(batches);
    String result = new String(last.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(last.waitFor()).as("seed %d", seed).isZero();
    assertThat(result)
        .as("seed %d", seed)
        .contains("\"batches\":" + batches)
        .contains("\"digest\":\"" + PlainFlightTables.digest(batches) + "\"");
  }

  private Process start(int batches) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"));
    command.add("-Djava.io.tmpdir=" + directory);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(FlightDemo.class.getName());
    command.addAll(List.of("--speed", "max", "--quiet", "--master", "local[2]"));
    command.addAll(List.of("--batches", String.valueOf(batches)));
    command.addAll(List.of("--checkpoint", checkpoint.toString()));
    command.addAll(List.of("--database", database.toString()));
    return new ProcessBuilder(command).redirectError(directory.resolve("log.txt").toFile()).start();
  }
}
