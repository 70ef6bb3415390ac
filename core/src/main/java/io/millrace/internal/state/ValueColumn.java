package io.millrace.internal.state;

/**
 * The values of a store, by position. The same columns hold what an {@link Undo} remembers, by
 * entry.
 */
interface ValueColumn {

  /** Whether the column can hold {@code value} as it is. */
  boolean takes(Object value);

  /** The value; a new object for each call if values are kept unboxed. */
  Object get(int position);

  /** Sets a value that the column {@link #takes}. */
  void set(int position, Object value);

  /** Whether the value at a position is known to be equal to {@code value}. */
  boolean holds(int position, Object value);

  /** Whether somebody who is given a value may be able to change it. */
  boolean mayBeChanged(int position);

  /** Forgets a value, so that nothing it refers to is kept alive. */
  void clear(int position);

  /** Makes room for positions less than {@code capacity}. */
  void grow(int capacity);

  /** Gives back the room for positions from {@code capacity} on, whose values are lost. */
  void shrink(int capacity);

  int capacity();

  /** An empty column of the same kind. */
  ValueColumn newColumn(int capacity);

  /** Copies one value of {@code from}, a column of the same kind. */
  void copy(ValueColumn from, int fromPosition, int position);

  /** Adds the values at the first {@code count} positions to {@code into}. */
  void copyTo(int[] positions, int count, Cells into);

  /** Sets the values at some positions to as many cells, if the column takes all of them. */
  boolean trySet(int[] positions, Cells cells);

  /** A column that takes everything, with the same values. */
  ObjectValues toObjects();

  /** A column of whole numbers with the same values, all of which are numbers or forgotten. */
  LongValues toLongs();

  /** Bytes of the column itself, without objects that it refers to. */
  long bytes();
}
