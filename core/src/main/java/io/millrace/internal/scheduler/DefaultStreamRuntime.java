package io.millrace.internal.scheduler;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.TaskContext;
import io.millrace.internal.system.ShutdownHook;
import io.millrace.internal.system.SystemClock;
import io.millrace.internal.system.Threads;
import io.millrace.spi.Clock;
import io.millrace.spi.Engine;
import io.millrace.spi.plan.PlanNode;
import io.millrace.stream.CheckpointPlan;
import io.millrace.stream.CheckpointSpec;
import io.millrace.stream.Progress;
import io.millrace.stream.StreamRuntime;
import io.millrace.stream.StreamRuntimeProvider;
import io.millrace.stream.StreamingContextState;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerCheckpointPlanned;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerStreamingStarted;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.StreamNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life cycle of one context.
 *
 * <p>Whoever wants the context to stop leaves a request; the control thread carries it out: it asks
 * the batch loop to end, waits for that within the limits, cancels what still runs, stops the
 * sources, lets the listeners hear the rest and then declares the context stopped. A request to
 * stop at once overtakes a graceful one. User code may hang at any of these steps: each has a
 * limit, after which the step is left behind.
 */
final class DefaultStreamRuntime implements StreamRuntime, BatchLoop.Owner, StartedParts.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(DefaultStreamRuntime.class);

  private enum StopRequest {
    NONE,
    GRACEFULLY,
    AT_ONCE
  }

  private final StreamRuntimeProvider.Setup setup;
  private final TimeLimits limits;
  private final Conf conf;
  private final Clock clock;
  private final ListenerBus listeners;
  private final ProgressBoard progress = new ProgressBoard();
  private final StartedParts parts;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Threads that the end of the context waits for, so they can't wait for it. */
  private final Set<Thread> ownThreads = ConcurrentHashMap.newKeySet();

  /** The JVM waits for the end of this context. */
  private volatile boolean isShuttingDown;

  // Guarded by this.
  private final List<Runnable> stopActions = new ArrayList<>();
  private StreamingContextState state = StreamingContextState.INITIALIZED;
  private StopRequest stopRequest = StopRequest.NONE;
  private boolean starting;
  private @Nullable Throwable failure;
  private @Nullable BatchThread batches;
  private @Nullable ShutdownHook shutdownHook;
  private Engine.@Nullable Hold engineHold;

  DefaultStreamRuntime(StreamRuntimeProvider.Setup setup) {
    this(setup, TimeLimits.DEFAULT);
  }

  DefaultStreamRuntime(StreamRuntimeProvider.Setup setup, TimeLimits limits) {
    this.setup = setup;
    this.limits = limits;
    this.conf = setup.conf();
    this.clock = setup.clock().orElseGet(SystemClock::new);
    this.listeners = new ListenerBus(conf.get(Settings.LISTENER_QUEUE_SIZE), setup.name());
    this.parts = new StartedParts(setup, limits, clock, listeners, this);
  }

  @Override
  public void start(Optional<CheckpointSpec> checkpoint) {
    beginStart();
    ownThreads.add(Thread.currentThread());
    Thread control = Threads.daemon(setup.name() + "-control", this::control);
    try {
      begin(checkpoint);
      control.start();
    } catch (Throwable e) {
      BatchThread running;
      synchronized (this) {
        failure = e;
        running = batches;
      }
      if (running != null) {
        running.cancel();
      }
      finish();
      throw e;
    } finally {
      ownThreads.remove(Thread.currentThread());
    }
  }

  @Override
  public CheckpointPlan plan(CheckpointSpec checkpoint) {
    beginStart();
    ownThreads.add(Thread.currentThread());
    try {
      parts.fixGraph();
      listeners.start();
      CheckpointPlan plan = parts.planCheckpoint(checkpoint);
      plan.lines().forEach(LOG::info);
      listeners.post(new StreamingListenerCheckpointPlanned(plan));
      return plan;
    } finally {
      finish();
      ownThreads.remove(Thread.currentThread());
    }
  }

  private void beginStart() {
    synchronized (this) {
      if (state != StreamingContextState.INITIALIZED || starting) {
        throw new IllegalStateException(
            state == StreamingContextState.STOPPED
                ? "this streaming context has been stopped and can't be started again: make a new one"
                : "this streaming context has been started already");
      }
      if (setup.graph().outputs().isEmpty()) {
        throw new IllegalStateException(
            "nothing to do: the program declares no output, such as print() or foreachRDD(...)");
      }
      starting = true;
    }
  }

  /** Starts everything but the control thread. */
  private void begin(Optional<CheckpointSpec> checkpoint) {
    parts.fixGraph();
    checkpoint.ifPresent(parts::openCheckpoint);
    parts.startSources();
    BatchThread made =
        new BatchThread(
            setup.name() + "-batches", parts.loop(progress, this), clock, setup.cancellation());
    boolean gracefully = conf.get(Settings.STOP_GRACEFULLY_ON_SHUTDOWN);
    synchronized (this) {
      engineHold = setup.engine().hold();
      shutdownHook =
          ShutdownHook.register(setup.name() + "-shutdown", () -> stopOnShutdown(made, gracefully));
      batches = made;
      state = StreamingContextState.ACTIVE;
      if (stopRequest != StopRequest.NONE) {
        made.stop(stopRequest == StopRequest.GRACEFULLY);
      }
    }
    ownThreads.add(made.thread());
    listeners.start();
    listeners.post(new StreamingListenerStreamingStarted(clock.millis()));
    LOG.info(
        "{} started: a batch every {} ms, {} sources, {} outputs, {}",
        setup.name(),
        setup.batchIntervalMillis(),
        setup.graph().nodes().stream().filter(InputNode.class::isInstance).count(),
        setup.graph().outputs().size(),
        checkpoint.map(spec -> "checkpoint " + spec.location()).orElse("no checkpoint"));
    made.start();
  }

  @Override
  public void stop(boolean gracefully) {
    boolean neverStarted;
    boolean hasFailed;
    synchronized (this) {
      hasFailed = failure != null;
      neverStarted = state == StreamingContextState.INITIALIZED && !starting;
      if (neverStarted) {
        state = StreamingContextState.STOPPED;
      }
    }
    if (neverStarted) {
      setup.graph().fix();
      finish();
      return;
    }
    request(gracefully ? StopRequest.GRACEFULLY : StopRequest.AT_ONCE);
    if (!isOwnThread()) {
      awaitStopped();
      if (gracefully && !hasFailed) {
        // What fails on the way to the end is lost on a program that does not await it again.
        throwFailure();
      }
    }
  }

  /** Stops while the JVM ends; returns once the context has stopped, or can't stop any more. */
  private void stopOnShutdown(BatchThread running, boolean gracefully) {
    isShuttingDown = true;
    request(gracefully ? StopRequest.GRACEFULLY : StopRequest.AT_ONCE);
    try {
      do {
        Optional<Thread> exiting = ShutdownHook.exitCalledInside();
        if (exiting.isPresent()) {
          leaveToExit(running, exiting.get());
          return;
        }
      } while (!stopped.await(limits.shutdownLook().toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** To the checkpoint this is a crash: the batch that runs is repeated after a restart. */
  private void leaveToExit(BatchThread running, Thread exiting) {
    LOG.warn(
        "System.exit was called by code of {} on {}: the process ends at once, without its batch",
        setup.name(),
        exiting.getName());
    running.abandon();
    request(StopRequest.AT_ONCE);
    Engine.Hold hold;
    synchronized (this) {
      hold = engineHold;
    }
    if (hold != null) {
      hold.close();
    }
  }

  private boolean isOwnThread() {
    return ownThreads.contains(Thread.currentThread())
        || listeners.isOwnThread()
        || TaskContext.get() != null;
  }

  private void awaitStopped() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "interrupted while waiting for the streaming context to stop; it goes on stopping", e);
    }
  }

  /** Leaves a request; once this returns, no batch begins that the request is to prevent. */
  private void request(StopRequest request) {
    BatchThread running;
    synchronized (this) {
      if (request.compareTo(stopRequest) > 0) {
        stopRequest = request;
        notifyAll();
      }
      running = batches;
    }
    if (running != null) {
      running.stop(request == StopRequest.GRACEFULLY);
    }
  }

  @Override
  public void failed(Throwable error) {
    synchronized (this) {
      if (failure == null && stopRequest != StopRequest.AT_ONCE) {
        failure = error;
      }
    }
    Failures.log("the streaming context " + setup.name() + " stops because of an error", error);
    request(StopRequest.AT_ONCE);
  }

  @Override
  public void ended() {
    request(StopRequest.GRACEFULLY);
  }

  private void control() {
    try {
      awaitRequest();
      BatchThread running = batches();
      if (running != null
          && !running.end(conf.get(Settings.GRACEFUL_STOP_TIMEOUT), this::cancellationLimit)) {
        parts.abandonCheckpoint();
      }
    } catch (InterruptedException e) {
      LOG.error("the control thread of {} was interrupted; stopping at once", setup.name(), e);
    } finally {
      finish();
    }
  }

  /** The end of the JVM ends what ignores an interrupt anyway. */
  private Duration cancellationLimit() {
    return isShuttingDown ? limits.shutdownCancellation() : limits.cancellation();
  }

  /**
   * Waits until somebody wants the context to stop, and sees meanwhile that its storage answers.
   */
  private void awaitRequest() throws InterruptedException {
    while (!isStopping()) {
      synchronized (this) {
        if (!isStopping()) {
          TimeUnit.NANOSECONDS.timedWait(this, limits.look().toNanos());
        }
      }
      parts.look().ifPresent(this::failed);
    }
  }

  private synchronized @Nullable BatchThread batches() {
    return batches;
  }

  private synchronized StopRequest currentRequest() {
    return stopRequest;
  }

  /** The last steps, whatever came before; never throws. */
  private void finish() {
    try {
      parts.stopSources();
      listeners.stop(limits.listeners().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("interrupted while the context {} stopped", setup.name(), e);
    } catch (Throwable e) {
      LOG.error("stopping {} failed", setup.name(), e);
    } finally {
      declareStopped();
    }
  }

  private void declareStopped() {
    List<Runnable> actions;
    ShutdownHook hook;
    Engine.Hold lastHold;
    synchronized (this) {
      lastHold = engineHold;
      state = StreamingContextState.STOPPED;
      actions = List.copyOf(stopActions);
      stopActions.clear();
      hook = shutdownHook;
    }
    try {
      if (hook != null) {
        hook.remove();
      }
      parts.close();
      actions.forEach(Runnable::run);
    } catch (RuntimeException e) {
      LOG.error("the end of {} is not complete", setup.name(), e);
    } finally {
      if (lastHold != null) {
        lastHold.close();
      }
      logEnd();
      stopped.countDown();
    }
  }

  private void logEnd() {
    Progress made = progress();
    boolean hasFailed;
    synchronized (this) {
      if (batches == null) {
        return;
      }
      hasFailed = failure != null;
    }
    LOG.info(
        "{} stopped{} after {} batches{} and {} records",
        setup.name(),
        hasFailed ? " because of an error" : "",
        made.numBatches(),
        made.numFailedBatches() == 0 ? "" : ", " + made.numFailedBatches() + " of them failed,",
        made.numRecords());
  }

  @Override
  public void whenStopped(Runnable action) {
    synchronized (this) {
      if (state != StreamingContextState.STOPPED) {
        stopActions.add(action);
        return;
      }
    }
    action.run();
  }

  @Override
  public boolean awaitTermination(Duration timeout) throws InterruptedException {
    if (timeout.isNegative()) {
      if (stopped.getCount() > 0 && isOwnThread()) {
        throw new IllegalStateException(
            "awaitTermination was called by an output, a listener, a task or a source, for which"
                + " the end of the streaming context waits");
      }
      stopped.await();
    } else if (!stopped.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
      return false;
    }
    throwFailure();
    return true;
  }

  /** Throws what stopped the context, if something did. */
  private void throwFailure() {
    Throwable error;
    synchronized (this) {
      error = failure;
    }
    if (error instanceof RuntimeException e) {
      throw e;
    } else if (error instanceof Error e) {
      throw e;
    } else if (error != null) {
      throw new IllegalStateException("the streaming context was stopped by an error", error);
    }
  }

  @Override
  public synchronized StreamingContextState state() {
    return state;
  }

  @Override
  public List<PlanNode<?>> slice(StreamNode<?> stream, long fromMillis, long toMillis) {
    StreamPlans present =
        parts
            .plans()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        stream + " has no batches: the streaming context has not been started"));
    return present.slice(stream, fromMillis, toMillis, isBatchThread());
  }

  @Override
  public boolean isBatchThread() {
    BatchThread running = batches();
    return running != null && running.thread() == Thread.currentThread();
  }

  @Override
  public Progress progress() {
    return progress.snapshot(state());
  }

  @Override
  public void addListener(StreamingListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeListener(StreamingListener listener) {
    listeners.remove(listener);
  }

  @Override
  public boolean isStopping() {
    return currentRequest() != StopRequest.NONE;
  }

  @Override
  public boolean isStoppingAtOnce() {
    return currentRequest() == StopRequest.AT_ONCE;
  }

  @Override
  public void waitsFor(Thread thread) {
    ownThreads.add(thread);
  }

  @Override
  public void runForSource(int streamId, Runnable body) {
    ownThreads.add(Thread.currentThread());
    try {
      body.run();
    } catch (Throwable e) {
      if (currentRequest() == StopRequest.NONE) {
        failed(e);
      } else {
        LOG.warn("a thread of stream {} failed while its context stopped", streamId, e);
      }
    } finally {
      ownThreads.remove(Thread.currentThread());
    }
  }
}
