package io.millrace.internal.state;

import io.millrace.spi.state.StateSize;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one partition of a state with their values: a compact dictionary whose arrays are
 * changed in place. Each position has a mark: the number of the step that last touched it, and
 * whether it has a value. A step's first touch of a position goes into its {@link Undo}.
 *
 * <p>A key that is looked up is given a position at once; those that have no value when the step is
 * adopted lose it again.
 *
 * <p>Guarded by itself: the step's thread holds the lock while it changes entries, chunk by chunk,
 * and those who read a {@link Version} while they read. Only the step's thread changes anything, so
 * it reads without.
 */
final class Entries {

  private static final int PRESENT = 1;

  /** What is remembered as the mark of a position that was free. */
  private static final int FREE = -1;

  /** Marks hold a step number in 30 bits. */
  static final int MAX_STEP = (1 << 30) - 1;

  private final Dictionary keys;
  private final Copies copies = new Copies();
  private ValueColumn values = new LongValues(0);
  private int[] marks = new int[0];
  private int numPresent;
  private int step;
  private Version current = new Version();
  private @Nullable Pending pending;
  private int lastUndoSize;
  private long generation;

  /** The step under way, and how values were kept before it. */
  private record Pending(
      Undo undo, Version version, int numPresent, int capacity, boolean hadObjects) {}

  /**
   * @param newTable makes a table that takes every key, with the keys and positions of a given one
   */
  Entries(Function<Object, KeyTable> newTable) {
    this(newTable, 0);
  }

  /** As if {@code step} steps had been taken. */
  Entries(Function<Object, KeyTable> newTable, int step) {
    this.keys = new Dictionary(newTable);
    this.step = step;
  }

  /** Begins a step; one that was neither adopted nor rolled back is rolled back first. */
  synchronized void begin() {
    rollBack();
    if (step == MAX_STEP) {
      throw new IllegalStateException("steps have to be numbered anew before this one");
    }
    step++;
    generation++;
    keys.begin();
    Pending begun =
        new Pending(
            new Undo(lastUndoSize, values),
            new Version(),
            numPresent,
            marks.length,
            values instanceof ObjectValues);
    pending = begun;
    current.setNext(new Version.Next(begun.undo(), begun.version()));
  }

  /** The step under way. */
  int step() {
    return step;
  }

  private Pending pending() {
    Pending begun = pending;
    if (begun == null) {
      throw new IllegalStateException("no step is under way");
    }
    return begun;
  }

  /** Takes {@code base} off the number of each step; those before it become step 0. */
  synchronized void renumber(int base) {
    for (int i = 0; i < marks.length; i++) {
      int renumbered = Math.max(0, (marks[i] >>> 1) - base);
      marks[i] = renumbered << 1 | (marks[i] & PRESENT);
    }
    step -= base;
  }

  /**
   * The positions of {@code count} keys; those that were not known have no value. If the {@code
   * equals} of a key throws, nothing has changed.
   */
  void locate(Object[] located, int[] hashes, int count, int[] positions) {
    Undo undo = pending().undo();
    keys.locate(located, hashes, count, positions);
    int i = 0;
    try {
      if (keys.bound() > marks.length) {
        grow();
      }
      for (; i < count; i++) {
        if (positions[i] < 0) {
          int position = ~positions[i];
          undo.add(position, FREE);
          marks[position] = step << 1;
          positions[i] = position;
        }
      }
    } catch (Throwable e) {
      keys.removeAdded(positions, i, count);
      throw e;
    }
  }

  private void grow() {
    int capacity = Math.max(keys.bound(), Growth.next(marks.length));
    values.grow(capacity);
    marks = Arrays.copyOf(marks, capacity);
  }

  static boolean isPresentMark(int mark) {
    return mark != FREE && (mark & PRESENT) != 0;
  }

  boolean isPresent(int position) {
    return (marks[position] & PRESENT) != 0;
  }

  /** The step that last touched a position. */
  int lastTouch(int position) {
    return marks[position] >>> 1;
  }

  Object key(int position) {
    return keys.key(position);
  }

  int hash(int position) {
    return keys.hash(position);
  }

  /** All positions are less than this. */
  int bound() {
    return keys.bound();
  }

  /** Number of keys that have a value. */
  int size() {
    return numPresent;
  }

  /** The value of a position that has one, for those who do not change it. */
  Object value(int position) {
    return values.get(position);
  }

  /**
   * The value of a position that has one, for those who may change it: a copy, made once in a step,
   * takes its place if it can be changed at all.
   */
  Object valueToChange(int position) {
    if (lastTouch(position) != step && values.mayBeChanged(position)) {
      // User code may throw when a value is copied: the position counts as touched after that.
      Object copy = copies.of(values.get(position));
      remember(position);
      values.set(position, copy);
    }
    return values.get(position);
  }

  /** Notes that the step had to do with a position. */
  void touch(int position) {
    if (lastTouch(position) != step) {
      if (isPresent(position)) {
        valueToChange(position); // later in the step it is taken for a copy already
      }
      remember(position);
    }
  }

