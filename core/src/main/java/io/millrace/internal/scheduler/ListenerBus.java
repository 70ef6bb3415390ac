package io.millrace.internal.scheduler;

import io.millrace.internal.system.Threads;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchSubmitted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerCheckpointOpened;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerCheckpointPhase;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerCheckpointPlanned;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerInputSkipped;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerOutputOperationCompleted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerOutputOperationStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverError;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverStopped;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerStreamingStarted;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells events to listeners, in order, on a thread of its own behind a bounded queue. What does not
 * fit the queue is dropped; the log says so when that begins, and how many when the listeners have
 * caught up.
 */
final class ListenerBus {

  private static final Logger LOG = LoggerFactory.getLogger(ListenerBus.class);

  /** Ends the thread once everything before it has been told. */
  private static final Object END = new Object();

  private final LinkedBlockingQueue<Object> queue;
  private final List<StreamingListener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicLong numDropped = new AtomicLong();
  private final AtomicLong numUnreported = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean abandoned;

  ListenerBus(int capacity, String name) {
    this.queue = new LinkedBlockingQueue<>(capacity);
    this.thread = Threads.daemon(name + "-listeners", this::tellAll);
  }

  void start() {
    thread.start();
  }

  void add(StreamingListener listener) {
    listeners.add(listener);
  }

  void remove(StreamingListener listener) {
    listeners.remove(listener);
  }

  /** Whether anybody listens; events need not be made otherwise. */
  boolean isHeard() {
    return !closed && !listeners.isEmpty();
  }

  boolean isOwnThread() {
    return Thread.currentThread() == thread;
  }

  /** Enqueues an event, or drops it if the queue is full; never blocks. */
  void post(StreamingListenerEvent event) {
    if (isHeard() && !queue.offer(event)) {
      numDropped.getAndIncrement();
      if (numUnreported.getAndIncrement() == 0) {
        LOG.warn(
            "listeners are too slow: their queue of {} events is full and events are dropped",
            queue.size());
      }
    }
  }

  long numDropped() {
    return numDropped.get();
  }

  /**
   * Takes in no more, tells what is in the queue, and ends; waits for that at most {@code
   * timeoutMillis}. A listener that takes longer is interrupted and left behind.
   */
  void stop(long timeoutMillis) throws InterruptedException {
    if (closed || isOwnThread() || !thread.isAlive()) {
      closed = true;
      return;
    }
    closed = true;
    if (queue.offer(END, timeoutMillis, TimeUnit.MILLISECONDS)) {
      thread.join(timeoutMillis);
    }
    if (thread.isAlive()) {
      LOG.warn(
          "a listener has not returned within {} ms; it is left behind with {} events untold",
          timeoutMillis,
          queue.size());
      abandoned = true;
      thread.interrupt();
    }
  }

  private void tellAll() {
    try {
      for (Object event = queue.take(); event != END && !abandoned; event = queue.take()) {
        for (StreamingListener listener : listeners) {
          tell(listener, (StreamingListenerEvent) event);
          Interrupts.forget(() -> abandoned);
        }
        if (queue.isEmpty()) {
          reportDropped();
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("the listener thread was interrupted with {} events untold", queue.size());
    } finally {
      reportDropped();
    }
  }

  private void reportDropped() {
    long dropped = numUnreported.getAndSet(0);
    if (dropped > 0) {
      LOG.warn("{} events were dropped because listeners were too slow", dropped);
    }
  }

  private static void tell(StreamingListener listener, StreamingListenerEvent event) {
    try {
      if (event instanceof StreamingListenerStreamingStarted e) {
        listener.onStreamingStarted(e);
      } else if (event instanceof StreamingListenerBatchSubmitted e) {
        listener.onBatchSubmitted(e);
      } else if (event instanceof StreamingListenerBatchStarted e) {
        listener.onBatchStarted(e);
      } else if (event instanceof StreamingListenerBatchCompleted e) {
        listener.onBatchCompleted(e);
      } else if (event instanceof StreamingListenerOutputOperationStarted e) {
        listener.onOutputOperationStarted(e);
      } else if (event instanceof StreamingListenerOutputOperationCompleted e) {
        listener.onOutputOperationCompleted(e);
      } else if (event instanceof StreamingListenerInputSkipped e) {
        listener.onInputSkipped(e);
      } else if (event instanceof StreamingListenerCheckpointOpened e) {
        listener.onCheckpointOpened(e);
      } else if (event instanceof StreamingListenerCheckpointPhase e) {
        listener.onCheckpointPhase(e);
      } else if (event instanceof StreamingListenerCheckpointPlanned e) {
        listener.onCheckpointPlanned(e);
      } else if (event instanceof StreamingListenerReceiverStarted e) {
        listener.onReceiverStarted(e);
      } else if (event instanceof StreamingListenerReceiverError e) {
        listener.onReceiverError(e);
      } else if (event instanceof StreamingListenerReceiverStopped e) {
        listener.onReceiverStopped(e);
      }
    } catch (Throwable e) {
      // Also errors, and checked exceptions of other JVM languages: none may end the thread.
      logFailure(listener, event, e);
    }
  }

  private static void logFailure(
      StreamingListener listener, StreamingListenerEvent event, Throwable failure) {
    try {
      LOG.error("listener {} failed on {}", listener, event, failure);
    } catch (RuntimeException | StackOverflowError e) {
      // The listener's toString() or the failure's message has thrown in its turn.
      LOG.error("listener of {} failed with {}", listener.getClass(), failure.getClass());
    }
  }
}
