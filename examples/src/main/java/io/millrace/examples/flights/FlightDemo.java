package io.millrace.examples.flights;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.examples.Arguments;
import io.millrace.function.Function0;
import io.millrace.rdd.LongAccumulator;
import io.millrace.source.ReplaySource;
import io.millrace.stream.StreamingContext;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Plays three months of US flights through windows of a day that slide each hour.
 *
 * <p>A batch is an hour of the data, whether or not anything departs in it. What is computed
 * depends on the file and the number of batches alone, which the digest at the end proves: it is
 * the same at every speed and with any number of threads.
 */
public final class FlightDemo {

  /** The hours from the first of January to the end of March. */
  public static final int DEFAULT_BATCHES = 2_160;

  private static final Instant START = Instant.parse("2001-01-01T00:00:00Z");
  private static final String RESOURCE = "flights.csv";
  private static final long SHUTDOWN_TIMEOUT_SECONDS = 60;
  private static final List<String> OPTIONS = List.of("--batches", "--speed", "--file", "--master");

  private final Conf conf = new Conf().setIfMissing("millrace.master", "local[*]");
  private int numBatches = DEFAULT_BATCHES;
  private PlaySpeed speed = PlaySpeed.DEFAULT;
  private Function0<InputStream> file = () -> FlightDemo.class.getResourceAsStream(RESOURCE);
  private View view = View.NONE;

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
      err.printf("stopped after %d of %d batches%n", result.batches(), numBatches);
    } else if (result.hasRowsLeft() && numBatches >= DEFAULT_BATCHES) {
      err.println("the file goes on after the last hour played; --batches plays more");
    }
    if (result.skippedRows() > 0) {
      err.printf("rows skipped, without a departure time: %d%n", result.skippedRows());
    }
    if (result.malformedRows() > 0) {
      err.printf("rows skipped, malformed: %d%n", result.malformedRows());
    }
    err.flush();
    out.println(result.toJson());
    out.flush();
  }

  /** Runs to the end, shown as asked for on {@code out}. Failures as {@link #runAndReport}. */
  public DemoResult run(PrintStream out) throws InterruptedException {
    Duration hour = FlightStreams.BATCH_INTERVAL;
    ReplayClock clock = new ReplayClock(START, START.plus(hour.multipliedBy(numBatches)), speed);
    ReplaySource source = ReplaySource.of(file, Flight::departureMillisOf).header(1);
    TableDigest digest = new TableDigest();
    BatchTimes times = new BatchTimes();
    AtomicLong numFlights = new AtomicLong();
    conf.setIfMissing("millrace.app.name", "flight-demo");
    try (StreamingContext context = StreamingContext.builder(conf, hour).clock(clock).build();
        Display display = display(out)) {
      LongAccumulator malformed = context.rddContext().longAccumulator("malformed rows");
      FlightStreams.define(
          context.sourceStream(source).uid("flights"),
          malformed,
          table -> {
            digest.add(table);
            numFlights.set(table.total().numFlights());
            context.progress().lastBatch().ifPresent(times::add);
            display.show(new Frame(table, numBatches, times.lastMillis()));
            if (table.batchNumber() == numBatches) {
              context.stop(true, true);
            }
          });
      long startNanos = System.nanoTime();
      context.start();
      context.awaitTermination();
      long elapsedNanos = System.nanoTime() - startNanos;
      context.progress().lastBatch().ifPresent(times::add);
      return new DemoResult(
          context.progress().numBatches(),
          numFlights.get(),
          TimeUnit.NANOSECONDS.toMillis(elapsedNanos),
          times.percentileMillis(50),
          times.percentileMillis(99),
          digest.finish(),
          source.numSkipped(),
          malformed.value(),
          !source.isExhausted());
    }
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
