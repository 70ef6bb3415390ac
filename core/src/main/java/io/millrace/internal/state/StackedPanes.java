package io.millrace.internal.state;

import io.millrace.CorruptionException;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.state.StateOperator;
import io.millrace.spi.state.StateSize;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A window without inverse: two stacks for each key. The front stack holds, for each pane, what it
 * and all later panes of the stack make together, so that panes leave by a look-up; the back stack
 * is one value, into which panes come. A key's value is the front combined with the back.
 *
 * <p>When the front has run out, the back has to be turned over: one combine for each pane of the
 * window. That would make one slide in each window's length pay for all. So keys are divided into
 * groups, which take turns: group g is turned over at the panes whose index is {@code g · n / G}
 * modulo the n panes of a window. Each slide then costs a key one combine to come in, one to be
 * read, and on average over the keys one to be turned over, whatever the length of the window.
 *
 * <p>After Tangwongsan, Hirzel and Schneider, "Low-Latency Sliding-Window Aggregation in Worst-Case
 * Constant Time" (2017), and its sequel "In-order sliding-window aggregation in worst-case constant
 * time" (2021), whose DABA Lite spreads the turning over of each key's own queue. With thousands of
 * keys that slide together, spreading it over keys gives the same bound on the slide with arrays
 * that are read from end to end.
 *
 * <p>A step that is undone leaves the panes as they were; the stacks are then made anew from them.
 */
final class StackedPanes implements PaneStore {

  /** Groups at most; more would cost more to find their entries than to combine them. */
  private static final int MAX_GROUPS = 256;

  private final StateOperator.CombinePanes operator;
  private final PaneStacks loops;
  private final StoreSize size;
  private final int numGroups;
  private final Deque<Pane> panes = new ArrayDeque<>();
  private final Dictionary keys;
  private byte[] stacks = new byte[0];
  private ValueColumn front = new LongValues(0);
  private ValueColumn back = new LongValues(0);
  private boolean holdsObjects;

  /** Index of the pane up to which groups have taken their turns. */
  private long turnedIndex = Long.MIN_VALUE;

  /** By group, number of the last pane on its front stack. */
  private final int[] turnedNumbers;

  private int nextNumber;
  private long paneBytes;
  private long paneEntries;

  // What has to be undone unless the step is adopted.
  private boolean isStepping;
  private int begunCapacity;
  private boolean heldObjects;
  private int numPushed;
  private long numUpdated;
  private final Deque<Pane> evicted = new ArrayDeque<>();
  private final Positions inserted = new Positions();
  private final Positions emptied = new Positions();

  /** A step was undone, but not yet in the stacks. */
  private boolean areStacksStale;

  StackedPanes(
      StateOperator.CombinePanes operator, PaneStacks loops, Dictionary keys, StoreSize size) {
    this.operator = operator;
    this.loops = loops;
    this.keys = keys;
    this.size = size;
    this.numGroups = (int) Math.min(operator.panesPerWindow(), MAX_GROUPS);
    this.turnedNumbers = new int[numGroups];
    Arrays.fill(turnedNumbers, -1);
  }

  @Override
  public void begin() throws Exception {
    abandon();
    if (areStacksStale) {
      combine(this::turnAllOver);
      areStacksStale = false;
    }
    keys.begin();
    begunCapacity = stacks.length;
    heldObjects = holdsObjects;
    isStepping = true;
  }

  private void forget(int position) {
    keys.remove(position);
    stacks[position] = 0;
    front.clear(position);
    back.clear(position);
  }

  private void account(Pane pane, int sign) {
    paneBytes += sign * pane.bytes();
    paneEntries += sign * (long) pane.size();
  }

  @Override
  public void push(PaneInput input, long endMillis) throws Exception {
    turnTo(Math.floorDiv(endMillis, operator.paneMillis()));
    ValueColumn values = input.column(holdsObjects);
    if (!holdsObjects && values instanceof ObjectValues) {
      holdObjects();
    }
    Pane pane = add(input, values, endMillis);
    numPushed++;
    numUpdated = pane.size();
    combine(() -> loops.enter(pane, stacks, back));
  }

