package io.millrace.internal.state;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Merges what was written in several steps, newest first: what is said first of a key is what
 * counts, and goes on at once. So no more is held than the keys.
 */
final class ContentMerge implements ContentSink {

  private final IntFunction<Dictionary> newKeys;
  private final int numKeys;
  private final boolean isBase;
  private final ContentSink into;
  private @Nullable Dictionary seen;
  private final Map<Long, Dictionary> seenByPane = new HashMap<>();
  private Bounds allBounds = Bounds.NONE;
  private boolean isEmpty = true;

  /**
   * @param newKeys makes empty dictionaries with room for a number of keys
   * @param numKeys how many there are likely to be outside of panes
   * @param isBase whether nothing older counts, so that there is no need to say what is gone
   */
  ContentMerge(IntFunction<Dictionary> newKeys, int numKeys, boolean isBase, ContentSink into) {
    this.newKeys = newKeys;
    this.numKeys = numKeys;
    this.isBase = isBase;
    this.into = into;
  }

  private Dictionary seen() {
    Dictionary made = seen;
    if (made == null) {
      made = newKeys.apply(numKeys);
      seen = made;
    }
    return made;
  }

  /** The indexes of the keys that were not seen before, each once. */
  private static int[] unseen(Cells keys, Dictionary seen) {
    int[] positions = new int[keys.size()];
    seen.locate(keys, positions);
    int count = 0;
    for (int i = 0; i < positions.length; i++) {
      if (positions[i] < 0) {
        positions[count++] = i;
      }
    }
    return Arrays.copyOf(positions, count);
  }

  @Override
  public void values(Cells keys, Cells values, @Nullable Cells notes) throws IOException {
    int[] unseen = unseen(keys, seen());
    if (unseen.length == keys.size()) {
      isEmpty = false;
      into.values(keys, values, notes);
    } else if (unseen.length > 0) {
      isEmpty = false;
      into.values(
          keys.select(unseen, unseen.length),
          values.select(unseen, unseen.length),
          notes == null ? null : notes.select(unseen, unseen.length));
    }
  }

  @Override
  public void removed(Cells keys) throws IOException {
    int[] unseen = unseen(keys, seen());
    if (!isBase && unseen.length > 0) {
      isEmpty = false;
      into.removed(keys.select(unseen, unseen.length));
    }
  }

  @Override
  public void pane(long endMillis, Cells keys, Cells values) throws IOException {
    if (endMillis <= allBounds.evictedMillis()) {
      return;
    }
    int[] unseen = unseen(keys, ofPane(endMillis));
    if (unseen.length > 0) {
      isEmpty = false;
      into.pane(
          endMillis, keys.select(unseen, unseen.length), values.select(unseen, unseen.length));
    }
  }

  private Dictionary ofPane(long endMillis) {
    return seenByPane.computeIfAbsent(endMillis, end -> newKeys.apply(Growth.INITIAL));
  }

  @Override
  public void bounds(Bounds bounds) {
    allBounds = allBounds.and(bounds);
  }

  /** Passes on what could not be before all was read. */
  void end() throws IOException {
    boolean matters = !isBase || !isEmpty;
    if (matters && !allBounds.equals(Bounds.NONE)) {
      into.bounds(allBounds);
    }
  }
}
