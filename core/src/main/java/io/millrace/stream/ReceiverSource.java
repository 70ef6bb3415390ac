package io.millrace.stream;

import io.millrace.Settings;
import io.millrace.source.InputRange;
import io.millrace.source.Source;
import io.millrace.source.SourceContext;
import io.millrace.source.SourceContext.ReceiverEvent;
import io.millrace.source.SourceContext.ReceiverEventKind;
import io.millrace.spi.plan.ListSource;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Supervises one receiver and holds what it stored until a batch takes it.
 *
 * <p>The receiver's life is one thread's affair: it calls {@code onStart} and {@code onStop} and
 * waits out restart delays; everyone else leaves a request. Bound: {@code receiver.bufferRecords}
 * records; one request, where stopping for good overtakes restarting.
 */
final class ReceiverSource<T> implements Source<T, ReceiverSource.Received<T>> {

  private static final Logger LOG = LoggerFactory.getLogger(ReceiverSource.class);
  private static final long STOP_TIMEOUT_MILLIS = 10_000;

  /** The records that one batch took. */
  record Received<T>(List<T> records) implements InputRange {

    @Override
    public long numRecords() {
      return records.size();
    }

    @Override
    public boolean isEmpty() {
      return records.isEmpty();
    }

    @Override
    public String description() {
      return records.size() + " received records";
    }
  }

  private enum Request {
    NONE,
    RESTART,
    STOP
  }

  private final Receiver<T> receiver;
  private final int numPartitions;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable SourceContext context;
  private @Nullable Thread thread;

  // Guarded by lock.
  private List<T> buffer = new ArrayList<>();
  private int maxRecords;
  private Request request = Request.NONE;
  private Duration restartDelay = Duration.ZERO;
  private boolean receiving;
  private boolean closed;

  /**
   * @param numPartitions into how many partitions a batch of received records is cut
   */
  ReceiverSource(Receiver<T> receiver, int numPartitions) {
    this.receiver = receiver;
    this.numPartitions = numPartitions;
  }

  @Override
  public void start(SourceContext context) {
    this.context = context;
    this.maxRecords = context.conf().get(Settings.RECEIVER_BUFFER_RECORDS);
    receiver.attach(this);
    thread = context.spawn("receiver-" + context.streamId(), this::supervise);
  }

  private SourceContext context() {
    SourceContext present = context;
    if (present == null) {
      throw new IllegalStateException("the receiver has not been started");
    }
    return present;
  }

  private String name() {
    return receiver.getClass().getSimpleName() + "-" + context().streamId();
  }

