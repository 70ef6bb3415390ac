package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.flights.FlightDemo;
import io.millrace.examples.flights.PlaySpeed;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(60)
class CheckpointCommandTest {

  private static final int NUM_BATCHES = 30;

  @TempDir private static Path directory;

  private final ByteArrayOutputStream results = new ByteArrayOutputStream();
  private final StringWriter errors = new StringWriter();
  private final CommandLine millrace =
      Main.commandLine(
              new PrintStream(results, true, StandardCharsets.UTF_8),
              new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
          .setErr(new PrintWriter(errors));

  @BeforeAll
  static void runADemo() throws Exception {
    new FlightDemo()
        .batches(NUM_BATCHES)
        .speed(PlaySpeed.MAX)
        .master("local[2]")
        .durable(checkpoint(), directory.resolve("flights.db"))
        .run(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
  }

  private static Path checkpoint() {
    return directory.resolve("checkpoint");
  }

  private String output() {
    return results.toString(StandardCharsets.UTF_8);
  }

  /** A copy in which a byte of one file is another. */
  private static Path damagedCopy(String name) throws Exception {
    Path copy = directory.resolve("copy of " + name.replace('/', ' '));
    try (Stream<Path> walk = Files.walk(checkpoint())) {
      for (Path path : walk.toList()) {
        Files.copy(path, copy.resolve(checkpoint().relativize(path)));
      }
    }
    Path damaged = copy.resolve(name);
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length / 2] ^= 1;
    Files.write(damaged, bytes);
    return copy;
  }

  @Test
  void show_printsBatchesStatesSourcesAndOutputs() {
    int exitCode = millrace.execute("checkpoint", "show", checkpoint().toString());

    assertThat(exitCode).isZero();
    assertThat(output().lines())
        .contains("epoch       1", "last batch  30 of 2001-01-02T06:00:00Z")
        .anySatisfy(line -> assertThat(line).startsWith("  30  2001-01-02T06:00:00Z  committed"))
        .anySatisfy(line -> assertThat(line).startsWith("      flights  ("))
        .anySatisfy(line -> assertThat(line).startsWith("  by-airport  at most "))
        .anySatisfy(line -> assertThat(line).startsWith("  totals  at most "))
        .anySatisfy(line -> assertThat(line).startsWith("  flights  at ("))
        .contains("  airports  batch 30", "  routes  batch 30", "  totals-rows  batch 30");
  }

  @Test
  void show_asJson_isOneObject() {
    int exitCode = millrace.execute("checkpoint", "show", "--json", checkpoint().toString());

    assertThat(exitCode).isZero();
    assertThat(output().lines())
        .singleElement()
        .asString()
        .startsWith("{\"location\":")
        .contains("\"epoch\":1,\"lastBatch\":30,\"lastTime\":\"2001-01-02T06:00:00Z\"");
  }

  @Test
  void verify_ofAWholeCheckpoint_isExitCode0() {
    assertThat(millrace.execute("checkpoint", "verify", checkpoint().toString())).isZero();
    assertThat(output().lines()).containsExactly("the checkpoint is whole");
  }

  @Test
  void verify_namesTheDamagedFile_andIsExitCode1() throws Exception {
    Path copy = damagedCopy("identity");

    assertThat(millrace.execute("checkpoint", "verify", copy.toString())).isEqualTo(1);

    assertThat(output().lines())
        .singleElement()
        .asString()
        .startsWith("identity: ")
        .contains("is damaged");
  }

  @Test
  void verify_asJson_listsTheProblems() throws Exception {
    List<String> slots;
    try (Stream<Path> list = Files.list(checkpoint().resolve("log"))) {
      slots = list.map(slot -> "log/" + slot.getFileName()).sorted().toList();
    }
    String last = slots.get(slots.size() - 1);
    Path copy = damagedCopy(last);

    assertThat(millrace.execute("checkpoint", "verify", "--json", copy.toString())).isEqualTo(1);

    assertThat(output()).contains("\"problems\":[{\"object\":\"" + last + "\",\"message\":\"");
  }

  @Test
  void show_ofWhatIsNoCheckpoint_saysSo() {
    int exitCode = millrace.execute("checkpoint", "show", directory.toString());

    assertThat(exitCode).isEqualTo(1);
    assertThat(errors.toString().lines())
        .singleElement()
        .asString()
        .startsWith("millrace checkpoint show: ")
        .contains("is not a whole checkpoint");
  }
}
