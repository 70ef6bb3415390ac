package io.millrace.stream;

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

/** Remembers what a listener hears. */
final class EventLog implements StreamingListener {

  private final List<StreamingListenerEvent> events = new CopyOnWriteArrayList<>();
  private final LinkedBlockingQueue<StreamingListenerEvent> unread = new LinkedBlockingQueue<>();

  /** All events so far; complete once the context has stopped. */
  List<StreamingListenerEvent> events() {
    return List.copyOf(events);
  }

  <E extends StreamingListenerEvent> List<E> events(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** The kinds of all events, without what they have in common. */
  List<String> kinds() {
    return events.stream()
        .map(event -> event.getClass().getSimpleName().replace("StreamingListener", ""))
        .toList();
  }

  /** Waits for the next event of a kind; others on the way are passed over. */
  <E extends StreamingListenerEvent> E await(Class<E> type) throws InterruptedException {
    StreamingListenerEvent event = unread.take();
    while (!type.isInstance(event)) {
      event = unread.take();
    }
    return type.cast(event);
  }

  private void add(StreamingListenerEvent event) {
    events.add(event);
    unread.add(event);
  }

  @Override
  public void onStreamingStarted(StreamingListenerStreamingStarted started) {
    add(started);
  }

  @Override
  public void onReceiverStarted(StreamingListenerReceiverStarted started) {
    add(started);
  }

  @Override
  public void onReceiverError(StreamingListenerReceiverError error) {
    add(error);
  }

  @Override
  public void onReceiverStopped(StreamingListenerReceiverStopped stopped) {
    add(stopped);
  }

  @Override
  public void onBatchSubmitted(StreamingListenerBatchSubmitted submitted) {
    add(submitted);
  }

  @Override
  public void onBatchStarted(StreamingListenerBatchStarted started) {
    add(started);
  }

  @Override
  public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
    add(completed);
  }

  @Override
  public void onOutputOperationStarted(StreamingListenerOutputOperationStarted started) {
    add(started);
  }

  @Override
  public void onOutputOperationCompleted(StreamingListenerOutputOperationCompleted completed) {
    add(completed);
  }
}
