package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Settings;
import io.millrace.sink.FileSinkReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * {@code millrace run} on a jar whose classes are nowhere but in it: a class loader of its own,
 * below Millrace's. Module spark does the same on its engine.
 */
@Timeout(60)
class RunJarTest {

  private static final PrintStream NOWHERE =
      new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

  @TempDir private Path directory;

  @AfterEach
  void forgetTheMaster() {
    System.clearProperty(Settings.MASTER.key());
  }

  @Test
  void aProgramsOwnClasses_areTakenEverywhere_alsoByItsNextRun() throws Exception {
    Path jar = compiled();
    Path in = Files.createDirectory(directory.resolve("in"));
    try (Connection connection = database();
        Statement statement = connection.createStatement()) {
      statement.execute("create table orders(shop text, cents integer)");
    }

    Files.write(in.resolve("1"), List.of("north,300,LARGE", "south,20,SMALL", "north,7,SMALL"));
    run(jar, 3);
    assertThat(Files.readAllLines(directory.resolve("results"))).isEqualTo(RESULTS);
    assertThat(lines("accounts")).containsExactlyInAnyOrder("north=300", "north=307", "south=20");

    // In another class loader, whose classes are others of the same names.
    Files.write(in.resolve("2"), List.of("south,1000,LARGE"));
    run(jar, 1);
    assertThat(Files.readAllLines(directory.resolve("results"))).isEqualTo(RESULTS);
    assertThat(lines("accounts"))
        .containsExactlyInAnyOrder("north=300", "north=307", "south=20", "south=1020");
    assertThat(lines("totals"))
        .contains(
            "(Shop[name=north],Total[cents=307, count=2, largest=LARGE])",
            "(Shop[name=south],Total[cents=20, count=1, largest=SMALL])",
            "(Shop[name=south],Total[cents=1020, count=2, largest=LARGE])");
    assertThat(lines("lines"))
        .containsExactlyInAnyOrder(
            "Order[shop=Shop[name=north], cents=300, size=LARGE]",
            "Order[shop=Shop[name=south], cents=20, size=SMALL]",
            "Order[shop=Shop[name=north], cents=7, size=SMALL]",
            "Order[shop=Shop[name=south], cents=1000, size=LARGE]");
    assertThat(lines("csv"))
        .containsExactlyInAnyOrder("north,300", "south,20", "north,7", "south,1000");
    assertThat(lines("windows")).contains("north", "south");
    assertThat(rows()).containsExactlyInAnyOrder("north 300", "south 20", "north 7", "south 1000");
  }

  private static final List<String> RESULTS =
      List.of(
          "north 2 of 3",
          "max Order[shop=Shop[name=north], cents=300, size=LARGE]",
          "sums {Shop[name=north]=307, Shop[name=south]=20}",
          "joined 94649",
          "grouped [2]",
          "distinct 2",
          "read back [Order[shop=Shop[name=north], cents=300, size=LARGE]]",
          "failed by Orders$SmallChange: Order[shop=Shop[name=north], cents=7, size=SMALL]");

  private Path compiled() throws Exception {
    String source =
        new String(
            RunJarTest.class.getResourceAsStream("Orders.java").readAllBytes(),
            StandardCharsets.UTF_8);
    return CompiledJar.of(directory, "Orders", source, System.getProperty("java.class.path"));
  }

  private void run(Path jar, int numOrders) {
    StringWriter errors = new StringWriter();
    CommandLine millrace = Main.commandLine(NOWHERE, NOWHERE).setErr(new PrintWriter(errors));
    int exitCode =
        millrace.execute(
            "run",
            "--master",
            "local[2]",
            jar.toString(),
            directory.toString(),
            Integer.toString(numOrders));
    assertThat(exitCode).as(errors.toString()).isZero();
    assertThat(errors.toString()).isEmpty();
  }

  private Connection database() throws Exception {
    return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("orders.db"));
  }

  private List<String> rows() throws Exception {
    List<String> rows = new ArrayList<>();
    try (Connection connection = database();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select * from orders")) {
      while (row.next()) {
        rows.add(row.getString(1) + " " + row.getInt(2));
      }
    }
    return rows;
  }

  private List<String> lines(String target) throws Exception {
    try (FileSinkReader reader = FileSinkReader.open(directory.resolve(target).toString());
        Stream<String> lines = reader.lines()) {
      return lines.toList();
    }
  }
}
