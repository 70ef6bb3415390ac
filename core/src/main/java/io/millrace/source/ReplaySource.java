package io.millrace.source;

import io.millrace.Tuple3;
import io.millrace.function.Function;
import io.millrace.function.Function0;
import io.millrace.spi.plan.ListSource;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays a file of timestamped lines: a batch gets the lines whose time has come.
 *
 * <p>Lines are in order of time. The batch that covers {@code [start, end)} of batch time gets the
 * lines of the corresponding span of data time; a line that is earlier than its predecessors is
 * handed out with them. Lines before the start of the first batch are passed over. By default data
 * time is batch time: right for a clock that is set to the time of the data. {@link #startingAt}
 * and {@link #speed} map one to the other: with a start of 09:00 and a speed of 60, the first
 * minute of batch time plays the hour from 09:00 to 10:00.
 *
 * <p>Lines whose time can't be told are skipped, counted ({@link #numSkipped()}), and logged, the
 * first {@value #MAX_LOGGED} of them with their number.
 *
 * <p>Options are set before the context starts. The file is read on the batch thread, a batch at a
 * time; the lines of one batch are held in memory.
 */
public final class ReplaySource implements Source<String, ReplaySource.Lines> {

  private static final Logger LOG = LoggerFactory.getLogger(ReplaySource.class);
  private static final int MAX_LOGGED = 10;

  /**
   * The lines of one batch: numbers {@code [firstLine, firstLine + lines.size())}, skipped left
   * out.
   */
  public record Lines(long firstLine, List<String> lines) implements InputRange {

    public Lines {
      lines = List.copyOf(lines);
    }

    @Override
    public long numRecords() {
      return lines.size();
    }

    @Override
    public boolean isEmpty() {
      return lines.isEmpty();
    }

    @Override
    public String description() {
      return lines.isEmpty() ? "no lines" : lines.size() + " lines from line " + firstLine;
    }
  }

  private final Function0<InputStream> file;
  private final Function<String, @Nullable Long> timeMillisOf;
  private final AtomicLong numSkipped = new AtomicLong();
  private int headerLines;
  private int numPartitions = 1;
  private double speed = 1;
  private OptionalLong startMillis = OptionalLong.empty();
  private OptionalLong zeroBatchMillis = OptionalLong.empty();

  /** The range that was handed out last is the first. */
  private boolean isZeroNew;

  private @Nullable BufferedReader reader;
  private @Nullable String pending;
  private long pendingMillis;
  private long lineNumber;
  private volatile boolean exhausted;

  private ReplaySource(Function0<InputStream> file, Function<String, @Nullable Long> timeMillisOf) {
    this.file = Objects.requireNonNull(file);
    this.timeMillisOf = Objects.requireNonNull(timeMillisOf);
  }

  /**
   * Plays UTF-8 text.
   *
   * @param file opens the file; called when a start is checked, and when the context starts
   * @param timeMillisOf the time of a line in milliseconds since the epoch; null or an exception if
   *     it has none
   */
  public static ReplaySource of(
      Function0<InputStream> file, Function<String, @Nullable Long> timeMillisOf) {
    return new ReplaySource(file, timeMillisOf);
  }

  /** Leaves out the first {@code lines} lines. */
  public ReplaySource header(int lines) {
    headerLines = requireAtLeast("header lines", lines, 0);
    return this;
  }

  /** Cuts each batch into this many partitions, at least 1; 1 by default. */
  public ReplaySource partitions(int partitions) {
    numPartitions = requireAtLeast("partitions", partitions, 1);
    return this;
  }

  private static int requireAtLeast(String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(what + " must be at least " + least + ", not " + value);
    }
    return value;
  }

  /** The data time at which the first batch begins, instead of that batch's own time. */
  public ReplaySource startingAt(Instant start) {
    startMillis = OptionalLong.of(start.toEpochMilli());
    return this;
  }

  /**
   * How much data time one unit of batch time plays; 1 by default.
   *
   * @param factor positive and finite
   */
  public ReplaySource speed(double factor) {
    if (!(factor > 0) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("the speed must be positive and finite, not " + factor);
    }
    speed = factor;
    return this;
  }

  /** How many lines were skipped because their time could not be told; safe from any thread. */
  public long numSkipped() {
    return numSkipped.get();
  }

  /** Opens the file, and closes it. */
  @Override
  public void check() throws Exception {
    Objects.requireNonNull(file.call(), "the replayed file does not exist").close();
  }

  @Override
  public void start(SourceContext context) throws Exception {
    reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(file.call(), "the replayed file does not exist"),
                StandardCharsets.UTF_8));
    for (int i = 0; i < headerLines; i++) {
      readLine();
    }
    advance();
  }

  @Override
  public Lines nextRange(long batchTimeMillis, long previousTimeMillis) throws Exception {
    isZeroNew = zeroBatchMillis.isEmpty();
    if (isZeroNew) {
      zeroBatchMillis = OptionalLong.of(previousTimeMillis);
      passOver(dataTime(previousTimeMillis));
    }
    long endMillis = dataTime(batchTimeMillis);
    long firstLine = lineNumber;
    List<String> lines = new ArrayList<>();
    for (String line = pending; line != null && pendingMillis < endMillis; line = pending) {
      lines.add(line);
      advance();
    }
    return new Lines(firstLine, lines);
  }

  private void passOver(long untilMillis) throws IOException {
    long numPassed = 0;
    while (pending != null && pendingMillis < untilMillis) {
      numPassed++;
      advance();
    }
    if (numPassed > 0) {
      LOG.info("{} lines before {} are passed over", numPassed, Instant.ofEpochMilli(untilMillis));
    }
  }

  private long dataTime(long batchMillis) {
    long zero = zeroBatchMillis.orElseThrow();
    return startMillis.orElse(zero) + Math.round((batchMillis - zero) * speed);
  }

  /** Moves to the next line that has a time. */
  private void advance() throws IOException {
    for (String line = readLine(); line != null; line = readLine()) {
      try {
        Long millis = timeMillisOf.call(line);
        if (millis != null) {
          pending = line;
          pendingMillis = millis;
          return;
        }
        skip(line, "it has no time");
      } catch (Exception e) {
        skip(line, e.toString());
      }
    }
    pending = null;
    exhausted = true;
  }

  private void skip(String line, String reason) {
    if (numSkipped.incrementAndGet() <= MAX_LOGGED) {
      LOG.warn("line {} is skipped: {}: {}", lineNumber, reason, line);
    }
  }

  private @Nullable String readLine() throws IOException {
    BufferedReader open = reader;
    if (open == null) {
      return null;
    }
    lineNumber++;
    return open.readLine();
  }

  /** Whether all lines have been handed out; safe from any thread. */
  public boolean isExhausted() {
    return exhausted;
  }

  @Override
  public PlanNode<String> read(Lines range) {
    return new SourceNode<>("replay", new ListSource<>(range.lines(), numPartitions));
  }

  @Override
  public Optional<Replay<Lines>> replay() {
    return Optional.of(new LineNumbers());
  }

  /**
   * A range is (number of its first line, how many lines, zero); a position (number of the next
   * line, lines skipped so far, zero). Zero is the batch time from which data time is counted.
   */
  private final class LineNumbers implements Replay<Lines> {

    private static final long NO_ZERO = Long.MIN_VALUE;

    @Override
    public Object durable(Lines range) {
      return new Tuple3<>(range.firstLine(), (long) range.lines().size(), zero());
    }

    /** The first range fixes zero, from which the times of all others are counted. */
    @Override
    public boolean mustBeRecorded(Lines range) {
      return isZeroNew || !range.isEmpty();
    }

    @Override
    public Object position() {
      return new Tuple3<>(lineNumber, numSkipped.get(), zero());
    }

    private long zero() {
      return zeroBatchMillis.orElse(NO_ZERO);
    }

    private void setZero(long millis) {
      zeroBatchMillis = millis == NO_ZERO ? OptionalLong.empty() : OptionalLong.of(millis);
    }

    @Override
    public void restore(Object position, List<Object> ranges) throws IOException {
      Tuple3<?, ?, ?> at = (Tuple3<?, ?, ?>) position;
      goTo((Long) at._1());
      numSkipped.set((Long) at._2());
      setZero((Long) at._3());
      for (Object range : ranges) {
        range(range);
      }
    }

    private void goTo(long line) throws IOException {
      while (pending != null && lineNumber < line) {
        advance();
      }
      if (lineNumber != line) {
        throw changed(line);
      }
    }

    @Override
    public Lines range(Object durable) throws IOException {
      Tuple3<?, ?, ?> range = (Tuple3<?, ?, ?>) durable;
      long firstLine = (Long) range._1();
      long count = (Long) range._2();
      setZero((Long) range._3());
      // The first range of all begins where lines were passed over.
      goTo(firstLine);
      List<String> lines = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        String line = pending;
        if (line == null) {
          throw changed(firstLine + count);
        }
        lines.add(line);
        advance();
      }
      return new Lines(firstLine, lines);
    }

    /** The file may be shorter than it was. */
    @Override
    public void skip(Object durable) throws IOException {
      Tuple3<?, ?, ?> range = (Tuple3<?, ?, ?>) durable;
      setZero((Long) range._3());
      while (pending != null && lineNumber < (Long) range._1()) {
        advance();
      }
      for (long i = (Long) range._2(); i > 0 && pending != null; i--) {
        advance();
      }
    }

    private IOException changed(long line) {
      return new IOException(
          String.format(
              Locale.ROOT,
              "the replayed file has no line %d where there was one before (it is at line %d); play"
                  + " the same file as before",
              line,
              lineNumber));
    }
  }

  @Override
  public void stop() {
    BufferedReader open = reader;
    reader = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.warn("closing a replayed file failed", e);
      }
    }
  }
}
