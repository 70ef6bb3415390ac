package io.millrace.internal.state;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes entries of a store, in batches. Nobody may change the store meanwhile. */
final class EntryWriter {

  /** Tells what is noted of the entry at a position. */
  @FunctionalInterface
  interface Notes {
    long of(int position);
  }

  private final Entries entries;
  private final ContentSink content;
  private final int[] present = new int[ContentSink.MAX_ENTRIES];
  private final int[] removed = new int[ContentSink.MAX_ENTRIES];
  private int numPresent;
  private int numRemoved;

  EntryWriter(Entries entries, ContentSink content) {
    this.entries = entries;
    this.content = content;
  }

  /**
   * Writes the entries that the step under way has touched as they are now: their values, or that
   * they have none any more.
   */
  void writeTouched(@Nullable Notes notes) throws IOException {
    int numTouched = entries.numTouched();
    boolean areAllPresent = entries.areTouchedPresent();
    for (int from = 0; from < numTouched; from += present.length) {
      int to = Math.min(numTouched, from + present.length);
      if (areAllPresent) {
        entries.touched(from, to, present);
        numPresent = to - from;
      } else {
        numPresent = entries.presentTouched(from, to, present);
        if (numPresent < to - from) {
          addRemoved(from, to);
        }
      }
      writePresent(notes);
    }
    writeRemoved();
  }

  private void addRemoved(int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      int position = entries.touched(i);
      if (!entries.isPresent(position) && entries.wasPresent(i)) {
        addRemoved(position);
      }
    }
  }

  /** Writes all entries. */
  void writeAll(@Nullable Notes notes) throws IOException {
    for (int position = 0; position < entries.bound(); position++) {
      if (entries.isPresent(position)) {
        addPresent(position, notes);
      }
    }
    writePresent(notes);
  }

  /** Writes the entries that the step under way has touched as part of a pane; all have values. */
  void writeTouched(long paneEndMillis) throws IOException {
    int numTouched = entries.numTouched();
    for (int from = 0; from < numTouched; from += present.length) {
      int count = Math.min(present.length, numTouched - from);
      entries.touched(from, from + count, present);
      content.pane(paneEndMillis, entries.keys(present, count), entries.values(present, count));
    }
  }

  private void addPresent(int position, @Nullable Notes notes) throws IOException {
    present[numPresent++] = position;
    if (numPresent == present.length) {
      writePresent(notes);
    }
  }

  private void writePresent(@Nullable Notes notes) throws IOException {
    if (numPresent > 0) {
      content.values(
          entries.keys(present, numPresent),
          entries.values(present, numPresent),
          notes == null ? null : noted(notes));
      numPresent = 0;
    }
  }

  private Cells noted(Notes notes) {
    Cells noted = new Cells(numPresent);
    for (int i = 0; i < numPresent; i++) {
      noted.add(notes.of(present[i]));
    }
    return noted;
  }

  private void addRemoved(int position) throws IOException {
    removed[numRemoved++] = position;
    if (numRemoved == removed.length) {
      writeRemoved();
    }
  }

  private void writeRemoved() throws IOException {
    if (numRemoved > 0) {
      content.removed(entries.keys(removed, numRemoved));
      numRemoved = 0;
    }
  }
}
