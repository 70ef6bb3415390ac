package io.millrace.cli;

import io.millrace.examples.flights.FlightDemo;
import io.millrace.examples.flights.PlaySpeed;
import io.millrace.examples.flights.View;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = {
      "Play three months of US flights: which airports are late now?",
      "",
      "20,000 departures from January to March 2001 are played an hour per batch. For the last 24"
          + " hours it shows, hour by hour, the airports with the worst mean delay and the busiest"
          + " routes: a table on a terminal, a line per day elsewhere. The last line is JSON with"
          + " figures and a digest, which depends on the file and the number of batches alone.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace demo                        three months in a minute",
      "  millrace demo --speed 3600           an hour per second",
      "  millrace demo --speed max --quiet    only the figures, as fast as it goes",
      "  millrace demo --checkpoint /tmp/demo --database /tmp/demo.db",
      "                                       into a database, and to be killed at will"
    })
final class DemoCommand implements Callable<Integer> {

  private final MillraceCommand millrace;
  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--batches",
      paramLabel = "N",
      description = "Stop after N batches, which are hours of the data.")
  private int batches = FlightDemo.DEFAULT_BATCHES;

  @Option(
      names = "--speed",
      paramLabel = "X",
      converter = Converters.ToSpeed.class,
      description = "Seconds of the data in a second of the clock, or max for as fast as it goes.")
  private PlaySpeed speed = PlaySpeed.DEFAULT;

  @Option(names = "--quiet", description = "Print only the last line.")
  private boolean quiet;

  @Option(
      names = "--file",
      showDefaultValue = Visibility.NEVER,
      paramLabel = "FILE",
      description =
          "Play this file instead: a header, then rows of departure (2001-01-01T06:20), origin,"
              + " destination, delay in minutes, distance in miles, in order of departure. Rows that"
              + " are not like that are skipped and counted.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--master",
      showDefaultValue = Visibility.NEVER,
      paramLabel = "MASTER",
      description =
          "Where to run: local, local[n] for n threads, local[*] for all processors, or a master of"
              + " Spark's (see millrace run --help).%nDefault: the setting millrace.master, else"
              + " local[*]")
  private Optional<String> master = Optional.empty();

  /** Both or neither. */
  static final class Durability {

    @Option(
        names = "--checkpoint",
        required = true,
        showDefaultValue = Visibility.NEVER,
        paramLabel = "DIR",
        description =
            "Keep a checkpoint in this directory. The demo may then be killed at any time (kill -9);"
                + " started again with the same options it goes on where it was.")
    private Path checkpoint = Path.of("");

    @Option(
        names = "--database",
        required = true,
        showDefaultValue = Visibility.NEVER,
        paramLabel = "FILE",
        description =
            "Write each hour's airports, routes and totals to this SQLite file, exactly once. The"
                + " digest is then that of the file.")
    private Path database = Path.of("");
  }

  @ArgGroup(exclusive = false)
  private @Nullable Durability durability;

  DemoCommand(MillraceCommand millrace, PrintStream out, PrintStream err) {
    this.millrace = millrace;
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws InterruptedException {
    demo().runAndReport(out, err);
    return 0;
  }

  private FlightDemo demo() {
    FlightDemo demo = new FlightDemo().speed(speed).view(view());
    master.ifPresent(demo::master);
    try {
      demo.batches(batches);
      file.ifPresent(demo::file);
      Durability to = durability;
      if (to != null) {
        demo.durable(to.checkpoint, to.database);
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
    return demo;
  }

  /** Log lines would tear the table apart. */
  private View view() {
    if (quiet) {
      return View.NONE;
    }
    return millrace.isVerbose() ? View.LINES : View.preferred();
  }
}
