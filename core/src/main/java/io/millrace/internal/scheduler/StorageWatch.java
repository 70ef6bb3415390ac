package io.millrace.internal.scheduler;

import io.millrace.Settings;
import io.millrace.spi.Clock;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.stream.CheckpointException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds how long a checkpoint's storage, and a transactional sink, may take to answer. A call
 * can't be taken back from the thread that made it, and that thread is not given another one:
 * somebody else looks at the calls under way now and then, and when one has taken too long, the
 * storage is given up and the context stops, as it does when writes fail for too long.
 *
 * <p>A storage that was given up answers nobody any more: later calls fail, and so does the call
 * that hung, should it ever return. What hung may yet be carried out, minutes later. That does no
 * harm: to this driver it is as if the process had been killed during the call, which may keep a
 * write or lose it, and for the others objects are written once. If the write is a slot of the log,
 * either it comes first, and the next driver finds it, or that driver's claim has the slot, and the
 * write changes nothing. If it is a file, no slot mentions it, and the next start deletes it, or
 * the one after that. If it is the claim of a driver that never began, it fences those before it,
 * as a driver does that is killed after its claim; a later one has a slot at or after its own.
 *
 * <p>Time is counted by the look, so that a process that was stopped or starved itself does not
 * blame the storage: one look adds a quarter of the limit at most.
 *
 * <p>A sink that does not answer ends the context in the same way: its commit may be carried out or
 * not, which the next driver learns from the sink's marker, as after a crash.
 *
 * <p>Bounds the calls of this process. Those of tasks in other processes are their engine's affair.
 */
final class StorageWatch {

  /** A write that is to be tried once may still take its time. */
  static final Duration MIN_LIMIT = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(StorageWatch.class);

  /** A call that takes longer is logged, once. */
  static final Duration MAX_SILENCE = Duration.ofSeconds(10);

  private static final int MIN_LOOKS = 4;

  private final Clock clock;
  private final Duration limit;
  private final Duration sinkLimit;
  private final Supplier<Optional<String>> occasion;
  private final Set<Call> underWay = ConcurrentHashMap.newKeySet();
  private volatile @Nullable CheckpointException givenUp;

  /** Of the last look. Guarded by this. */
  private long lookedNanos;

  /** One call. Equal to itself alone. */
  private static final class Call {

    private final String what;
    private final boolean isOfSink;
    private final long limitNanos;
    private final Thread thread = Thread.currentThread();

    /** How long it has been seen under way. Guarded by the watch. */
    private long seenNanos;

    /** Whether it was said that it takes long. Guarded by the watch. */
    private boolean isLogged;

    Call(String what, boolean isOfSink, Duration limit) {
      this.what = what;
      this.isOfSink = isOfSink;
      this.limitNanos = limit.toNanos();
    }
  }

  /** Thrown to those who still call a storage that was given up. */
  static final class GivenUpException extends IOException {

    private static final long serialVersionUID = 1L;

    GivenUpException(String location, CheckpointException reason) {
      super(location + " is not used any more: " + reason.getMessage(), reason);
    }
  }

  /**
   * @param writeTimeout how long failing writes are tried; a call may take as long, or {@link
   *     #MIN_LIMIT} if that is longer
   * @param sinkLimit how long a call of a sink may take
   * @param occasion what is being written down, for messages
   */
  StorageWatch(
      Clock clock, Duration writeTimeout, Duration sinkLimit, Supplier<Optional<String>> occasion) {
    this.clock = clock;
    this.sinkLimit = sinkLimit;
    this.limit = writeTimeout.compareTo(MIN_LIMIT) > 0 ? writeTimeout : MIN_LIMIT;
    this.occasion = occasion;
    this.lookedNanos = clock.nanoTime();
  }

  /**
   * Looks at the calls under way; to be called again and again.
   *
   * @return why the storage is given up, if it was this look that did so
   */
  synchronized Optional<CheckpointException> look() {
    long nowNanos = clock.nanoTime();
    long elapsedNanos = nowNanos - lookedNanos;
    lookedNanos = nowNanos;
    for (Call call : underWay) {
      call.seenNanos += Math.min(elapsedNanos, call.limitNanos / MIN_LOOKS);
      if (call.seenNanos >= call.limitNanos && givenUp == null) {
        CheckpointException reason = new CheckpointException(message(call), where(call.thread));
        giveUp(reason);
        return Optional.of(reason);
      }
      if (!call.isLogged
          && call.seenNanos >= Math.min(MAX_SILENCE.toNanos(), call.limitNanos / 2)) {
        call.isLogged = true;
        LOG.warn(
            "{} has not returned for {} s; batches wait, and the context stops if it takes {} s",
            call.what,
            TimeUnit.NANOSECONDS.toSeconds(call.seenNanos),
            TimeUnit.NANOSECONDS.toSeconds(call.limitNanos));
      }
    }
    return Optional.empty();
  }

