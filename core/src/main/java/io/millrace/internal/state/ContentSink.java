package io.millrace.internal.state;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Takes what is durable of one partition of a state, in pieces. A state is a map: what was said
 * last of a key counts, and of a pane for each of its keys. So the pieces of a step can be put on
 * top of those of the steps before, and several steps merged into one.
 */
interface ContentSink {

  /** Entries that are put with one call, at most. */
  int MAX_ENTRIES = 4096;

  /** The note on an entry of which nothing is noted. */
  long NO_NOTE = Long.MIN_VALUE;

  /**
   * Keys with the value that each has.
   *
   * @param notes for each: with a timeout, the batch time of its last touch; in a window with
   *     inverse, the end of the first pane that the total holds, of those that are left; null or
   *     {@link #NO_NOTE} if it does not matter
   */
  void values(Cells keys, Cells values, @Nullable Cells notes) throws IOException;

  /** Keys that have no value any more. */
  void removed(Cells keys) throws IOException;

  /** Keys of a pane with the value that each has in it. */
  void pane(long endMillis, Cells keys, Cells values) throws IOException;

  /** Up to where a window has come. */
  void bounds(Bounds bounds) throws IOException;

  /**
   * Up to where a window has come. All its partitions do the same, so this is true of each
   * partition whichever of them has said it; the greatest of several counts.
   *
   * @param evictedMillis panes that end here or before count no more
   * @param pushedMillis panes that end here or before are part of the window; a later one still
   *     takes batches in
   */
  record Bounds(long evictedMillis, long pushedMillis) {

    /** Of a window that has no panes. */
    static final Bounds NONE = new Bounds(Long.MIN_VALUE, Long.MIN_VALUE);

    Bounds evicted(long throughMillis) {
      return new Bounds(Math.max(evictedMillis, throughMillis), pushedMillis);
    }

    Bounds pushed(long throughMillis) {
      return new Bounds(evictedMillis, Math.max(pushedMillis, throughMillis));
    }

    Bounds and(Bounds other) {
      return evicted(other.evictedMillis).pushed(other.pushedMillis);
    }
  }
}
