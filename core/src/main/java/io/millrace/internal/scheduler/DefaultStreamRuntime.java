package io.millrace.internal.scheduler;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.internal.system.ShutdownHook;
import io.millrace.internal.system.SystemClock;
import io.millrace.internal.system.Threads;
import io.millrace.source.SourceContext;
import io.millrace.spi.Clock;
import io.millrace.stream.Progress;
import io.millrace.stream.ReceiverInfo;
import io.millrace.stream.StreamRuntime;
import io.millrace.stream.StreamRuntimeProvider;
import io.millrace.stream.StreamingContextState;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverError;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverStopped;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerStreamingStarted;
import io.millrace.stream.graph.InputNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
 * sources and then declares the context stopped. A request to stop at once overtakes a graceful
 * one.
 */
final class DefaultStreamRuntime implements StreamRuntime, BatchLoop.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(DefaultStreamRuntime.class);

  /** How long user code may take to notice that it was cancelled before it is left behind. */
  private static final Duration CANCELLATION_TIMEOUT = Duration.ofSeconds(10);

  private static final long LISTENER_TIMEOUT_MILLIS = 5_000;

  private enum StopRequest {
    NONE,
    GRACEFULLY,
    AT_ONCE
  }

  private final StreamRuntimeProvider.Setup setup;
  private final Conf conf;
  private final Clock clock;
  private final ListenerBus listeners;
  private final ProgressBoard progress = new ProgressBoard();
  private final CountDownLatch loopEnded = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  // Guarded by this.
  private StreamingContextState state = StreamingContextState.INITIALIZED;
  private StopRequest stopRequest = StopRequest.NONE;
  private boolean starting;
  private @Nullable Throwable failure;
  private @Nullable BatchLoop loop;
  private @Nullable Thread batchThread;
  private @Nullable ShutdownHook shutdownHook;
  private List<InputNode<?>> startedInputs = List.of();

  DefaultStreamRuntime(StreamRuntimeProvider.Setup setup) {
    this.setup = setup;
    this.conf = setup.conf();
    this.clock = setup.clock().orElseGet(SystemClock::new);
    this.listeners = new ListenerBus(conf.get(Settings.LISTENER_QUEUE_SIZE), setup.name());
  }

  @Override
  public void start() {
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
    setup.graph().fix();
    StreamPlans plans =
        new StreamPlans(
            setup.graph().nodes(), setup.graph().outputs(), setup.engine(), setup.cancellation());
    startSources(plans);
    synchronized (this) {
      loop =
          new BatchLoop(
              new TickSchedule(setup.batchIntervalMillis()),
              clock,
              startedInputs,
              setup.graph().outputs(),
              plans,
              conf.get(Settings.BATCH_FAILURE),
              listeners,
              progress,
              this);
      batchThread = Threads.daemon(setup.name() + "-batches", loop);
      state = StreamingContextState.ACTIVE;
      if (conf.get(Settings.STOP_GRACEFULLY_ON_SHUTDOWN)) {
        shutdownHook = ShutdownHook.register(setup.name() + "-shutdown", () -> stop(true));
      }
    }
    listeners.start();
    listeners.post(new StreamingListenerStreamingStarted(clock.millis()));
    Threads.daemon(setup.name() + "-control", this::control).start();
    batchThread.start();
  }

  private void startSources(StreamPlans plans) {
    List<InputNode<?>> started = new ArrayList<>();
    try {
      plans.neededNodes().stream()
          .filter(node -> node instanceof InputNode<?>)
          .map(node -> (InputNode<?>) node)
          .forEach(
              input -> {
                started.add(input);
                startSource(input);
              });
    } catch (Throwable e) {
      stopSources(started);
      synchronized (this) {
        state = StreamingContextState.STOPPED;
        failure = e;
      }
      stopped.countDown();
      throw e;
    }
    startedInputs = List.copyOf(started);
  }

  private void startSource(InputNode<?> input) {
    try {
      input.source().start(new InputContext(input.id()));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(input.label() + " can't start: " + e.getMessage(), e);
    }
  }

  private static void stopSources(List<InputNode<?>> inputs) {
    for (InputNode<?> input : inputs) {
      try {
        input.source().stop();
      } catch (RuntimeException e) {
        LOG.error("stopping the source of {} failed", input, e);
      }
    }
  }

  @Override
  public void stop(boolean gracefully) {
    synchronized (this) {
      if (state == StreamingContextState.INITIALIZED && !starting) {
        state = StreamingContextState.STOPPED;
        setup.graph().fix();
        stopped.countDown();
        return;
      }
      request(gracefully ? StopRequest.GRACEFULLY : StopRequest.AT_ONCE);
    }
    if (Thread.currentThread() != batchThread
        && !listeners.isOwnThread()
        && io.millrace.TaskContext.get() == null) {
      awaitStopped();
    }
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

  private synchronized void request(StopRequest request) {
    if (request.compareTo(stopRequest) > 0) {
      stopRequest = request;
      notifyAll();
    }
  }

  @Override
  public void failed(Throwable error) {
    synchronized (this) {
      if (failure == null && stopRequest != StopRequest.AT_ONCE) {
        failure = error;
      }
    }
    LOG.error("the streaming context {} stops because of an error", setup.name(), error);
    request(StopRequest.AT_ONCE);
  }

  @Override
  public void ended() {
    loopEnded.countDown();
    request(StopRequest.GRACEFULLY);
  }

  private void control() {
    try {
      BatchLoop running;
      synchronized (this) {
        while (stopRequest == StopRequest.NONE) {
          wait();
        }
        running = loop;
      }
      if (running != null) {
        endLoop(running);
      }
    } catch (InterruptedException e) {
      LOG.error("the control thread of {} was interrupted; stopping at once", setup.name(), e);
    } finally {
      finish();
    }
  }

  private void endLoop(BatchLoop running) throws InterruptedException {
    boolean ended = false;
    if (currentRequest() == StopRequest.GRACEFULLY) {
      running.stop(true);
      ended = awaitLoop(conf.get(Settings.GRACEFUL_STOP_TIMEOUT), true);
      if (!ended && currentRequest() == StopRequest.GRACEFULLY) {
        LOG.warn(
            "{} has not finished within {}; cancelling what runs",
            setup.name(),
            conf.get(Settings.GRACEFUL_STOP_TIMEOUT));
      }
    }
    if (!ended) {
      running.stop(false);
      setup.cancellation().cancel();
      if (!awaitLoop(CANCELLATION_TIMEOUT, false)) {
        leaveBehind();
      }
    }
  }

  private synchronized StopRequest currentRequest() {
    return stopRequest;
  }

  /** Waits for the loop, and no longer once {@code untilAtOnce} and a stop at once is asked for. */
  private boolean awaitLoop(Duration timeout, boolean untilAtOnce) throws InterruptedException {
    long deadline = clock.nanoTime() + timeout.toNanos();
    while (loopEnded.getCount() > 0) {
      long left = deadline - clock.nanoTime();
      if (left <= 0 || (untilAtOnce && currentRequest() == StopRequest.AT_ONCE)) {
        return loopEnded.getCount() == 0;
      }
      synchronized (this) {
        if (loopEnded.getCount() > 0 && !(untilAtOnce && stopRequest == StopRequest.AT_ONCE)) {
          TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, TimeUnit.SECONDS.toNanos(1)));
        }
      }
    }
    return true;
  }

  private void leaveBehind() {
    Thread thread = batchThread;
    if (thread != null) {
      thread.interrupt();
      IllegalStateException where =
          new IllegalStateException("user code ran here when its context had to stop");
      where.setStackTrace(thread.getStackTrace());
      LOG.error(
          "user code on {} does not react to cancellation; the context stops without it",
          thread.getName(),
          where);
    }
  }

  private void finish() {
    stopSources(startedInputs);
    synchronized (this) {
      state = StreamingContextState.STOPPED;
      if (shutdownHook != null) {
        shutdownHook.remove();
      }
    }
    stopped.countDown();
    try {
      listeners.stop(LISTENER_TIMEOUT_MILLIS);
    } catch (InterruptedException e) {
      LOG.warn("interrupted while the last events were told", e);
    }
  }

  @Override
  public boolean awaitTermination(Duration timeout) throws InterruptedException {
    if (timeout.isNegative()) {
      stopped.await();
    } else if (!stopped.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
      return false;
    }
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
    return true;
  }

  @Override
  public synchronized StreamingContextState state() {
    return state;
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

  /** What one source sees of the runtime. */
  private final class InputContext implements SourceContext {

    private final int streamId;

    InputContext(int streamId) {
      this.streamId = streamId;
    }

    @Override
    public int streamId() {
      return streamId;
    }

    @Override
    public Conf conf() {
      return conf;
    }

    @Override
    public Clock clock() {
      return clock;
    }

    @Override
    public Thread spawn(String name, Runnable body) {
      Thread thread = Threads.daemon(setup.name() + "-" + name, body);
      thread.start();
      return thread;
    }

    @Override
    public void fail(Throwable error) {
      failed(error);
    }

    @Override
    public void receiverEvent(ReceiverEvent event) {
      ReceiverInfo info =
          new ReceiverInfo(
              streamId, event.receiverName(), event.active(), event.message(), event.error());
      StreamingListenerEvent fact =
          switch (event.kind()) {
            case STARTED -> new StreamingListenerReceiverStarted(info);
            case ERROR -> new StreamingListenerReceiverError(info);
            case STOPPED -> new StreamingListenerReceiverStopped(info);
          };
      listeners.post(fact);
    }
  }
}
