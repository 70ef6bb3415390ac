package io.millrace.internal.scheduler;

import io.millrace.internal.system.Threads;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchSubmitted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerOutputOperationCompleted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerOutputOperationStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverError;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverStopped;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerStreamingStarted;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells events to listeners, in order, on a thread of its own behind a bounded queue. */
final class ListenerBus {

  private static final Logger LOG = LoggerFactory.getLogger(ListenerBus.class);

  /** Ends the thread once everything before it has been told. */
  private static final Object END = new Object();

  private final LinkedBlockingQueue<Object> queue;
  private final List<StreamingListener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicLong numDropped = new AtomicLong();
  private final Thread thread;

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
    return !listeners.isEmpty();
  }

  boolean isOwnThread() {
    return Thread.currentThread() == thread;
  }

  /** Enqueues an event, or drops it if the queue is full; never blocks. */
  void post(StreamingListenerEvent event) {
    if (isHeard() && !queue.offer(event) && numDropped.getAndIncrement() == 0) {
      LOG.warn(
          "listeners are too slow: their queue of {} events is full and events are dropped",
          queue.size());
    }
  }

  long numDropped() {
    return numDropped.get();
  }

  /** Tells what is in the queue and ends; waits for that at most {@code timeoutMillis}. */
  void stop(long timeoutMillis) throws InterruptedException {
    if (isOwnThread() || !thread.isAlive()) {
      return;
    }
    if (!queue.offer(END)) {
      thread.interrupt();
    }
    thread.join(timeoutMillis);
    if (thread.isAlive()) {
      LOG.warn(
          "a listener has not returned within {} ms; its thread is left behind", timeoutMillis);
      thread.interrupt();
    }
    if (numDropped.get() > 0) {
      LOG.warn("{} events were dropped because listeners were too slow", numDropped.get());
    }
  }

  private void tellAll() {
    try {
      for (Object event = queue.take(); event != END; event = queue.take()) {
        for (StreamingListener listener : listeners) {
          tell(listener, (StreamingListenerEvent) event);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("listener thread ended with {} events untold", queue.size());
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
      } else if (event instanceof StreamingListenerReceiverStarted e) {
        listener.onReceiverStarted(e);
      } else if (event instanceof StreamingListenerReceiverError e) {
        listener.onReceiverError(e);
      } else if (event instanceof StreamingListenerReceiverStopped e) {
        listener.onReceiverStopped(e);
      }
    } catch (RuntimeException e) {
      LOG.error("listener {} failed on {}", listener, event, e);
    }
  }
}