  private String message(Call call) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(call.limitNanos);
    if (call.isOfSink) {
      return String.format(
          Locale.ROOT,
          "%s has not returned for %s s. Nothing that was committed is lost: see that the target can"
              + " be reached and start again, which finds out whether the batch is in it; or raise"
              + " %s if it is only slow",
          call.what,
          seconds,
          Settings.SINK_TIMEOUT.key());
    }
    return String.format(
        Locale.ROOT,
        "the checkpoint's storage does not answer: %s has not returned for %s s%s. Nothing that was"
            + " committed is lost: see that the storage can be reached and start again, or raise %s"
            + " if it is only slow",
        call.what,
        seconds,
        occasion.get().map(written -> " (it is part of " + written + ")").orElse(""),
        Settings.CHECKPOINT_WRITE_TIMEOUT.key());
  }

  private static Throwable where(Thread thread) {
    IllegalStateException where =
        new IllegalStateException("the call hangs on " + thread.getName());
    where.setStackTrace(thread.getStackTrace());
    return where;
  }

  /** Lets nobody use the storage from here on, whatever it still answers. */
  synchronized void giveUp(CheckpointException reason) {
    if (givenUp == null) {
      givenUp = reason;
    }
  }

  /**
   * Opens a storage; that and its calls are watched.
   *
   * @throws CheckpointException why it was given up, if it was meanwhile
   */
  CheckpointStorage open(Supplier<CheckpointStorage> storage, String location) {
    Call call = new Call("opening " + location, false, limit);
    underWay.add(call);
    CheckpointStorage opened;
    try {
      opened = storage.get();
    } finally {
      underWay.remove(call);
    }
    CheckpointException reason = givenUp;
    if (reason != null) {
      try {
        opened.close();
      } catch (IOException e) {
        reason.addSuppressed(e);
      }
      throw reason;
    }
    return opened instanceof Serializable ? new Travelling(opened) : new Watched(opened);
  }

  private void requireTrusted(String location) throws GivenUpException {
    CheckpointException reason = givenUp;
    if (reason != null) {
      throw new GivenUpException(location, reason);
    }
  }

  /**
   * Calls a sink; that is watched.
   *
   * @param what it is that is called, for messages
   * @throws CheckpointException why the sink was given up, if it was meanwhile
   */
  <T> T sink(String what, Callable<T> body) throws Exception {
    Call call = new Call(what, true, sinkLimit);
    underWay.add(call);
    T answer;
    try {
      answer = body.call();
    } finally {
      underWay.remove(call);
    }
    CheckpointException reason = givenUp;
    if (reason != null) {
      throw reason;
    }
    return answer;
  }

  /** What a storage is asked for. */
  @FunctionalInterface
  private interface Question<T> {
    T ask() throws IOException;
  }

  /** Passes everything on. */
  private class Watched implements CheckpointStorage {

    final CheckpointStorage storage;

    Watched(CheckpointStorage storage) {
      this.storage = storage;
    }

    private <T> T watched(String doing, String name, Question<T> question) throws IOException {
      requireTrusted(location());
      Call call = new Call(doing + " " + name + " in " + location(), false, limit);
      underWay.add(call);
      T answer;
      try {
        answer = question.ask();
      } finally {
        underWay.remove(call);
      }
      requireTrusted(location());
      return answer;
    }

    @Override
    public String location() {
      return storage.location();
    }

    @Override
    public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
      return watched("writing", name, () -> storage.putIfAbsent(name, content));
    }

    @Override
    public byte[] read(String name, long offset, int length) throws IOException {
      return watched("reading", name, () -> storage.read(name, offset, length));
    }

    @Override
    public byte[] read(String name) throws IOException {
      return watched("reading", name, () -> storage.read(name));
    }

    @Override
    public List<StoredObject> list(String directory) throws IOException {
      return watched("listing", directory + "/", () -> storage.list(directory));
    }

    @Override
    public void delete(String name) throws IOException {
      watched(
          "deleting",
          name,
          () -> {
            storage.delete(name);
            return true;
          });
    }

    @Override
    public void sweep() throws IOException {
      watched(
          "clearing away",
          "unfinished writes",
          () -> {
            storage.sweep();
            return true;
          });
    }

    /** Not watched: whoever ends a context has a limit of its own for that. */
    @Override
    public void close() throws IOException {
      storage.close();
    }
  }

  /** A storage that travels to other processes goes there as it is. */
  private final class Travelling extends Watched implements Serializable {

    private static final long serialVersionUID = 1L;

    Travelling(CheckpointStorage storage) {
      super(storage);
    }

    private Object writeReplace() {
      return storage;
    }
  }
}
