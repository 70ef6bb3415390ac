package io.millrace.benchmarks;

import io.millrace.Conf;
import io.millrace.stream.BatchInfo;
import io.millrace.stream.StreamingContext;
import io.millrace.testkit.ManualClock;
import java.time.Duration;

/** A streaming context whose batches are run one by one, through the real batch loop. */
public final class BatchStepper implements AutoCloseable {

  private static final Duration BATCH = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final ManualClock clock = new ManualClock();
  private final StreamingContext context;

  BatchStepper(String master) {
    this(new Conf().setMaster(master));
  }

  public BatchStepper(Conf conf) {
    this.context = StreamingContext.builder(conf.setAppName("bench"), BATCH).clock(clock).build();
  }

  /** Sets the clock, before the start: the first batch is an interval later. */
  void skipTo(long millis) {
    clock.setMillis(millis);
  }

  public StreamingContext context() {
    return context;
  }

  public void start() throws InterruptedException {
    context.start();
    awaitIdle();
  }

  /** Runs one batch. */
  public BatchInfo step() throws InterruptedException {
    clock.advance(BATCH);
    awaitIdle();
    return context.progress().lastBatch().orElseThrow();
  }

  private void awaitIdle() throws InterruptedException {
    if (!clock.awaitIdle(1, LIMIT)) {
      context.awaitTerminationOrTimeout(0);
      throw new IllegalStateException("a batch has not ended within " + LIMIT);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
