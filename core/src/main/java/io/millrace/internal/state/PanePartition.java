package io.millrace.internal.state;

import io.millrace.CorruptionException;
import io.millrace.function.Function2;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.state.StateSize;
import io.millrace.spi.state.StateStep;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A partition of a window: makes panes of batches, and has the store combine them. Most panes are
 * one batch; the batches of a longer one are combined in an open pane until it ends.
 */
final class PanePartition implements StatePartition {

  private final Copies copies = new Copies();
  private final Function2<Object, Object, ?> reduce;
  private final PaneStore store;
  private final Supplier<Entries> newOpenPane;

  /** The open pane as it was adopted, and as the step leaves it. */
  private @Nullable OpenPane adopted;

  private @Nullable OpenPane open;
  private Optional<StateView> view = Optional.empty();

  /** How far the window has come as of the last adopted step, and as of this one. */
  private ContentSink.Bounds adoptedBounds = ContentSink.Bounds.NONE;

  private ContentSink.Bounds bounds = ContentSink.Bounds.NONE;

  /** What the step has changed of panes, if anything. */
  private PaneWriter paneWriter = PaneWriter.NONE;

  /** Writes what the step has changed of panes. */
  @FunctionalInterface
  private interface PaneWriter {
    PaneWriter NONE = content -> {};

    void write(ContentSink content) throws IOException;
  }

  /** A pane that more batches may belong to. */
  private record OpenPane(long endMillis, Entries entries) {}

  @SuppressWarnings("unchecked")
  PanePartition(Function2<?, ?, ?> reduce, PaneStore store, Supplier<Entries> newOpenPane) {
    this.reduce = (Function2<Object, Object, ?>) reduce;
    this.store = store;
    this.newOpenPane = newOpenPane;
  }

  @Override
  public void load(RecordReader<?> initial, long timeMillis, Poll poll) {
    throw new IllegalStateException("a window begins empty");
  }

  @Override
  public Optional<Rows> attempt(RecordReader<?> input, StateStep step, Poll poll) throws Exception {
    abandonOpenPane();
    store.begin();
    StateStep.WindowStep window = Objects.requireNonNull(step.window(), "no window");
    if (open != null && open.endMillis() < window.paneEndMillis()) {
      endOpenPane(open);
    }
    PaneInput batch = PaneInput.of(input, poll);
    Optional<Rows> emitted = Optional.empty();
    Long firesAt = window.firesAtMillis();
    boolean firesBefore = firesAt != null && firesAt < step.timeMillis();
    if (firesAt != null) {
      if (store.evict(window.firesFromMillis())) {
        bounds = bounds.evicted(window.firesFromMillis());
      }
      poll.poll();
    }
    if (firesBefore) {
      emitted = store.emit(false);
    }
    add(batch, step.timeMillis(), window.paneEndMillis());
    poll.poll();
    if (firesAt != null && !firesBefore) {
      emitted = store.emit(true);
    }
    Optional<StateView> sealed = store.seal();
    view = firesAt == null ? Optional.empty() : sealed;
    return emitted;
  }

  private void add(PaneInput batch, long timeMillis, long paneEndMillis) throws Exception {
    boolean endsPane = timeMillis == paneEndMillis;
    if (open == null && endsPane) {
      if (batch.size() > 0) {
        store.push(batch, paneEndMillis);
        bounds = bounds.pushed(paneEndMillis);
        paneWriter = store::writeLastPane;
      }
      return;
    }
    if (open == null) {
      open = new OpenPane(paneEndMillis, newOpenPane.get());
    }
    Entries entries = open.entries();
    entries.begin();
    combine(batch, entries);
    entries.seal();
    paneWriter = content -> new EntryWriter(entries, content).writeTouched(paneEndMillis);
    if (endsPane) {
      endOpenPane(open);
    }
  }

  private void endOpenPane(OpenPane ended) throws Exception {
    if (ended.entries().size() > 0) {
      store.push(PaneInput.of(ended.entries()), ended.endMillis());
      bounds = bounds.pushed(ended.endMillis());
    }
    open = null;
  }

  private void combine(PaneInput batch, Entries entries) throws Exception {
    int[] positions = new int[batch.size()];
    entries.locate(batch.keys(), batch.hashes(), batch.size(), positions);
    for (int i = 0; i < batch.size(); i++) {
      Object value = batch.values()[i];
      int position = positions[i];
      entries.set(
          position,
          entries.isPresent(position)
              ? reduce.call(entries.valueToChange(position), value)
              : copies.of(value));
    }
  }

  @Override
  public Optional<StateView> view() {
    return view;
  }

  @Override
  public StateSize triedSize() {
    return store.triedSize();
  }

  @Override
  public StateSize adopt() {
    OpenPane kept = open;
    if (kept != null && kept.entries().isStepping()) {
      kept.entries().adopt(Entries.Adoption.NONE);
    }
    adopted = kept;
    adoptedBounds = bounds;
    paneWriter = PaneWriter.NONE;
    return store.adopt();
  }

  @Override
  public void abandon() {
    abandonOpenPane();
    store.abandon();
  }

  private void abandonOpenPane() {
    open = adopted;
    bounds = adoptedBounds;
    paneWriter = PaneWriter.NONE;
    if (open != null) {
      open.entries().rollBack();
    }
  }

  @Override
  public void write(StateFileWriter content) throws IOException {
    paneWriter.write(content);
    store.writeTotals(content);
    if (!bounds.equals(adoptedBounds)) {
      content.bounds(bounds);
    }
  }

  @Override
  public StatePartition.Restoring restore() {
    return new Restoring();
  }

  private final class Restoring implements StatePartition.Restoring {

    private final TreeMap<Long, Entries> panes = new TreeMap<>();

    @Override
    public void values(Cells keys, Cells values, @Nullable Cells notes) throws IOException {
      store.restoreTotals(keys, values, notes);
    }

    @Override
    public void removed(Cells keys) throws IOException {
      store.restoreRemoval(keys);
    }

    @Override
    public void pane(long endMillis, Cells keys, Cells values) {
      panes.computeIfAbsent(endMillis, end -> newOpenPane.get()).restore(keys, values);
    }

    @Override
    public void bounds(Bounds read) {
      bounds = bounds.and(read);
    }

    /** A pane that was not part of the window yet is open for the batches to come. */
    @Override
    public void end() throws Exception {
      adoptedBounds = bounds;
      panes.headMap(bounds.evictedMillis(), true).clear();
      while (!panes.isEmpty() && panes.firstKey() <= bounds.pushedMillis()) {
        Map.Entry<Long, Entries> pane = panes.pollFirstEntry();
        store.restorePane(PaneInput.of(pane.getValue()), pane.getKey());
      }
      store.endRestoring();
      if (panes.size() > 1) {
        throw new CorruptionException("several panes take batches in: " + panes.keySet());
      }
      if (!panes.isEmpty()) {
        open = new OpenPane(panes.firstKey(), panes.firstEntry().getValue());
        adopted = open;
      }
    }
  }

  @Override
  public void discard() {
    store.discard();
  }
}