  private Pane add(PaneInput input, ValueColumn values, long endMillis) {
    int[] positions = new int[input.size()];
    keys.locate(input.keys(), input.hashes(), input.size(), positions);
    int i = 0;
    try {
      for (; i < positions.length; i++) {
        if (positions[i] < 0) {
          inserted.add(~positions[i]);
          positions[i] = ~positions[i];
        }
      }
    } catch (Throwable e) {
      keys.removeAdded(positions, i, positions.length);
      throw e;
    }
    grow();
    Pane pane = Pane.grouped(endMillis, nextNumber++, positions, values, numGroups);
    panes.addLast(pane);
    account(pane, 1);
    return pane;
  }

  private void grow() {
    int bound = keys.bound();
    if (bound > stacks.length) {
      int capacity = Math.max(bound, Growth.next(stacks.length));
      stacks = Arrays.copyOf(stacks, capacity);
      front.grow(capacity);
      back.grow(capacity);
    }
  }

  private interface Combining {
    void run() throws Exception;
  }

  /** Runs a loop of combines, anew with objects if a result is no number. */
  private void combine(Combining combining) throws Exception {
    try {
      combining.run();
    } catch (MisfitException e) {
      holdObjects();
    }
  }

  private void holdObjects() throws Exception {
    toObjects();
    turnAllOver();
  }

  /** Leaves the stacks to be made anew. */
  private void toObjects() {
    holdsObjects = true;
    front = front.toObjects();
    back = back.toObjects();
    replaceEach(panes, Pane::withObjects);
    replaceEach(evicted, Pane::withObjects);
  }

  private void replaceEach(Deque<Pane> held, UnaryOperator<Pane> replacement) {
    List<Pane> replaced = held.stream().map(replacement).toList();
    held.clear();
    held.addAll(replaced);
    paneBytes = panes.stream().mapToLong(Pane::bytes).sum();
  }

  /** Lets the groups take their turns up to a pane. */
  private void turnTo(long index) throws Exception {
    if (turnedIndex == Long.MIN_VALUE) {
      turnedIndex = index;
      return;
    }
    long panesPerWindow = operator.panesPerWindow();
    if (index - turnedIndex >= panesPerWindow) {
      combine(this::turnAllOver);
      turnedIndex = index;
    }
    while (turnedIndex < index) {
      long turn = Math.floorMod(++turnedIndex, panesPerWindow);
      // The one group, if any, of which g · n / G is this turn.
      int group = (int) ((turn * numGroups + panesPerWindow - 1) / panesPerWindow);
      if (group < numGroups && group * panesPerWindow / numGroups == turn) {
        combine(() -> turnOver(group));
      }
    }
  }

  private void turnAllOver() throws Exception {
    Arrays.fill(stacks, (byte) 0);
    for (int group = 0; group < numGroups; group++) {
      turnOver(group);
    }
  }

  private void turnOver(int group) throws Exception {
    for (Pane pane : panes) {
      int end = pane.groupStarts[group + 1];
      for (int i = pane.groupStarts[group]; i < end; i++) {
        stacks[pane.positions[i]] = 0;
      }
    }
    for (Iterator<Pane> newestFirst = panes.descendingIterator(); newestFirst.hasNext(); ) {
      loops.turnOver(newestFirst.next(), group, stacks, front);
    }
    turnedNumbers[group] = nextNumber - 1;
  }

  @Override
  public boolean evict(long throughMillis) throws Exception {
    turnTo(Math.floorDiv(throughMillis, operator.paneMillis()) + operator.panesPerWindow());
    while (!panes.isEmpty() && panes.getFirst().endMillis <= throughMillis) {
      bringToFront(panes.getFirst());
      Pane pane = panes.removeFirst();
      evicted.addLast(pane);
      account(pane, -1);
      pop(pane);
    }
    return !evicted.isEmpty();
  }

  /** Turns over the groups that have the pane in the back still, after a gap in time. */
  private void bringToFront(Pane pane) throws Exception {
    for (int group = 0; group < numGroups; group++) {
      if (turnedNumbers[group] < pane.number) {
        int late = group;
        combine(() -> turnOver(late));
      }
    }
  }

  private void pop(Pane pane) {
    ValueColumn later = Objects.requireNonNull(pane.later);
    for (int i = 0; i < pane.positions.length; i++) {
      int position = pane.positions[i];
      if (pane.hasLater[i] != 0) {
        front.copy(later, i, position);
      } else {
        stacks[position] &= ~PaneStacks.FRONT;
        if (stacks[position] == 0) {
          emptied.add(position);
        }
      }
    }
  }

