package io.millrace.examples.flights;

import io.millrace.Conf;
import io.millrace.CorruptionException;
import io.millrace.InvalidSettingException;
import io.millrace.checkpoint.CheckpointReader;
import io.millrace.examples.Arguments;
import io.millrace.function.Function0;
import io.millrace.rdd.LongAccumulator;
import io.millrace.source.ReplaySource;
import io.millrace.stream.StreamingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Plays three months of US flights through windows of a day that slide each hour.
 *
 * <p>A batch is an hour of the data, whether or not anything departs in it. What is computed
 * depends on the file and the number of batches alone, which the digest at the end proves: it is
 * the same at every speed, with any number of threads, and however often a {@linkplain #durable
 * durable} demo is killed and started again.
 */
public final class FlightDemo {

  /** The hours from the first of January to the end of March. */
  public static final int DEFAULT_BATCHES = 2_160;

  private static final Instant START = Instant.parse("2001-01-01T00:00:00Z");
  private static final String RESOURCE = "flights.csv";
  private static final long SHUTDOWN_TIMEOUT_SECONDS = 60;
  private static final List<String> OPTIONS =
      List.of("--batches", "--speed", "--file", "--master", "--checkpoint", "--database");

  private final Conf conf = new Conf().setIfMissing("millrace.master", "local[*]");
  private int numBatches = DEFAULT_BATCHES;
  private PlaySpeed speed = PlaySpeed.DEFAULT;
  private Function0<InputStream> file = () -> FlightDemo.class.getResourceAsStream(RESOURCE);
  private View view = View.NONE;
  private Optional<Durability> durability = Optional.empty();

  private record Durability(Path checkpoint, Path database) {}

  /** A demo of the whole file at the default speed, which shows nothing. */
  public FlightDemo() {}

  /** Where it runs; {@code local[*]} unless the process sets another. */
  public FlightDemo master(String master) {
    conf.setMaster(master);
    return this;
  }

  /**
   * Stops after this many hours, at least 1.
   *
   * @throws IllegalArgumentException if it is less
   */
  public FlightDemo batches(int batches) {
    if (batches < 1) {
      throw new IllegalArgumentException(
          "the number of batches must be at least 1, not " + batches);
    }
    numBatches = batches;
    return this;
  }

  public FlightDemo speed(PlaySpeed playSpeed) {
    speed = playSpeed;
    return this;
  }