  private void supervise() {
    try {
      while (startReceiver()) {
        Request asked = awaitRequest();
        stopReceiving();
        if (asked == Request.STOP || !awaitRestart()) {
          break;
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("the supervisor of {} was interrupted", name());
    } finally {
      stopReceiving();
    }
  }

  /** Returns false if the receiver is to stop before it has started. */
  private boolean startReceiver() throws InterruptedException {
    lock.lock();
    try {
      if (request == Request.STOP) {
        return false;
      }
      request = Request.NONE;
      receiving = true;
    } finally {
      lock.unlock();
    }
    try {
      receiver.onStart();
      event(ReceiverEventKind.STARTED, "", null);
    } catch (RuntimeException e) {
      restart("starting " + name() + " failed: " + e.getMessage(), e, null);
    }
    return true;
  }

  private Request awaitRequest() throws InterruptedException {
    lock.lock();
    try {
      while (request == Request.NONE) {
        changed.await();
      }
      return request;
    } finally {
      lock.unlock();
    }
  }

  /** Waits out the delay of a restart; false if a stop comes meanwhile. */
  private boolean awaitRestart() throws InterruptedException {
    lock.lock();
    try {
      long left = restartDelay.toNanos();
      while (request != Request.STOP && left > 0) {
        left = changed.awaitNanos(left);
      }
      return request != Request.STOP;
    } finally {
      lock.unlock();
    }
  }

  private void stopReceiving() {
    lock.lock();
    try {
      if (!receiving) {
        return;
      }
      receiving = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      receiver.onStop();
    } catch (RuntimeException e) {
      LOG.error("stopping {} failed", name(), e);
    }
    event(ReceiverEventKind.STOPPED, "", null);
  }

  boolean isStarted() {
    lock.lock();
    try {
      return receiving;
    } finally {
      lock.unlock();
    }
  }

  Thread spawn(String threadName, Runnable body) {
    return context().spawn(threadName, body);
  }

  int streamId() {
    return context().streamId();
  }

  void store(T record) {
    lock.lock();
    try {
      awaitRoom();
      buffer.add(record);
    } finally {
      lock.unlock();
    }
  }

  void storeAll(List<T> records) {
    for (int i = 0; i < records.size(); ) {
      lock.lock();
      try {
        awaitRoom();
        int end = Math.min(records.size(), i + maxRecords - buffer.size());
        buffer.addAll(records.subList(i, end));
        i = end;
      } finally {
        lock.unlock();
      }
    }
  }

  private void awaitRoom() {
    try {
      while (buffer.size() >= maxRecords && !closed) {
        changed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(name() + " was interrupted while it waited for room", e);
    }
    if (closed) {
      throw new IllegalStateException(
          name() + " can't store: its streaming context no longer takes in records");
    }
  }

  void reportError(String message, Throwable error) {
    LOG.warn("{}: {}", name(), message, error);
    event(ReceiverEventKind.ERROR, message, error);
  }

  void restart(String message, @Nullable Throwable error, @Nullable Duration delay) {
    Duration wait = delay == null ? context().conf().get(Settings.RECEIVER_RESTART_DELAY) : delay;
    LOG.warn("{}; restarting {} in {} ms", message, name(), wait.toMillis());
    if (error != null) {
      LOG.debug("the reason for restarting {}", name(), error);
      event(ReceiverEventKind.ERROR, message, error);
    }
    lock.lock();
    try {
      if (request == Request.NONE) {
        request = Request.RESTART;
        restartDelay = wait;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  void stopReceiver(String message, @Nullable Throwable error) {
    if (error != null) {
      reportError(message, error);
    } else {
      LOG.info("{} stops: {}", name(), message);
    }
    requestStop();
  }

  private void requestStop() {
    lock.lock();
    try {
      request = Request.STOP;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void event(ReceiverEventKind kind, String message, @Nullable Throwable error) {
    String trace =
        error == null
            ? ""
            : error
                + "\n  at "
                + Arrays.stream(error.getStackTrace())
                    .map(StackTraceElement::toString)
                    .collect(Collectors.joining("\n  at "));
    context().receiverEvent(new ReceiverEvent(kind, name(), message, trace, isStarted()));
  }

  @Override
  public Received<T> nextRange(long batchTimeMillis, long previousTimeMillis) {
    lock.lock();
    try {
      List<T> taken = buffer;
      buffer = new ArrayList<>();
      changed.signalAll();
      return new Received<>(taken);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public PlanNode<T> read(Received<T> range) {
    return new SourceNode<>("receiver", new ListSource<>(range.records(), numPartitions));
  }

  /** Stops the receiver, waiting for it, and says whether records are left for a last batch. */
  @Override
  public boolean drain() {
    stopAndJoin();
    lock.lock();
    try {
      return !buffer.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void stopAndJoin() {
    requestStop();
    Thread supervisor = thread;
    if (supervisor == null || supervisor == Thread.currentThread()) {
      return;
    }
    try {
      supervisor.join(STOP_TIMEOUT_MILLIS);
      if (supervisor.isAlive()) {
        LOG.warn("{} has not stopped within {} ms", name(), STOP_TIMEOUT_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void stop() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    stopAndJoin();
  }
}
