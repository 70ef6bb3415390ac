package io.millrace.internal.scheduler;

import io.millrace.internal.checkpoint.CheckpointState;
import io.millrace.internal.checkpoint.Fact;
import io.millrace.spi.state.Compaction;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges the files of states in the background, one state at a time, so that batches do not wait
 * for it. What was merged is said in the log with the next batch; until then, and if that never
 * happens, the old files count.
 *
 * <p>If batches write files faster than they are merged, a batch waits once a state has {@value
 * #MAX_FILES} of them.
 */
final class Compactor {

  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

  /** Files of one state beyond which batches wait. */
  static final int MAX_FILES = 512;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Duration closeTimeout;
  private final Map<String, KeyedState> states;
  private final StatePlace place;
  private final Executor executor;

  // Guarded by this.
  private final List<Fact> done = new ArrayList<>();
  private boolean isBusy;
  private CountDownLatch running = new CountDownLatch(0);
  private boolean isClosed;
  private @Nullable Throwable fatal;

  /** Those after it come first next time. */
  private volatile String lastCompacted = "";

  /**
   * @param states by id
   * @param executor runs one task at a time
   */
  Compactor(Map<String, KeyedState> states, StatePlace place, Executor executor) {
    this(states, place, executor, CLOSE_TIMEOUT);
  }

  /**
   * @param closeTimeout how long the end waits for a merge
   */
  Compactor(
      Map<String, KeyedState> states, StatePlace place, Executor executor, Duration closeTimeout) {
    this.closeTimeout = closeTimeout;
    this.states = new TreeMap<>(states);
    this.place = place;
    this.executor = executor;
  }

  /** Goes on with another state in the place of one that is closed. */
  synchronized void replace(String id, KeyedState state) {
    states.put(id, state);
  }

  /**
   * Looks for something to merge, unless it is at that.
   *
   * @param prefix of names of objects, never used before
   */
  void offer(CheckpointState state, String prefix) throws InterruptedException {
    List<String> candidates = new ArrayList<>();
    int most = 0;
    for (String id : states.keySet()) {
      CheckpointState.StateContents contents = state.states().get(id);
      if (contents != null && contents.files().size() > 1) {
        candidates.add(id);
        most = Math.max(most, contents.files().size());
      }
    }
    synchronized (this) {
      while (isBusy && most > MAX_FILES) {
        wait();
      }
      throwIfFatal();
      if (isBusy || isClosed || candidates.isEmpty() || !done.isEmpty()) {
        return;
      }
      isBusy = true;
      running = new CountDownLatch(1);
    }
    // In turn: those after the last one first.
    String last = lastCompacted;
    candidates.sort(
        Comparator.comparing((String id) -> id.compareTo(last) <= 0)
            .thenComparing(Comparator.naturalOrder()));
    executor.execute(() -> run(candidates, state, prefix));
  }

  private void throwIfFatal() {
    if (fatal instanceof Error error) {
      throw error;
    }
  }

  private void run(List<String> candidates, CheckpointState state, String prefix) {
    Optional<Fact> fact = Optional.empty();
    Throwable failure = null;
    try {
      fact = compactFirst(candidates, state, prefix);
    } catch (IOException | RuntimeException e) {
      LOG.warn("merging files of a state failed; it is tried again after the next batch", e);
    } catch (Error e) {
      failure = e;
    }
    synchronized (this) {
      fact.ifPresent(done::add);
      fatal = failure;
      isBusy = false;
      running.countDown();
      notifyAll();
    }
  }

  private Optional<Fact> compactFirst(List<String> candidates, CheckpointState state, String prefix)
      throws IOException {
    for (int i = 0; i < candidates.size(); i++) {
      String id = candidates.get(i);
      KeyedState keyed = stateOf(id);
      CheckpointState.StateContents contents = state.states().get(id);
      if (keyed == null || contents == null || !contents.form().equals(keyed.form())) {
        continue;
      }
      List<StateFile> files = contents.files();
      Optional<Compaction> compaction = keyed.compact(place, prefix + "-" + i, files);
      if (compaction.isPresent()) {
        lastCompacted = id;
        return compaction.map(merged -> new Fact.Compacted(id, merged.replaced(), merged.merged()));
      }
    }
    return Optional.empty();
  }

  private synchronized @Nullable KeyedState stateOf(String id) {
    return states.get(id);
  }

  /** What was merged since the last call, to be said in the log. */
  synchronized List<Fact> take() {
    List<Fact> taken = List.copyOf(done);
    done.clear();
    return taken;
  }

  /** Begins nothing more, and waits for what is under way, but not for long. */
  void close() {
    CountDownLatch last;
    synchronized (this) {
      isClosed = true;
      last = running;
    }
    try {
      if (!last.await(closeTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warn(
            "files of a state are still being merged after {}; the merge is left behind, and what it"
                + " has written is deleted by the next start",
            closeTimeout);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.info("files of a state are being merged when their context ends");
    }
  }
}
