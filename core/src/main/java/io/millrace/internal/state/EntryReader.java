package io.millrace.internal.state;

import io.millrace.Tuple2;
import io.millrace.spi.plan.RecordReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of one {@link Version} as pairs, while later steps may change the store: what
 * they touched is read from what they remember of it. The cost is one look at each position, and
 * one at each that later steps touched.
 */
final class EntryReader implements RecordReader<Object> {

  private final Entries entries;
  private final Version version;

  /** Where the entries were in their life when the later steps were looked at. */
  private long generation = -1;

  private final List<Undo> undos = new ArrayList<>();

  /** How much of the last of them has been taken in; it grows while its step is under way. */
  private int numTaken;

  /** By position: number + 1 of the oldest undo that has it, and its entry; null for no undos. */
  private long @Nullable [] sources;

  private final Map<Integer, Undo.Key> removedKeys = new HashMap<>();
  private int position;

  EntryReader(Entries entries, Version version) {
    this.entries = entries;
    this.version = version;
  }

  @Override
  public int read(Object[] into, int max) {
    synchronized (entries) {
      lookAtLaterSteps();
      int count = 0;
      while (count < max && position < version.bound()) {
        Object pair = entry(position++);
        if (pair != null) {
          into[count++] = pair;
        }
      }
      return count == 0 ? -1 : count;
    }
  }

  private void lookAtLaterSteps() {
    if (generation != entries.generation()) {
      generation = entries.generation();
      undos.clear();
      removedKeys.clear();
      sources = null;
      for (Version.Next next = version.next(); next != null; next = next.version().next()) {
        undos.add(next.undo());
        numTaken = 0;
        takeIn(next.undo());
      }
    } else if (!undos.isEmpty()) {
      takeIn(undos.get(undos.size() - 1));
    }
  }

  /** The oldest undo that has a position knows what it was in this version. */
  private void takeIn(Undo undo) {
    long[] known = sources;
    if (known == null) {
      known = new long[version.bound()];
      sources = known;
    }
    long number = (long) undos.size() << Integer.SIZE;
    for (; numTaken < undo.size(); numTaken++) {
      int touched = undo.position(numTaken);
      if (touched < known.length && known[touched] == 0) {
        known[touched] = number | numTaken;
      }
      Undo.Key removed = undo.removedKey(numTaken);
      if (removed != null) {
        removedKeys.putIfAbsent(touched, removed);
      }
    }
  }

  private @Nullable Object entry(int at) {
    long source = sources == null ? 0 : sources[at];
    if (source == 0) {
      return entries.isPresent(at) ? new Tuple2<>(entries.key(at), entries.value(at)) : null;
    }
    Undo undo = undos.get((int) (source >>> Integer.SIZE) - 1);
    int entry = (int) source;
    if (!Entries.isPresentMark(undo.mark(entry))) {
      return null;
    }
    Undo.Key removed = removedKeys.get(at);
    return new Tuple2<>(
        removed == null ? entries.key(at) : removed.key(), undo.values().get(entry));
  }
}