  /**
   * Plays another file of the same form: a header, then rows in order of departure from {@code
   * 2001-01-01T00:00} on.
   *
   * @throws IllegalArgumentException if there is no such file, or it can't be read
   */
  public FlightDemo file(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException("there is no file " + path);
    }
    if (!Files.isReadable(path)) {
      throw new IllegalArgumentException("the file " + path + " can't be read");
    }
    file = () -> Files.newInputStream(path);
    return this;
  }

  /**
   * Writes the results to a database, each hour exactly once, whatever happens to the process; a
   * demo that is started with the same two files again goes on where the last one was.
   *
   * @param checkpoint a directory, created if need be
   * @param database a SQLite file, created if need be
   * @throws IllegalArgumentException if the database can't be used
   */
  public FlightDemo durable(Path checkpoint, Path database) {
    new FlightDatabase(database).createTables();
    durability = Optional.of(new Durability(checkpoint, database));
    return this;
  }

  public FlightDemo view(View shown) {
    view = shown;
    return this;
  }

  /**
   * Runs to the end, or until the process is told to end; then writes the figures as the last line.
   *
   * @param out takes the view and the figures
   * @param err takes what was wrong with the file
   * @throws InvalidSettingException if the master or a setting is wrong
   * @throws RuntimeException if a batch fails
   */
  public void runAndReport(PrintStream out, PrintStream err) throws InterruptedException {
    CountDownLatch reported = new CountDownLatch(1);
    Thread shutdown = new Thread(() -> awaitQuietly(reported), "flight-demo-report");
    Runtime.getRuntime().addShutdownHook(shutdown);
    try {
      report(run(out), out, err);
    } finally {
      reported.countDown();
      removeShutdownHook(shutdown);
    }
  }

  /** Holds the end of the process up until the figures of an interrupted run are written. */
  private static void awaitQuietly(CountDownLatch reported) {
    try {
      if (!reported.await(SHUTDOWN_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("the demo does not end; giving up");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeShutdownHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending and the hook has begun; it waits for nothing any more.
      return;
    }
  }

  private void report(DemoResult result, PrintStream out, PrintStream err) {
    if (result.batches() < numBatches) {
      err.printf(Locale.ROOT, "stopped after %d of %d batches%n", result.batches(), numBatches);
    } else if (result.hasRowsLeft() && numBatches >= DEFAULT_BATCHES) {
      err.println("the file goes on after the last hour played; --batches plays more");
    }
    if (result.skippedRows() > 0) {
      err.printf(Locale.ROOT, "rows skipped, without a departure time: %d%n", result.skippedRows());
    }
    if (result.malformedRows() > 0) {
      err.printf(Locale.ROOT, "rows skipped, malformed: %d%n", result.malformedRows());
    }
    err.flush();
    out.println(result.toJson());
    out.flush();
  }

  /** Runs to the end, shown as asked for on {@code out}. Failures as {@link #runAndReport}. */
  public DemoResult run(PrintStream out) throws InterruptedException {
    Duration hour = FlightStreams.BATCH_INTERVAL;
    Instant end = START.plus(hour.multipliedBy(numBatches));
    ReplayClock clock = new ReplayClock(lastHour().orElse(START), end, speed);
    ReplaySource source = ReplaySource.of(file, Flight::departureMillisOf).header(1);
    Tables played = new Tables();
    BatchTimes times = new BatchTimes();
    conf.setIfMissing("millrace.app.name", "flight-demo");
    try (StreamingContext context = StreamingContext.builder(conf, hour).clock(clock).build();
        Display display = display(out)) {
      durability.ifPresent(to -> context.checkpoint(to.checkpoint().toString()));
      context.registerTypes(Totals.class, Route.class);
      LongAccumulator malformed = context.rddContext().longAccumulator("malformed rows");
      FlightStreams.define(
          context.sourceStream(source).uid("flights"),
          START,
          malformed,
          table -> {
            played.add(table);
            context.progress().lastBatch().ifPresent(times::add);
            display.show(new Frame(table, numBatches, times.lastMillis()));
            if (table.batchNumber() == numBatches) {
              context.stop(true, true);
            }
          },
          durability.map(to -> new FlightDatabase(to.database())));
      long startNanos = System.nanoTime();
      context.start();
      if (lastHour().filter(reached -> !reached.isBefore(end)).isPresent()) {
        context.stop(true, true); // there is nothing left to play
      }
      context.awaitTermination();
      long elapsedNanos = System.nanoTime() - startNanos;
      context.progress().lastBatch().ifPresent(times::add);
      Tables result = durability.map(this::written).orElse(played);
      return new DemoResult(
          result.numTables,
          result.numFlights,
          TimeUnit.NANOSECONDS.toMillis(elapsedNanos),
          times.percentileMillis(50),
          times.percentileMillis(99),
          result.digest.finish(),
          source.numSkipped(),
          malformed.value(),
          !source.isExhausted());
    }
  }

  /** What the tables of a run amount to. */
  private static final class Tables {

    private final TableDigest digest = new TableDigest();
    private long numTables;
    private long numFlights;

    void add(HourTable table) {
      digest.add(table);
      numTables++;
      numFlights = table.total().numFlights();
    }
  }

  /** The end of the last hour that the checkpoint has; empty if there is no such thing. */
  private Optional<Instant> lastHour() {
    if (durability.isEmpty() || !Files.isDirectory(durability.get().checkpoint())) {
      return Optional.empty();
    }
    try (CheckpointReader reader =
        CheckpointReader.open(durability.get().checkpoint().toString())) {
      return reader.contents().lastTime();
    } catch (CorruptionException e) {
      return Optional.empty(); // empty, or damaged, which the start of the context tells
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that is in the database, also of runs before this one. */
  private Tables written(Durability to) {
    Tables tables = new Tables();
    lastHour()
        .ifPresent(
            last ->
                new FlightDatabase(to.database())
                    .read(START.plus(FlightStreams.BATCH_INTERVAL), last, tables::add));
    return tables;
  }

  private Display display(PrintStream out) {
    return switch (view) {
      case TABLE -> Screen.open(out, Airports.load());
      case LINES -> new DailyLines(out);
      case NONE -> Display.NONE;
    };
  }

  public static void main(String[] args) throws InterruptedException {
    try {
      Arguments arguments = Arguments.parse(args, OPTIONS, List.of("--quiet"));
      FlightDemo demo = new FlightDemo();
      arguments.value("--master").ifPresent(demo::master);
      arguments.value("--batches").map(FlightDemo::number).ifPresent(demo::batches);
      arguments.value("--speed").map(PlaySpeed::parse).ifPresent(demo::speed);
      arguments.value("--file").map(Path::of).ifPresent(demo::file);
      Optional<Path> checkpoint = arguments.value("--checkpoint").map(Path::of);
      Optional<Path> database = arguments.value("--database").map(Path::of);
      if (checkpoint.isPresent() != database.isPresent()) {
        throw new IllegalArgumentException("--checkpoint and --database go together");
      }
      checkpoint.ifPresent(directory -> demo.durable(directory, database.orElseThrow()));
      demo.view(arguments.has("--quiet") ? View.NONE : View.preferred());
      demo.runAndReport(System.out, System.err);
    } catch (IllegalArgumentException | InvalidSettingException e) {
      System.err.println("FlightDemo: " + e.getMessage());
      System.exit(2);
    }
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("expected a number, not '" + text + "'", e);
    }
  }
}