  @Override
  public Optional<Rows> emit(boolean isFinal) throws Exception {
    Rows emitted = new Rows();
    loops.emit(keys, stacks, keys.bound(), front, back, emitted);
    return Optional.of(emitted);
  }

  @Override
  public Optional<StateView> seal() {
    size.sample(keys.size(), this::sampleKeys, this::sampleValues);
    account();
    return Optional.empty();
  }

  private void account() {
    size.account(keys.size(), paneEntries, bytes());
  }

  private long bytes() {
    return keys.bytes() + stacks.length + front.bytes() + back.bytes() + paneBytes;
  }

  private Object[] sampleKeys(int max) {
    if (!keys.hasKeyObjects() || panes.isEmpty()) {
      return new Object[0];
    }
    Pane pane = panes.getLast();
    return IntStream.range(0, Math.min(max, pane.size()))
        .mapToObj(i -> keys.key(pane.positions[i]))
        .toArray();
  }

  private Object[] sampleValues(int max) {
    if (!holdsObjects || panes.isEmpty()) {
      return new Object[0];
    }
    Pane pane = panes.getLast();
    return IntStream.range(0, Math.min(max, pane.size())).mapToObj(pane.values::get).toArray();
  }

  @Override
  public void writeLastPane(ContentSink content) throws IOException {
    panes.getLast().write(keys::keys, content);
  }

  @Override
  public void writeTotals(ContentSink content) {}

  @Override
  public void restoreTotals(Cells restored, Cells values, @Nullable Cells firstEnds)
      throws IOException {
    throw new CorruptionException("totals in a window without inverse");
  }

  @Override
  public void restoreRemoval(Cells removed) throws IOException {
    throw new CorruptionException("removed totals in a window without inverse");
  }

  @Override
  public void restorePane(PaneInput input, long endMillis) {
    ValueColumn values = input.column(holdsObjects);
    if (!holdsObjects && values instanceof ObjectValues) {
      toObjects();
    }
    add(input, values, endMillis);
    inserted.clear();
    account();
  }

  /** To make the stacks takes combines, which are left to the first step. */
  @Override
  public void endRestoring() {
    areStacksStale = true;
    seal();
    size.adopt(keys.size(), paneEntries, bytes());
  }

  @Override
  public StateSize triedSize() {
    long removed = 0;
    for (int i = 0; i < emptied.size(); i++) {
      removed += stacks[emptied.get(i)] == 0 ? 1 : 0;
    }
    return new StateSize(keys.size() - removed, size.bytes(), numUpdated, removed);
  }

  @Override
  public StateSize adopt() {
    long updated = numUpdated;
    long removed = 0;
    for (int i = 0; i < emptied.size(); i++) {
      int position = emptied.get(i);
      if (stacks[position] == 0) {
        forget(position);
        removed++;
      }
    }
    numPushed = 0;
    numUpdated = 0;
    evicted.clear();
    inserted.clear();
    emptied.clear();
    isStepping = false;
    size.adopt(keys.size(), paneEntries, bytes());
    return new StateSize(keys.size(), size.bytes(), updated, removed);
  }

  /** Undoes all but the stacks: to make these anew takes combines, which may fail. */
  @Override
  public void abandon() {
    if (!isStepping) {
      return;
    }
    // First what was evicted: it may have been pushed in the same step.
    while (!evicted.isEmpty()) {
      Pane pane = evicted.removeLast();
      panes.addFirst(pane);
      account(pane, 1);
    }
    for (; numPushed > 0; numPushed--) {
      account(panes.removeLast(), -1);
    }
    // The last position first, so that they are given again in the order in which they were.
    for (int i = inserted.size() - 1; i >= 0; i--) {
      forget(inserted.get(i));
    }
    shrink();
    inserted.clear();
    emptied.clear();
    numUpdated = 0;
    isStepping = false;
    areStacksStale = true;
    size.rollBack(keys.size(), paneEntries, bytes());
  }

  /** Gives back the room that the step has taken. */
  private void shrink() {
    keys.rollBack();
    front.shrink(begunCapacity);
    back.shrink(begunCapacity);
    if (stacks.length > begunCapacity) {
      stacks = Arrays.copyOf(stacks, begunCapacity);
    }
    if (holdsObjects && !heldObjects) {
      holdsObjects = false;
      front = new LongValues(begunCapacity);
      back = new LongValues(begunCapacity);
      replaceEach(panes, Pane::withLongs);
    }
  }

  @Override
  public void discard() {
    size.discard();
  }
}
