package io.millrace.internal.scheduler;

import io.millrace.BatchFailure;
import io.millrace.source.InputRange;
import io.millrace.source.Source;
import io.millrace.spi.Clock;
import io.millrace.spi.plan.PlanNode;
import io.millrace.stream.BatchFailedException;
import io.millrace.stream.BatchInfo;
import io.millrace.stream.OutputOperationInfo;
import io.millrace.stream.StreamInputInfo;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchSubmitted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerOutputOperationCompleted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerOutputOperationStarted;
import io.millrace.stream.Time;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.Output;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for ticks and runs batches, on the batch thread. A batch: ask each source for its range,
 * plan, advance windows, run the outputs in order of declaration.
 */
final class BatchLoop implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(BatchLoop.class);

  /** What the owner of the loop hears from it. */
  interface Owner {

    /** The context has to stop because of this error. */
    void failed(Throwable error);

    /** The loop has ended; the last call. */
    void ended();
  }

  private enum StopMode {
    NONE,
    GRACEFULLY,
    AT_ONCE
  }

  private final TickSchedule schedule;
  private final Clock clock;
  private final List<InputNode<?>> inputs;
  private final List<Output> outputs;
  private final StreamPlans plans;
  private final BatchFailure onFailure;
  private final ListenerBus listeners;
  private final ProgressBoard progress;
  private final Owner owner;
  private volatile StopMode stopMode = StopMode.NONE;
  private long batchNumber;
  private long previousMillis;

  BatchLoop(
      TickSchedule schedule,
      Clock clock,
      List<InputNode<?>> inputs,
      List<Output> outputs,
      StreamPlans plans,
      BatchFailure onFailure,
      ListenerBus listeners,
      ProgressBoard progress,
      Owner owner) {
    this.schedule = schedule;
    this.clock = clock;
    this.inputs = inputs;
    this.outputs = outputs;
    this.plans = plans;
    this.onFailure = onFailure;
    this.listeners = listeners;
    this.progress = progress;
    this.owner = owner;
    this.previousMillis = schedule.floor(clock.millis());
  }

  /** Finishes the batch that runs and, if gracefully, what the sources hold; then ends the loop. */
  void stop(boolean gracefully) {
    if (stopMode != StopMode.AT_ONCE) {
      stopMode = gracefully ? StopMode.GRACEFULLY : StopMode.AT_ONCE;
    }
    clock.wake();
  }

  private boolean isStopping() {
    return stopMode != StopMode.NONE;
  }

  @Override
  public void run() {
    try {
      while (true) {
        long next = previousMillis + schedule.intervalMillis();
        clock.awaitMillis(next, this::isStopping);
        if (isStopping()) {
          break;
        }
        TickSchedule.Due due = schedule.due(next, clock.millis(), clock.missedTicks());
        runBatch(due);
      }
      if (stopMode == StopMode.GRACEFULLY && drainSources()) {
        runBatch(new TickSchedule.Due(previousMillis + schedule.intervalMillis(), 0));
      }
    } catch (InterruptedException e) {
      LOG.debug("the batch loop was interrupted while waiting for a tick");
    } catch (Throwable e) {
      owner.failed(e);
    } finally {
      owner.ended();
    }
  }

  private boolean drainSources() {
    boolean waiting = false;
    for (InputNode<?> input : inputs) {
      waiting |= input.source().drain();
    }
    return waiting;
  }

  private void runBatch(TickSchedule.Due due) {
    long startNanos = clock.nanoTime();
    long startMillis = clock.millis();
    Time time = new Time(due.timeMillis());
    long number = ++batchNumber;
    Map<Integer, OutputOperationInfo> operations = new LinkedHashMap<>();
    Map<Integer, InputRange> ranges = Map.of();
    try {
      ranges = nextRanges(number, time);
      if (listeners.isHeard()) {
        postStarted(number, time, due.numMerged(), ranges, startMillis);
      }
      runOutputs(number, time, ranges, operations);
    } catch (BatchFailedException e) {
      operations.putIfAbsent(-1, inputFailure(time, startMillis, e));
      handle(e);
    } finally {
      plans.endBatch(due.timeMillis());
      previousMillis = due.timeMillis();
      BatchInfo info =
          new BatchInfo(
              number,
              time,
              due.numMerged(),
              inputInfos(ranges),
              Math.min(due.timeMillis(), startMillis),
              startMillis,
              clock.millis(),
              clock.nanoTime() - startNanos,
              operations);
      complete(ranges, info);
    }
  }

  private Map<Integer, InputRange> nextRanges(long number, Time time) {
    Map<Integer, InputRange> ranges = new HashMap<>();
    for (InputNode<?> input : inputs) {
      try {
        ranges.put(input.id(), input.source().nextRange(time.milliseconds(), previousMillis));
      } catch (Exception e) {
        throw failure(e, number, time, "the input of " + input.label());
      }
    }
    return ranges;
  }

  private void runOutputs(
      long number,
      Time time,
      Map<Integer, InputRange> ranges,
      Map<Integer, OutputOperationInfo> operations) {
    StreamPlans.Batch batch = new StreamPlans.Batch(time.milliseconds(), previousMillis, ranges);
    try {
      plans.advance(batch);
    } catch (Exception e) {
      throw failure(e, number, time, "a window");
    }
    Output.BatchFacts facts = new Output.BatchFacts(number, time.milliseconds(), 0, false);
    BatchFailedException firstFailure = null;
    for (Output output : outputs) {
      long startMillis = clock.millis();
      String failureReason = null;
      try {
        PlanNode<?> plan = plans.plan(output.stream(), batch);
        if (plan == null) {
          continue;
        }
        if (listeners.isHeard()) {
          listeners.post(
              new StreamingListenerOutputOperationStarted(
                  operation(output, time, startMillis, -1, null)));
        }
        output.body().run(plan, facts);
      } catch (Exception e) {
        failureReason = e.toString();
        BatchFailedException failure = failure(e, number, time, "output " + output.label());
        if (firstFailure == null) {
          firstFailure = failure;
        } else {
          firstFailure.addSuppressed(failure);
        }
      }
      OutputOperationInfo info =
          operation(output, time, startMillis, clock.millis(), failureReason);
      operations.put(output.id(), info);
      if (listeners.isHeard()) {
        listeners.post(new StreamingListenerOutputOperationCompleted(info));
      }
      if (firstFailure != null && onFailure == BatchFailure.STOP) {
        break;
      }
    }
    if (firstFailure != null) {
      throw firstFailure;
    }
  }

  private static OutputOperationInfo operation(
      Output output, Time time, long startMillis, long endMillis, @Nullable String failure) {
    return new OutputOperationInfo(
        time, output.id(), output.operation(), output.label(), startMillis, endMillis, failure);
  }

  private static OutputOperationInfo inputFailure(
      Time time, long startMillis, BatchFailedException e) {
    return new OutputOperationInfo(
        time, -1, "input", "input and windows", startMillis, startMillis, e.getMessage());
  }

  private static BatchFailedException failure(Exception e, long number, Time time, String place) {
    String what = e instanceof io.millrace.JobFailedException ? e.getMessage() : e.toString();
    return new BatchFailedException(
        what
            + "\n  in "
            + place
            + "\n  of batch "
            + number
            + " at "
            + time.toInstant()
            + " ("
            + time
            + ")",
        time,
        e);
  }

  private void handle(BatchFailedException e) {
    if (stopMode == StopMode.AT_ONCE) {
      LOG.info("a batch was cancelled by the stop of its context: {}", e.getMessage());
    } else if (onFailure == BatchFailure.STOP) {
      stopMode = StopMode.AT_ONCE;
      owner.failed(e);
    } else {
      LOG.error("batch failed; the context goes on as millrace.streaming.batchFailure says", e);
    }
  }

  private Map<Integer, StreamInputInfo> inputInfos(Map<Integer, InputRange> ranges) {
    Map<Integer, StreamInputInfo> infos = new HashMap<>();
    for (InputNode<?> input : inputs) {
      InputRange range = ranges.get(input.id());
      if (range != null) {
        infos.put(
            input.id(),
            new StreamInputInfo(
                input.id(), numRecordsRead(input.source(), range), range.description()));
      }
    }
    return infos;
  }

  @SuppressWarnings("unchecked")
  private static long numRecordsRead(Source<?, ?> source, InputRange range) {
    return ((Source<?, InputRange>) source).numRecordsRead(range);
  }

  private void postStarted(
      long number, Time time, long numMerged, Map<Integer, InputRange> ranges, long startMillis) {
    BatchInfo submitted =
        new BatchInfo(
            number,
            time,
            numMerged,
            inputInfos(ranges),
            Math.min(time.milliseconds(), startMillis),
            -1,
            -1,
            -1,
            Map.of());
    listeners.post(new StreamingListenerBatchSubmitted(submitted));
    listeners.post(
        new StreamingListenerBatchStarted(
            new BatchInfo(
                number,
                time,
                numMerged,
                submitted.streamIdToInputInfo(),
                submitted.submissionTime(),
                startMillis,
                -1,
                -1,
                Map.of())));
  }

  @SuppressWarnings("unchecked")
  private void complete(Map<Integer, InputRange> ranges, BatchInfo info) {
    if (!info.hasFailed()) {
      for (InputNode<?> input : inputs) {
        InputRange range = ranges.get(input.id());
        if (range != null) {
          ((Source<?, InputRange>) input.source()).completed(range);
        }
      }
    }
    progress.completed(info);
    if (LOG.isInfoEnabled()) {
      LOG.info(
          "batch {} at {}: {} records in {} ms, {} ms late{}{}",
          info.number(),
          info.batchTime().toInstant(),
          info.numRecords(),
          String.format("%.3f", info.processingNanos() / 1e6),
          info.schedulingDelay(),
          info.numMergedTicks() == 0 ? "" : ", with " + info.numMergedTicks() + " missed ticks",
          info.hasFailed() ? ", FAILED" : "");
    }
    if (listeners.isHeard()) {
      listeners.post(new StreamingListenerBatchCompleted(info));
    }
  }
}
