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
 *
 * <p>A graceful stop has to end a receiver whose threads may wait for room in the buffer. While it
 * does, the bound is twice as high, so that they can finish; the range that is taken then is the
 * last, and records that come after it are refused rather than lost.
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
  private volatile boolean leftBehind;

  // Guarded by lock.
  private List<T> buffer = new ArrayList<>();
  private int maxRecords;
  private Request request = Request.NONE;
  private Duration restartDelay = Duration.ZERO;
  private long numStarts;
  private boolean receiving;
  private boolean draining;
  private boolean closed;
  private String lastErrorMessage = "";
  private String lastError = "";
  private long lastErrorMillis = -1;

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
    lock.lock();
    try {
      maxRecords = context.conf().get(Settings.RECEIVER_BUFFER_RECORDS);
    } finally {
      lock.unlock();
    }
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
    String type = receiver.getClass().getName();
    return type.substring(type.lastIndexOf('.') + 1) + "-" + context().streamId();
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
      numStarts++;
      receiving = true;
    } finally {
      lock.unlock();
    }
    try {
      receiver.onStart();
      event(ReceiverEventKind.STARTED, "", null);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
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
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      reportError("stopping " + name() + " failed: " + e.getMessage(), e);
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
    long start = numStarts();
    return context().spawn(threadName, () -> runForReceiver(body, start));
  }

  private long numStarts() {
    lock.lock();
    try {
      return numStarts;
    } finally {
      lock.unlock();
    }
  }

  /** A thread that ends by an error takes in nothing any more, so the receiver starts over. */
  private void runForReceiver(Runnable body, long start) {
    try {
      body.run();
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      if (isStarted() && start == numStarts()) {
        restart("a thread of " + name() + " failed: " + e.getMessage(), e, null);
      } else {
        LOG.debug("a thread of {} failed after it had been stopped", name(), e);
      }
    }
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
        int end = Math.min(records.size(), i + bound() - buffer.size());
        buffer.addAll(records.subList(i, end));
        i = end;
      } finally {
        lock.unlock();
      }
    }
  }

  private int bound() {
    return draining ? (int) Math.min(Integer.MAX_VALUE, 2L * maxRecords) : maxRecords;
  }

  private void awaitRoom() {
    try {
      while (buffer.size() >= bound() && !closed) {
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
    ReceiverEvent event;
    lock.lock();
    try {
      if (error != null) {
        lastErrorMessage = message;
        lastError = trace(error);
        lastErrorMillis = context().clock().millis();
      }
      event =
          new ReceiverEvent(kind, name(), lastErrorMessage, lastError, lastErrorMillis, receiving);
    } finally {
      lock.unlock();
    }
    context().receiverEvent(event);
  }

  private static String trace(Throwable error) {
    return error
        + Arrays.stream(error.getStackTrace())
            .map(call -> "\n  at " + call)
            .collect(Collectors.joining());
  }

  @Override
  public Received<T> nextRange(long batchTimeMillis, long previousTimeMillis) {
    lock.lock();
    try {
      List<T> taken = buffer;
      buffer = new ArrayList<>();
      closed |= draining;
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
    lock.lock();
    try {
      draining = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    stopAndJoin();
    lock.lock();
    try {
      if (buffer.isEmpty()) {
        close();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void stopAndJoin() {
    requestStop();
    Thread supervisor = thread;
    if (supervisor == null || supervisor == Thread.currentThread() || leftBehind) {
      return;
    }
    try {
      supervisor.join(STOP_TIMEOUT_MILLIS);
      if (supervisor.isAlive()) {
        LOG.warn("{} has not stopped within {} ms", name(), STOP_TIMEOUT_MILLIS);
        leftBehind = true;
        supervisor.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Refuses records from now on. */
  private void close() {
    closed = true;
    changed.signalAll();
  }

  /** What was received is in memory alone. */
  @Override
  public boolean mayLose() {
    return true;
  }

  @Override
  public void stop() {
    lock.lock();
    try {
      close();
    } finally {
      lock.unlock();
    }
    stopAndJoin();
  }
}
