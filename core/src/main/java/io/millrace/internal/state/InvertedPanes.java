package io.millrace.internal.state;

import io.millrace.Tuple2;
import io.millrace.function.Function;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.state.StateSize;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A window with inverse: one total for each key, to which panes are added when they come and from
 * which they are taken when they leave. Totals are {@link Entries}, so that windows are read from
 * them as versions, and a step is undone as for any other state.
 *
 * <p>A key that the filter drops loses its total, and what older panes hold of it counts no more.
 * It keeps its position until the last of those panes has left.
 */
final class InvertedPanes implements PaneStore {

  private final Copies copies = new Copies();
  private final WindowTotals loops;
  private final @Nullable Function<Object, Boolean> filter;
  private final Entries totals;
  private final StoreSize size;
  private final Deque<Pane> panes = new ArrayDeque<>();

  /** By position, number of the first pane that the total holds. */
  private int[] firstNumbers = new int[0];

  /** By position, number of the last pane that has the key. */
  private int[] lastNumbers = new int[0];

  /** By position while panes are restored: the end of the first pane that the total holds. */
  private long[] restoredEnds = new long[0];

  private int nextNumber;
  private long paneBytes;
  private long paneEntries;

  /** Steps since the last window have changed totals that the filter was not asked about. */
  private boolean areTotalsUnasked;

  // What has to be undone unless the step is adopted.
  private int begunCapacity;
  private int numPushed;
  private final Deque<Pane> evicted = new ArrayDeque<>();
  private final Positions dropped = new Positions();
  private final Positions firstNumbersOfDropped = new Positions();

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
  public void begin() {
    abandon();
    if (totals.step() == Entries.MAX_STEP) {
      totals.renumber(totals.step());
    }
    totals.begin();
    begunCapacity = firstNumbers.length;
  }

  @Override
  public void push(PaneInput input, long endMillis) throws Exception {
    int[] positions = new int[input.size()];
    synchronized (totals) {
      totals.locate(input.keys(), input.hashes(), input.size(), positions);
      grow();
      Pane pane = Pane.inOrder(endMillis, nextNumber++, positions, input.column(false));
      panes.addLast(pane);
      numPushed++;
      hasPushedSince = true;
      account(pane, 1);
      setLast(pane);
      loops.enter(pane, totals, firstNumbers);
    }
    account();
  }

  private void grow() {
    if (totals.bound() > firstNumbers.length) {
      int capacity = Math.max(totals.bound(), Growth.next(firstNumbers.length));
      firstNumbers = Arrays.copyOf(firstNumbers, capacity);
      lastNumbers = Arrays.copyOf(lastNumbers, capacity);
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
    return totals.bytes() + 8L * firstNumbers.length + paneBytes;
  }

  @Override
  public boolean evict(long throughMillis) throws Exception {
    while (!panes.isEmpty() && panes.getFirst().endMillis <= throughMillis) {
      Pane pane = panes.removeFirst();
      evicted.addLast(pane);
      account(pane, -1);
      synchronized (totals) {
        loops.leave(pane, totals, firstNumbers);
      }
    }
    return !evicted.isEmpty();
  }

  @Override
  public Optional<Rows> emit(boolean isFinal) throws Exception {
    if (filter != null) {
      synchronized (totals) {
        dropThoseThatFail(filter);
      }
    }
    return isFinal ? Optional.empty() : Optional.of(copied());
  }

  /**
   * Asks only for the totals that the step changed, as the others have passed before; and for all
   * if there were steps without window, or one that went on after its window.
   */
  private void dropThoseThatFail(Function<Object, Boolean> filter) throws Exception {
    if (areTotalsUnasked && !hasAsked) {
      for (int position = 0; position < totals.bound(); position++) {
        dropIfItFails(position, filter);
      }
    } else {
      for (int i = 0; i < totals.numTouched(); i++) {
        dropIfItFails(totals.touched(i), filter);
      }
    }
    hasAsked = true;
    hasPushedSince = false;
  }

  private void dropIfItFails(int position, Function<Object, Boolean> filter) throws Exception {
    if (totals.isPresent(position)
        && !filter.call(new Tuple2<>(totals.key(position), totals.value(position)))) {
      dropped.add(position);
      firstNumbersOfDropped.add(firstNumbers[position]);
      totals.remove(position);
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

  @Override
  public void writeTotals(ContentSink content) throws IOException {
    long[] ends = panes.stream().mapToLong(pane -> pane.endMillis).toArray();
    int oldest = nextNumber - ends.length;
    new EntryWriter(totals, content)
        .writeTouched(
            position -> {
              int first = Math.max(firstNumbers[position], oldest);
              return first == nextNumber ? ContentSink.NO_NOTE : ends[first - oldest];
            });
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
    long[] ends = panes.stream().mapToLong(pane -> pane.endMillis).toArray();
    int oldest = nextNumber - ends.length;
    int bound = Math.min(restoredEnds.length, totals.bound());
    for (int position = 0; position < bound; position++) {
      int found = Arrays.binarySearch(ends, restoredEnds[position]);
      firstNumbers[position] = oldest + (found < 0 ? ~found : found);
    }
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
    int oldest = panes.isEmpty() ? nextNumber : panes.getFirst().number;
    Entries.Changes changes = totals.adopt(new Adopted(oldest));
    areTotalsUnasked = hasPushedSince || (areTotalsUnasked && !hasAsked);
    numPushed = 0;
    evicted.clear();
    forgetWhatWasAsked();
    size.adopt(totals.size(), totals.size() + paneEntries, bytes());
    return new StateSize(totals.size(), size.bytes(), changes.updated(), changes.removed());
  }

  private void forgetWhatWasAsked() {
    dropped.clear();
    firstNumbersOfDropped.clear();
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
    for (int i = 0; i < dropped.size(); i++) {
      firstNumbers[dropped.get(i)] = firstNumbersOfDropped.get(i);
    }
    if (totals.isStepping()) {
      totals.rollBack();
      shrink();
    }
    forgetWhatWasAsked();
    boolean hasPushed = numPushed > 0;
    // First what was evicted: it may have been pushed in the same step.
    while (!evicted.isEmpty()) {
      Pane pane = evicted.removeLast();
      panes.addFirst(pane);
      account(pane, 1);
    }
    for (; numPushed > 0; numPushed--) {
      account(panes.removeLast(), -1);
    }
    if (hasPushed) {
      Arrays.fill(lastNumbers, -1);
      panes.forEach(this::setLast);
    }
    size.rollBack(totals.size(), totals.size() + paneEntries, bytes());
  }

  /** Gives back the room that the step has taken. */
  private void shrink() {
    if (firstNumbers.length > begunCapacity) {
      firstNumbers = Arrays.copyOf(firstNumbers, begunCapacity);
      lastNumbers = Arrays.copyOf(lastNumbers, begunCapacity);
    }
  }

  @Override
  public void discard() {
    size.discard();
  }
}