  private void remember(int position) {
    int mark = marks[position];
    if (mark >>> 1 != step) {
      pending().undo().add(position, mark, values);
      marks[position] = step << 1 | (mark & PRESENT);
    }
  }

  void set(int position, Object value) {
    remember(position);
    if (!values.takes(value)) {
      holdObjects();
    }
    values.set(position, value);
    if ((marks[position] & PRESENT) == 0) {
      marks[position] |= PRESENT;
      numPresent++;
    }
  }

  private void holdObjects() {
    ValueColumn objects = values.toObjects();
    pending().undo().holdObjects();
    values = objects;
  }

  /** Puts {@code after}, or nothing, in the place of {@code before}. */
  void replace(int position, Object before, Optional<?> after) {
    if (after.isEmpty()) {
      remove(position);
    } else if (after.get() != before) {
      replace(position, after.get());
    }
  }

  /** Sets a value unless it is there already. */
  void replace(int position, Object value) {
    if (!isPresent(position) || !values.holds(position, value)) {
      set(position, value);
    }
  }

  /**
   * Takes the value of a position out of sight, if it has one: who reads finds none, and {@link
   * #value} still gives it until the position is forgotten.
   */
  void hide(int position) {
    if (isPresent(position)) {
      remember(position);
      marks[position] &= ~PRESENT;
      numPresent--;
    }
  }

  /** Takes the value of a position away, if it has one. */
  void remove(int position) {
    if (isPresent(position)) {
      remember(position);
      marks[position] &= ~PRESENT;
      values.clear(position);
      numPresent--;
    }
  }

  /** Ends the step: its version can be read. */
  synchronized Version seal() {
    Version version = pending().version();
    version.seal(keys.bound(), numPresent);
    return version;
  }

  boolean isStepping() {
    return pending != null;
  }

  /** Number of positions that the step has touched. */
  int numTouched() {
    return pending().undo().size();
  }

  int touched(int index) {
    return pending().undo().position(index);
  }

  /**
   * Whether all positions that the step has touched have a value, as is mostly so; without a look
   * at them, since with many keys each would be a miss of the caches.
   */
  private boolean areTouchedPresent(Pending begun) {
    Undo undo = begun.undo();
    int had = 0;
    for (int i = 0; i < undo.size(); i++) {
      had += isPresentMark(undo.mark(i)) ? 1 : 0;
    }
    return numPresent - begun.numPresent() + had == undo.size();
  }

  /** Whether all positions that the step under way has touched have a value. */
  boolean areTouchedPresent() {
    return areTouchedPresent(pending());
  }

  /** Copies the positions {@code [from, to)} that the step has touched, in order of the touch. */
  void touched(int from, int to, int[] into) {
    pending().undo().positions(from, to, into);
  }

  /**
   * Finds those that have a value among the positions {@code [from, to)} that the step has touched.
   *
   * @param into as long as the range at least
   * @return how many they are
   */
  int presentTouched(int from, int to, int[] into) {
    Undo undo = pending().undo();
    int[] marks = this.marks;
    int count = 0;
    for (int i = from; i < to; i++) {
      int position = undo.position(i);
      into[count] = position;
      count += marks[position] & PRESENT;
    }
    return count;
  }

  /** What is told of each position that a step touched, when it is adopted. */
  interface Adoption {

    /** Nobody needs to know. */
    Adoption NONE = new Adoption() {};

    /** The position has a value. */
    default void kept(int position) {}

    /** Whether a position without value is of no further use, and its key can go. */
    default boolean mayGo(int position) {
      return true;
    }
  }

  /** What the step under way amounts to. */
  synchronized StateSize triedSize(long bytes) {
    Pending begun = pending();
    Undo undo = begun.undo();
    if (areTouchedPresent(begun)) {
      return new StateSize(numPresent, bytes, undo.size(), 0);
    }
    long updated = 0;
    long removed = 0;
    for (int i = 0; i < undo.size(); i++) {
      if (isPresent(undo.position(i))) {
        updated++;
      } else if (isPresentMark(undo.mark(i))) {
        removed++;
      }
    }
    return new StateSize(numPresent, bytes, updated, removed);
  }

  /**
   * What a step has done.
   *
   * @param updated positions that it has touched and that have a value
   * @param removed positions whose values it took away
   */
  record Changes(long updated, long removed) {}

  /** Makes the step final, and forgets the keys that it left without value. */
  synchronized Changes adopt(Adoption adoption) {
    Pending done = pending();
    Changes changes =
        adoption == Adoption.NONE && areTouchedPresent(done)
            ? new Changes(done.undo().size(), 0)
            : forgetRemoved(done.undo(), adoption);
    generation++;
    current = done.version();
    lastUndoSize = done.undo().size();
    pending = null;
    return changes;
  }

