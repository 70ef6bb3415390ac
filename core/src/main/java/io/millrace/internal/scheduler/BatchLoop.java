package io.millrace.internal.scheduler;

import io.millrace.BatchFailure;
import io.millrace.JobCancelledException;
import io.millrace.JobFailedException;
import io.millrace.source.InputRange;
import io.millrace.source.Source;
import io.millrace.spi.LostRecordsException;
import io.millrace.spi.Throwables;
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
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.Output;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for ticks and runs batches, on the batch thread. A batch: ask each source for its range,
 * plan, advance windows, run the outputs in order of declaration.
 *
 * <p>Whatever user code throws fails the batch; only what {@link Failures#isFatal} names ends the
 * loop by itself.
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

  /**
   * A batch whose input was decided before the one before it ended.
   *
   * @param failure why that was not possible
   */
  private record PlannedAhead(OpenBatch batch, Optional<BatchFailedException> failure) {}

  /** In order of precedence. */
  private enum StopMode {
    NONE,
    GRACEFULLY,
    AT_ONCE
  }

  private final BatchClock clock;
  private final BatchSequence sequence;
  private final BatchReport report;
  private final List<InputNode<?>> inputs;
  private final List<Output> outputs;
  private final StreamPlans plans;
  private final Journal journal;
  private final FailurePolicy policy;
  private final UnreadableInputs unreadable;
  private final BatchFailure onFailure;
  private final ListenerBus listeners;
  private final ProgressBoard progress;
  private final Owner owner;
  private final AtomicReference<StopMode> stopMode = new AtomicReference<>(StopMode.NONE);
  private volatile boolean abandoned;

  /** The next batch, if it was due before the last one ended. */
  private Optional<PlannedAhead> ahead = Optional.empty();

  BatchLoop(
      TickSchedule schedule,
      BatchClock clock,
      BatchReport report,
      List<InputNode<?>> inputs,
      List<Output> outputs,
      StreamPlans plans,
      Journal journal,
      FailurePolicy policy,
      ListenerBus listeners,
      ProgressBoard progress,
      Owner owner) {
    this.clock = clock;
    this.report = report;
    this.inputs = inputs;
    this.outputs = outputs;
    this.plans = plans;
    this.journal = journal;
    this.policy = policy;
    this.unreadable = new UnreadableInputs(inputs, policy.onUnreadable(), journal, listeners);
    this.onFailure = policy.onFailure();
    this.listeners = listeners;
    this.progress = progress;
    this.owner = owner;
    this.sequence = new BatchSequence(schedule, clock, plans.windowEnds(), journal);
  }

  /**
   * Ends the loop after the batch that runs and, if gracefully, after one more with what the
   * sources hold. At once overtakes gracefully, never the other way round.
   */
  void stop(boolean gracefully) {
    raise(gracefully ? StopMode.GRACEFULLY : StopMode.AT_ONCE);
    clock.wake();
  }

  /** Tells the loop that nobody waits for it any more: what it still does is not to be seen. */
  void abandon() {
    abandoned = true;
  }

  private void raise(StopMode mode) {
    stopMode.accumulateAndGet(mode, (a, b) -> a.compareTo(b) >= 0 ? a : b);
  }

  private boolean isStopping() {
    return stopMode.get() != StopMode.NONE;
  }

  private boolean isStoppingAtOnce() {
    return stopMode.get() == StopMode.AT_ONCE;
  }

  @Override
  public void run() {
    try {
      Optional<RecordedBatch> recorded = journal.takeOpen();
      if (recorded.isPresent() && !isStoppingAtOnce()) {
        runAgain(recorded.get());
        if (!isStoppingAtOnce()) {
          journal.endRepeat(plans);
        }
      }
      while (isPlannedAhead() || awaitTick()) {
        runNext();
      }
      if (!isStoppingAtOnce()) {
        runLast(drainSources());
      }
    } catch (Throwable e) {
      owner.failed(e);
    } finally {
      report.ended(sequence.number(), clock.nanoTime());
      owner.ended();
    }
  }

  /** Waits for the next tick; false if the loop has to end instead. */
  private boolean awaitTick() {
    while (!isStopping()) {
      try {
        clock.awaitMillis(sequence.nextMillis(), this::isStopping);
        return !isStopping();
      } catch (InterruptedException e) {
        if (!isStopping()) {
          LOG.warn("an interrupt of the batch thread is ignored: stop the context to end it");
        }
      }
    }
    return false;
  }

  private boolean drainSources() {
    boolean waiting = false;
    for (InputNode<?> input : inputs) {
      try {
        waiting |= input.source().drain();
      } catch (RuntimeException e) {
        LOG.error("draining {} failed; what it holds is lost", input.label(), e);
      } finally {
        Interrupts.forget(this::isStoppingAtOnce);
      }
    }
    return waiting;
  }

  /** Runs a batch that another driver has planned, with the input that it had. */
  private void runAgain(RecordedBatch recorded) {
    OpenBatch batch = sequence.again(recorded);
    LOG.info("{} was planned by an earlier driver and is run again", batch.label());
    for (InputNode<?> input : inputs) {
      recorded
          .givenUp()
          .getOrDefault(input.id(), List.of())
          .forEach(givenUp -> unreadable.announce(batch, input, givenUp));
    }
    runBatch(batch, new Input(Optional.of(recorded), Optional.empty()));
  }

  private boolean isPlannedAhead() {
    return ahead.isPresent() && !isStoppingAtOnce();
  }

  /**
   * Ends a graceful stop: runs window ends that have passed and, if sources hold something still, a
   * batch with that.
   */
  private void runLast(boolean withInput) {
    boolean goesOn = true;
    while (goesOn && !isStoppingAtOnce()) {
      goesOn = withInput ? runNext().isCatchUp() : runPassedEnd();
    }
  }

  private boolean runPassedEnd() {
    Optional<OpenBatch> end = sequence.nextPassedEnd();
    end.ifPresent(batch -> runBatch(batch, Input.TO_BE_DECIDED));
    return end.isPresent();
  }

  private OpenBatch runNext() {
    if (ahead.isPresent()) {
      PlannedAhead planned = ahead.get();
      ahead = Optional.empty();
      sequence.begin(planned.batch());
      runBatch(planned.batch(), new Input(Optional.empty(), Optional.of(planned)));
      return planned.batch();
    }
    OpenBatch next = sequence.next();
    runBatch(next, Input.TO_BE_DECIDED);
    return next;
  }

  /**
   * Decides the input of the batch after {@code batch} if that is due already, so that its plan can
   * be written with the end of this one.
   */
  private Optional<OpenBatch> planAhead(OpenBatch batch) {
    if (ahead.isPresent()) {
      // Of the attempt at this batch before: what a source has given is not asked for again.
      return ahead.get().failure().isPresent()
          ? Optional.empty()
          : Optional.of(ahead.get().batch());
    }
    if (!journal.mayPlanAhead() || isStopping() || !sequence.isDueAfter(batch)) {
      return Optional.empty();
    }
    OpenBatch next = sequence.after(batch);
    try {
      askSources(next, sequence.askedMillis(batch));
    } catch (BatchFailedException e) {
      ahead = Optional.of(new PlannedAhead(next, Optional.of(e)));
      return Optional.empty();
    }
    ahead = Optional.of(new PlannedAhead(next, Optional.empty()));
    return Optional.of(next);
  }

  /** Where the input of a batch comes from: from its sources, if it is not decided. */
  private record Input(Optional<RecordedBatch> recorded, Optional<PlannedAhead> ahead) {
    static final Input TO_BE_DECIDED = new Input(Optional.empty(), Optional.empty());
  }

  private void runBatch(OpenBatch batch, Input input) {
    batch.start(clock.millis());
    long startNanos = clock.nanoTime();
    long timeMillis = batch.time().milliseconds();
    Throwable failure = null;
    try {
      decideInput(batch, input);
      runToCommit(batch, input.recorded().isEmpty());
      if (!abandoned) {
        completeSources(batch);
      }
    } catch (BatchFailedException e) {
      failure = e;
    } catch (Throwable e) {
      failure = e;
      batch.addFailure(clock.millis(), Throwables.describe(e));
    }
    if (failure != null && onFailure == BatchFailure.STOP && !isStoppingAtOnce()) {
      failure = journal.reason(failure);
    }
    boolean goesOn = failure instanceof BatchFailedException && onFailure == BatchFailure.CONTINUE;
    batch.setStates(plans.endBatch(timeMillis, failure == null || goesOn));
    sequence.ended(batch);
    if (abandoned) {
      return;
    }
    long endNanos = clock.nanoTime();
    complete(
        batch.completed(inputInfos(batch), clock.millis(), endNanos - startNanos),
        !clock.isDriven() && input.recorded().isEmpty(),
        endNanos);
    if (failure instanceof BatchFailedException failed) {
      handle(failed);
    } else if (failure != null) {
      raise(StopMode.AT_ONCE);
      owner.failed(failure);
    }
  }

  /**
   * Runs a batch until it is final; anew if records are lost that can't be computed again, and
   * without inputs that can't be read, if they are to be skipped.
   */
  private void runToCommit(OpenBatch batch, boolean mayPlanAhead) throws Exception {
    int lost = 0;
    while (true) {
      try {
        runOnce(batch, mayPlanAhead);
        return;
      } catch (BatchFailedException | JobFailedException e) {
        if (abandoned || isStoppingAtOnce()) {
          throw e;
        }
        if (!unreadable.skip(batch, e)) {
          lost++;
          if (lost >= policy.maxAttempts() || !LostRecordsException.isBehind(e)) {
            throw e;
          }
          LOG.warn("{} is run again, since records are lost: {}", batch.label(), e.getMessage());
        }
      }
      plans.abandonBatch();
      batch.repeat();
    }
  }

  private void runOnce(OpenBatch batch, boolean mayPlanAhead) throws Exception {
    journal.begin(batch);
    if (plans.isAdvancedByUserCode()) {
      journal.awaitBegun(batch);
    }
    StreamPlans.Batch planned = new StreamPlans.Batch(batch.key(), batch.kind(), batch.ranges());
    advance(batch, planned);
    record(batch, planned);
    journal.awaitBegun(batch);
    runOutputs(batch, planned);
    if (!abandoned) {
      journal.commit(batch, plans, mayPlanAhead ? planAhead(batch) : Optional.empty());
    }
  }

  private void record(OpenBatch batch, StreamPlans.Batch planned) throws Exception {
    WindowEnds.Recorded recorded = plans.record(planned);
    if (recorded.isInput() && !batch.isCatchUp()) {
      batch.setInput();
    }
    journal.advanced(batch, plans, recorded.isInput() || recorded.isWindow());
  }

  private void decideInput(OpenBatch batch, Input from) {
    try {
      if (from.recorded().isPresent()) {
        // What is recorded and nothing else: what it took from a source that is new, or may lose,
        // would not be in its plan, and so would be read again after the next crash.
        batch.ranges().putAll(from.recorded().get().ranges());
      } else if (from.ahead().isEmpty()) {
        askSources(batch, sequence.askedMillis());
      } else if (from.ahead().get().failure().isPresent()) {
        throw from.ahead().get().failure().get();
      }
    } finally {
      if (listeners.isHeard()) {
        Map<Integer, StreamInputInfo> infos = inputInfos(batch);
        listeners.post(new StreamingListenerBatchSubmitted(batch.submitted(infos)));
        listeners.post(new StreamingListenerBatchStarted(batch.started(infos)));
      }
    }
  }

  private void askSources(OpenBatch batch, long afterMillis) {
    if (batch.isCatchUp()) {
      return;
    }
    for (InputNode<?> input : inputs) {
      try {
        batch
            .ranges()
            .put(input.id(), input.source().nextRange(batch.time().milliseconds(), afterMillis));
      } catch (Throwable e) {
        throw inputFailure(e, batch, input);
      } finally {
        Interrupts.forget(this::isStopping);
      }
    }
    if (journal.hasInput(batch)) {
      batch.setInput();
    }
  }

  private void advance(OpenBatch batch, StreamPlans.Batch planned) {
    Optional<StreamFailedException> lost = plans.advance(planned);
    if (lost.isPresent() && onFailure == BatchFailure.STOP) {
      BatchFailedException failure = failure(lost.get(), batch, "");
      batch.addFailure(clock.millis(), Throwables.describe(reason(lost.get())));
      throw failure;
    }
  }

  private void runOutputs(OpenBatch batch, StreamPlans.Batch planned) {
    BatchFailedException firstFailure = null;
    for (Output output : outputs) {
      if (isStoppingAtOnce()) {
        throw notRun(batch, output);
      }
      BatchFailedException failure = runOutput(output, batch, planned);
      if (firstFailure == null) {
        firstFailure = failure;
      } else if (failure != null) {
        firstFailure.addSuppressed(failure);
      }
      if (firstFailure != null && onFailure == BatchFailure.STOP) {
        break;
      }
    }
    if (firstFailure != null) {
      throw firstFailure;
    }
  }

  private BatchFailedException notRun(OpenBatch batch, Output output) {
    JobCancelledException stopped =
        new JobCancelledException("the streaming context was stopped before the batch was done");
    batch.addFailure(clock.millis(), stopped.toString());
    return failure(stopped, batch, "\n  before output " + output.label());
  }

  private @Nullable BatchFailedException runOutput(
      Output output, OpenBatch batch, StreamPlans.Batch planned) {
    long startMillis = clock.millis();
    Throwable failure = null;
    boolean announced = false;
    try {
      PlanNode<?> plan = plans.plan(output.stream(), planned);
      if (plan == null) {
        return null;
      }
      announced = true;
      announce(output, batch, startMillis);
      output.body().run(plan, batch.facts(journal.epoch()), journal.staging(output, batch));
    } catch (Throwable e) {
      failure = e;
      if (!announced) {
        announce(output, batch, startMillis);
      }
    }
    Interrupts.forget(this::isStopping);
    OutputOperationInfo info =
        batch.operation(
            output,
            startMillis,
            clock.millis(),
            failure == null ? null : Throwables.describe(reason(failure)));
    batch.add(info);
    if (listeners.isHeard()) {
      listeners.post(new StreamingListenerOutputOperationCompleted(info));
    }
    return failure == null ? null : failure(failure, batch, "\n  in output " + output.label());
  }

  private void announce(Output output, OpenBatch batch, long startMillis) {
    if (listeners.isHeard()) {
      listeners.post(
          new StreamingListenerOutputOperationStarted(
              batch.operation(output, startMillis, -1, null)));
    }
  }

  private static Throwable reason(Throwable e) {
    return e instanceof StreamFailedException lost ? lost.reason() : e;
  }

  private BatchFailedException inputFailure(Throwable e, OpenBatch batch, InputNode<?> input) {
    BatchFailedException failure = failure(e, batch, "\n  in the input of " + input.label());
    batch.addFailure(clock.millis(), Throwables.describe(e));
    return failure;
  }

  /** What the batch fails with; throws the error itself if it is fatal. */
  private BatchFailedException failure(Throwable e, OpenBatch batch, String place) {
    Throwable cause = reason(e);
    String stream = e instanceof StreamFailedException lost ? "\n  in stream " + lost.label() : "";
    String where = stream + place + "\n  of " + batch.label() + unreadable.remedies(batch, cause);
    if (cause instanceof Error error && Failures.isFatal(cause)) {
      throw Failures.located(error, where.strip());
    }
    String what =
        cause instanceof JobFailedException ? cause.getMessage() : Throwables.describe(cause);
    return new BatchFailedException(what + where, batch.time(), cause);
  }

  private void handle(BatchFailedException e) {
    if (isStoppingAtOnce()) {
      LOG.info("a batch was cancelled by the stop of its context: {}", e.getMessage());
    } else if (onFailure == BatchFailure.STOP) {
      raise(StopMode.AT_ONCE);
      owner.failed(e);
    } else {
      Failures.log("batch failed; the context goes on as millrace.streaming.batchFailure says", e);
    }
  }

  private Map<Integer, StreamInputInfo> inputInfos(OpenBatch batch) {
    Map<Integer, StreamInputInfo> infos = new HashMap<>();
    for (InputNode<?> input : inputs) {
      InputRange range = batch.ranges().get(input.id());
      List<String> skipped = batch.skipped(input.id());
      if (range != null) {
        infos.put(input.id(), inputInfo(input, range, skipped));
      } else if (!skipped.isEmpty()) {
        infos.put(input.id(), new StreamInputInfo(input.id(), 0, "given up", skipped));
      }
    }
    return infos;
  }

  private static StreamInputInfo inputInfo(
      InputNode<?> input, InputRange range, List<String> skipped) {
    try {
      return new StreamInputInfo(
          input.id(), untyped(input).numRecordsRead(range), range.description(), skipped);
    } catch (RuntimeException e) {
      LOG.error("{} can't describe what it gave", input.label(), e);
      return new StreamInputInfo(input.id(), -1, "unknown: " + e, skipped);
    }
  }

  private void completeSources(OpenBatch batch) {
    for (InputNode<?> input : inputs) {
      InputRange range = batch.ranges().get(input.id());
      if (range != null) {
        try {
          untyped(input).completed(range);
        } catch (Throwable e) {
          throw inputFailure(e, batch, input);
        } finally {
          Interrupts.forget(this::isStopping);
        }
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static Source<?, InputRange> untyped(InputNode<?> input) {
    return (Source<?, InputRange>) input.source();
  }

  private void complete(BatchInfo info, boolean isTimed, long endNanos) {
    progress.completed(info);
    report.completed(info, isTimed, endNanos);
    if (listeners.isHeard()) {
      listeners.post(new StreamingListenerBatchCompleted(info));
    }
  }
}
