package io.millrace.stream;

import io.millrace.rdd.StorageLevel;
import java.io.Serializable;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes in records that are pushed from outside and stores them for the next batch.
 *
 * <p>{@link #onStart()} starts whatever takes in records, usually a thread, and returns; {@link
 * #onStop()} ends it. Both run on a thread of the receiver's own. The other methods may be called
 * from any thread.
 *
 * <p>{@code store} keeps records in memory until a batch takes them, at most {@code
 * millrace.streaming.receiver.bufferRecords}; when that many wait it blocks, and so slows down
 * whoever sends. Records that no batch has taken are lost when the process dies.
 *
 * @param <T> type of the records
 */
public abstract class Receiver<T> implements Serializable {

  private static final long serialVersionUID = 1L;

  private final StorageLevel storageLevel;
  private transient volatile @Nullable ReceiverSource<T> supervisor;

  protected Receiver(StorageLevel storageLevel) {
    this.storageLevel = storageLevel;
  }

  /**
   * Starts taking in records; must return soon.
   *
   * @throws RuntimeException reported as an error; {@link #onStop()} is called, and the receiver is
   *     started again after {@code millrace.streaming.receiverRestartDelay}
   */
  public abstract void onStart();

  /** Ends what {@link #onStart()} started and releases it; must return soon. */
  public abstract void onStop();

  /** The host where this receiver would best run; no meaning on the embedded engine. */
  public Optional<String> preferredLocation() {
    return Optional.empty();
  }

  /**
   * Stores one record; once this returns, a batch will have it.
   *
   * @throws IllegalStateException if the receiver is not attached to a running context, if the
   *     context has cut its last batch, or if the thread is interrupted while it waits for room;
   *     the record is not stored then
   */
  public void store(T record) {
    attached().store(record);
  }

  /** Stores the records of a list, in order, in one batch as long as they fit the buffer. */
  public void store(List<T> records) {
    attached().storeAll(records);
  }

  /** Stores the records of an iterator, in order. */
  public void store(Iterator<T> records) {
    while (records.hasNext()) {
      attached().store(records.next());
    }
  }

  /** Tells listeners and the log of an error; the receiver goes on. */
  public void reportError(String message, Throwable error) {
    attached().reportError(message, error);
  }

  /** Stops this receiver and starts it again after the configured delay; returns at once. */
  public void restart(String message) {
    attached().restart(message, null, null);
  }

  /** As {@link #restart(String)}, because of an error. */
  public void restart(String message, Throwable error) {
    attached().restart(message, error, null);
  }

  /** As {@link #restart(String, Throwable)}, after {@code millisecond} milliseconds. */
  public void restart(String message, Throwable error, int millisecond) {
    attached().restart(message, error, Duration.ofMillis(millisecond));
  }

  /**
   * Stops this receiver for good; returns at once. What it stored still becomes part of batches.
   */
  public void stop(String message) {
    attached().stopReceiver(message, null);
  }

  /** As {@link #stop(String)}, because of an error. */
  public void stop(String message, Throwable error) {
    attached().stopReceiver(message, error);
  }

  /** Whether the receiver is running: loops that take in records ask this. */
  public boolean isStarted() {
    ReceiverSource<T> present = supervisor;
    return present != null && present.isStarted();
  }

  public boolean isStopped() {
    return !isStarted();
  }

  /** Number of the input stream that this receiver feeds. */
  public int streamId() {
    return attached().streamId();
  }

  public StorageLevel storageLevel() {
    return storageLevel;
  }

  /**
   * Starts a daemon thread named after the context and {@code name}, for {@link #onStart()}. If
   * {@code body} throws while the receiver runs, the receiver is restarted.
   */
  protected final Thread spawn(String name, Runnable body) {
    return attached().spawn(name, body);
  }

  void attach(ReceiverSource<T> source) {
    supervisor = source;
  }

  private ReceiverSource<T> attached() {
    ReceiverSource<T> present = supervisor;
    if (present == null) {
      throw new IllegalStateException(
          "this receiver is not part of a started streaming context: give it to receiverStream"
              + " and start the context");
    }
    return present;
  }
}
