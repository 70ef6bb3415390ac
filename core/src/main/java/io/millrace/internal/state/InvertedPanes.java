package io.millrace.internal.state;

import io.millrace.Tuple2;
import io.millrace.function.Function;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.state.StateSize;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A window with inverse: one total for each key, to which panes are added when they come and from
 * which they are taken when they leave. Totals are {@link Entries}, so that windows are read from
 * them as versions, and a step is undone as for any other state.
 *
 * <p>With a filter, windows are those without inverse, filtered: a key that the filter drops keeps
 * a hidden total, and is asked about again when that changes; it goes with its last pane. So a key
 * is hidden if it has a pane and its total is not in sight. Without filter, a key whose panes have
 * all left keeps what is left of its total.
 */
final class InvertedPanes implements PaneStore {

  private static final int NO_PANE = -1;

  private final Copies copies = new Copies();
  private final WindowTotals loops;
  private final @Nullable Function<Object, Boolean> filter;
  private final Entries totals;
  private final StoreSize size;
  private final Deque<Pane> panes = new ArrayDeque<>();

  /** By position, number of the last pane that has the key; less than that of any if none has. */
  private int[] lastNumbers = new int[0];

  /** By position while panes are restored: the end of the first pane that the total holds. */
  private long[] restoredEnds = new long[0];

  /**
   * Keys whose restored totals do not hold exactly their panes, in order: of those that are hidden
   * only the panes are written. The first step makes their totals anew.
   */
  private int[] incomplete = new int[0];

  /** Those of them that were hidden, until the filter is asked whether they are so rightly. */
  private int[] restoredHidden = new int[0];

  private int nextNumber;
  private long paneBytes;
  private long paneEntries;

  /** Steps since the last window have changed totals that the filter was not asked about. */
  private boolean areTotalsUnasked;

  // What has to be undone unless the step is adopted.
  private int begunCapacity;
  private int numPushed;
  private final Deque<Pane> evicted = new ArrayDeque<>();

  // What the step has done about the filter.
  private boolean hasAsked;
  private boolean hasPushedSince;

  InvertedPanes(
      WindowTotals loops,
      @Nullable Function<Object, Boolean> filter,
      Entries totals,
      StoreSize size) {
    this.loops = loops;
    this.filter = filter;
    this.totals = totals;
    this.size = size;
  }

  @Override
  public void begin() throws Exception {
    abandon();
    if (totals.step() == Entries.MAX_STEP) {
      totals.renumber(totals.step());
    }
    totals.begin();
    begunCapacity = lastNumbers.length;
    if (incomplete.length > 0) {
      synchronized (totals) {
        completeTotals();
      }
    }
  }

  /** Combines the panes of incomplete totals. */
  private void completeTotals() throws Exception {
    for (int position : incomplete) {
      totals.touch(position);
      totals.remove(position);
      lastNumbers[position] = NO_PANE;
    }
    for (Pane pane : panes) {
      Pane part = pane.at(position -> Arrays.binarySearch(incomplete, position) >= 0);
      loops.enter(part, totals, lastNumbers, oldest());
      setLast(part);
    }
    for (int position : restoredHidden) {
      totals.hide(position);
    }
  }

  private int oldest() {
    return panes.isEmpty() ? nextNumber : panes.getFirst().number;
  }

  @Override
  public void push(PaneInput input, long endMillis) throws Exception {
    int[] positions = new int[input.size()];
    synchronized (totals) {
      totals.locate(input.keys(), input.hashes(), input.size(), positions);
      grow();
      int oldest = oldest();
      Pane pane = Pane.inOrder(endMillis, nextNumber++, positions, input.column(false));
      panes.addLast(pane);
      numPushed++;
      hasPushedSince = true;
      account(pane, 1);
      loops.enter(pane, totals, lastNumbers, oldest);
      setLast(pane);
    }
    account();
  }

  private void grow() {
    if (totals.bound() > lastNumbers.length) {
      int before = lastNumbers.length;
      lastNumbers = Arrays.copyOf(lastNumbers, Math.max(totals.bound(), Growth.next(before)));
      Arrays.fill(lastNumbers, before, lastNumbers.length, NO_PANE);
    }
  }

  private void setLast(Pane pane) {
    for (int position : pane.positions) {
      lastNumbers[position] = pane.number;
    }
  }

  private void account(Pane pane, int sign) {
    paneBytes += sign * pane.bytes();
    paneEntries += sign * (long) pane.size();
  }

  private void account() {
    size.account(totals.size(), totals.size() + paneEntries, bytes());
  }

  private long bytes() {
    return totals.bytes() + 4L * lastNumbers.length + paneBytes;
  }

  @Override
  public boolean evict(long throughMillis) throws Exception {
    while (!panes.isEmpty() && panes.getFirst().endMillis <= throughMillis) {
      Pane pane = panes.removeFirst();
      evicted.addLast(pane);
      account(pane, -1);
      synchronized (totals) {
        loops.leave(pane, totals, lastNumbers, filter != null);
      }
    }
    return !evicted.isEmpty();
  }

  @Override
  public Optional<Rows> emit(boolean isFinal) throws Exception {
    if (filter != null) {
      synchronized (totals) {
        hideThoseThatFail(filter);
      }
    }
    return isFinal ? Optional.empty() : Optional.of(copied());
  }

