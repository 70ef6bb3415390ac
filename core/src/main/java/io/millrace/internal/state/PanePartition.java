package io.millrace.internal.state;

import io.millrace.function.Function2;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.state.StateSize;
import io.millrace.spi.state.StateStep;
import java.util.Objects;
import java.util.Optional;
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
      store.evict(window.firesFromMillis());
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
    if (endsPane) {
      endOpenPane(open);
    }
  }

  private void endOpenPane(OpenPane ended) throws Exception {
    if (ended.entries().size() > 0) {
      store.push(PaneInput.of(ended.entries()), ended.endMillis());
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
  public StateSize adopt() {
    OpenPane kept = open;
    if (kept != null && kept.entries().isStepping()) {
      kept.entries().adopt(Entries.Adoption.NONE);
    }
    adopted = kept;
    return store.adopt();
  }

  @Override
  public void abandon() {
    abandonOpenPane();
    store.abandon();
  }

  private void abandonOpenPane() {
    open = adopted;
    if (open != null) {
      open.entries().rollBack();
    }
  }
}
