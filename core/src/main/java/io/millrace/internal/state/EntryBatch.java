package io.millrace.internal.state;

/** Positions of entries that are written together. Used by one thread. */
final class EntryBatch {

  private final int[] positions = new int[ContentSink.MAX_ENTRIES];
  private int size;

  /** Adds a position; returns whether the batch is full then. */
  boolean add(int position) {
    positions[size++] = position;
    return size == positions.length;
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  Cells keys(Dictionary dictionary) {
    Cells keys = new Cells(size);
    dictionary.copyKeys(positions, size, keys);
    return keys;
  }

  Cells values(ValueColumn column) {
    Cells values = new Cells(size);
    column.copyTo(positions, size, values);
    return values;
  }

  Cells notes(Entries.Notes notes) {
    Cells noted = new Cells(size);
    for (int i = 0; i < size; i++) {
      noted.add(notes.of(positions[i]));
    }
    return noted;
  }
}