  /**
   * Asks only for the totals that the step changed, as the others have passed before; and for all
   * if there were steps without window, or one that went on after its window.
   */
  private void hideThoseThatFail(Function<Object, Boolean> filter) throws Exception {
    for (int position : restoredHidden) {
      if (!totals.isPresent(position) && lastNumbers[position] >= oldest()) {
        totals.set(position, totals.value(position));
      }
    }
    if (areTotalsUnasked && !hasAsked) {
      for (int position = 0; position < totals.bound(); position++) {
        hideIfItFails(position, filter);
      }
    } else {
      for (int i = 0; i < totals.numTouched(); i++) {
        hideIfItFails(totals.touched(i), filter);
      }
    }
    hasAsked = true;
    hasPushedSince = false;
  }

  private void hideIfItFails(int position, Function<Object, Boolean> filter) throws Exception {
    if (totals.isPresent(position)
        && !filter.call(new Tuple2<>(totals.key(position), totals.value(position)))) {
      totals.hide(position);
    }
  }

  private Rows copied() {
    Rows rows = new Rows();
    for (int i = 0; i < totals.bound(); i++) {
      if (totals.isPresent(i)) {
        rows.add(new Tuple2<>(totals.key(i), copies.of(totals.value(i))));
      }
    }
    return rows;
  }

  @Override
  public Optional<StateView> seal() {
    size.sample(totals.size(), totals::sampleKeys, totals::sampleValues);
    account();
    return Optional.of(new StateView(totals, totals.seal()));
  }

  @Override
  public void writeLastPane(ContentSink content) throws IOException {
    panes.getLast().write(totals::keys, content);
  }

  /** A hidden total is written as none: its panes are there to make it anew. */
  @Override
  public void writeTotals(ContentSink content) throws IOException {
    new EntryWriter(totals, content).writeTouched(null);
  }

  @Override
  public void restoreTotals(Cells keys, Cells values, @Nullable Cells firstEnds) {
    int[] positions = totals.restore(keys, values);
    if (totals.bound() > restoredEnds.length) {
      restoredEnds =
          Arrays.copyOf(restoredEnds, Math.max(totals.bound(), Growth.next(restoredEnds.length)));
    }
    for (int i = 0; i < positions.length; i++) {
      restoredEnds[positions[i]] = firstEnds == null ? ContentSink.NO_NOTE : firstEnds.longs()[i];
    }
    grow();
    account();
  }

  @Override
  public void restoreRemoval(Cells keys) {
    totals.restoreRemoval(keys);
  }

  @Override
  public void restorePane(PaneInput input, long endMillis) {
    int[] positions = totals.restoreKeys(input.cells());
    grow();
    Pane pane = Pane.inOrder(endMillis, nextNumber++, positions, input.column(false));
    panes.addLast(pane);
    account(pane, 1);
    setLast(pane);
    account();
  }

  @Override
  public void endRestoring() {
    BitSet seen = new BitSet();
    BitSet lacking = new BitSet();
    for (Pane pane : panes) {
      for (int position : pane.positions) {
        if (!seen.get(position)) {
          seen.set(position);
          boolean isComplete =
              totals.isPresent(position) && restoredEnds[position] <= pane.endMillis;
          lacking.set(position, !isComplete);
        }
      }
    }
    for (int position : filter == null ? new int[0] : totals.presentPositions()) {
      if (!seen.get(position)) {
        lacking.set(position); // written when a key could outlive its last pane
      }
    }
    incomplete = lacking.stream().toArray();
    restoredHidden = lacking.stream().filter(position -> !totals.isPresent(position)).toArray();
    restoredEnds = new long[0];
    areTotalsUnasked = true; // which of them have passed is not known
    size.sample(totals.size(), totals::sampleKeys, totals::sampleValues);
    account();
    size.adopt(totals.size(), totals.size() + paneEntries, bytes());
  }

  @Override
  public StateSize triedSize() {
    return totals.triedSize(size.bytes());
  }

  @Override
  public StateSize adopt() {
    int oldest = oldest();
    Entries.Changes changes = totals.adopt(new Adopted(oldest));
    areTotalsUnasked = hasPushedSince || (areTotalsUnasked && !hasAsked);
    numPushed = 0;
    evicted.clear();
    incomplete = new int[0];
    restoredHidden = hasAsked ? new int[0] : restoredHidden;
    forgetWhatWasAsked();
    size.adopt(totals.size(), totals.size() + paneEntries, bytes());
    return new StateSize(totals.size(), size.bytes(), changes.updated(), changes.removed());
  }

  private void forgetWhatWasAsked() {
    hasAsked = false;
    hasPushedSince = false;
  }

  private final class Adopted implements Entries.Adoption {

    private final int oldest;

    Adopted(int oldest) {
      this.oldest = oldest;
    }

    @Override
    public boolean mayGo(int position) {
      return lastNumbers[position] < oldest;
    }
  }

  @Override
  public void abandon() {
    if (totals.isStepping()) {
      totals.rollBack();
      shrink();
    }
    forgetWhatWasAsked();
    boolean hasMovedLast = numPushed > 0 || incomplete.length > 0;
    // First what was evicted: it may have been pushed in the same step.
    while (!evicted.isEmpty()) {
      Pane pane = evicted.removeLast();
      panes.addFirst(pane);
      account(pane, 1);
    }
    for (; numPushed > 0; numPushed--) {
      account(panes.removeLast(), -1);
    }
    if (hasMovedLast) {
      Arrays.fill(lastNumbers, NO_PANE);
      panes.forEach(this::setLast);
    }
    size.rollBack(totals.size(), totals.size() + paneEntries, bytes());
  }

  /** Gives back the room that the step has taken. */
  private void shrink() {
    if (lastNumbers.length > begunCapacity) {
      lastNumbers = Arrays.copyOf(lastNumbers, begunCapacity);
    }
  }

  @Override
  public void discard() {
    size.discard();
  }
}