  private Changes forgetRemoved(Undo undo, Adoption adoption) {
    long updated = 0;
    long removed = 0;
    for (int i = 0; i < undo.size(); i++) {
      int position = undo.position(i);
      if (isPresent(position)) {
        updated++;
        adoption.kept(position);
        continue;
      }
      if (isPresentMark(undo.mark(i))) {
        removed++;
      }
      if (adoption.mayGo(position)) {
        undo.setRemovedKey(i, keys.key(position));
        forget(position);
      }
    }
    return new Changes(updated, removed);
  }

  private void forget(int position) {
    keys.remove(position);
    values.clear(position);
    marks[position] = 0;
  }

  /** Undoes the step under way, if there is one, and gives back the room that it has taken. */
  synchronized void rollBack() {
    Pending undone = pending;
    if (undone == null) {
      return;
    }
    Undo undo = undone.undo();
    // The last position first, so that they are given again in the order in which they were.
    for (int i = undo.size() - 1; i >= 0; i--) {
      int position = undo.position(i);
      int mark = undo.mark(i);
      numPresent += (isPresentMark(mark) ? 1 : 0) - (isPresent(position) ? 1 : 0);
      if (mark == FREE) {
        forget(position);
      } else {
        values.copy(undo.values(), i, position);
        marks[position] = mark;
      }
    }
    shrink(undone);
    generation++;
    current.setNext(null);
    pending = null;
  }

  private void shrink(Pending undone) {
    keys.rollBack();
    values.shrink(undone.capacity());
    if (!undone.hadObjects()) {
      values = values.toLongs();
    }
    if (marks.length > undone.capacity()) {
      marks = Arrays.copyOf(marks, undone.capacity());
    }
  }

  /** Whether a touched position had a value before the step; by index, as {@link #touched}. */
  boolean wasPresent(int index) {
    return isPresentMark(pending().undo().mark(index));
  }

  /** The keys at the first {@code count} positions. */
  Cells keys(int[] positions, int count) {
    return keys.keys(positions, count);
  }

  /** The values at the first {@code count} positions, which have one. */
  Cells values(int[] positions, int count) {
    Cells cells = new Cells(count);
    values.copyTo(positions, count, cells);
    return cells;
  }

  /**
   * Puts entries in before the first step, over those that are there.
   *
   * @return their positions
   */
  int[] restore(Cells restored, Cells held) {
    int[] positions = restoreKeys(restored);
    for (int position : positions) {
      if ((marks[position] & PRESENT) == 0) {
        marks[position] |= PRESENT;
        numPresent++;
      }
    }
    if (!values.trySet(positions, held)) {
      values = values.toObjects();
      values.trySet(positions, held);
    }
    return positions;
  }

  /** Makes keys known before the first step, without value if they have none; their positions. */
  int[] restoreKeys(Cells restored) {
    int[] positions = new int[restored.size()];
    keys.locate(restored, positions);
    if (keys.bound() > marks.length) {
      grow();
    }
    for (int i = 0; i < positions.length; i++) {
      positions[i] = positions[i] < 0 ? ~positions[i] : positions[i];
    }
    return positions;
  }

  /** Takes entries out before the first step. */
  void restoreRemoval(Cells removed) {
    for (int position : IntStream.of(restoreKeys(removed)).distinct().toArray()) {
      numPresent -= isPresent(position) ? 1 : 0;
      forget(position);
    }
  }

  /** Sets the step that last touched a position, before the first step. */
  void restoreTouch(int position, int touchedIn) {
    marks[position] = touchedIn << 1 | (marks[position] & PRESENT);
  }

  /** As if {@code numSteps} steps had been taken, before the first step. */
  void restoreSteps(int numSteps) {
    step = numSteps;
  }

  /** The positions that have a value. */
  int[] presentPositions() {
    int[] positions = new int[numPresent];
    int count = 0;
    for (int position = 0; position < keys.bound(); position++) {
      if (isPresent(position)) {
        positions[count++] = position;
      }
    }
    return positions;
  }

  /** Changes whenever a step begins, is adopted or is undone. */
  long generation() {
    return generation;
  }

  /** What the store takes, apart from the objects that it refers to. */
  long bytes() {
    return keys.bytes() + values.bytes() + 4L * marks.length;
  }

  /** Some keys, for an estimate of their size; empty if keys are no objects of their own. */
  Object[] sampleKeys(int max) {
    return keys.hasKeyObjects() ? sample(max, keys::key) : new Object[0];
  }

  /** Some values, for an estimate of their size; empty if values are no objects of their own. */
  Object[] sampleValues(int max) {
    return values instanceof ObjectValues ? sample(max, values::get) : new Object[0];
  }

  private Object[] sample(int max, IntFunction<Object> element) {
    int bound = keys.bound();
    Object[] sampled = new Object[max];
    int size = 0;
    int stride = Math.max(1, bound / max);
    for (int i = 0; i < bound && size < max; i += stride) {
      if (isPresent(i)) {
        sampled[size++] = element.apply(i);
      }
    }
    return Arrays.copyOf(sampled, size);
  }
}
