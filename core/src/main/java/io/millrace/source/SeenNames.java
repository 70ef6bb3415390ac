package io.millrace.source;

import java.util.Collection;

/**
 * A set of names that a source remembers, as those of the files that it has read; part of its
 * position, of any size. A checkpoint keeps it as a log-structured merge tree: an image has what
 * was added and removed since the last image that wrote a file, so it costs what has changed, not
 * what there is. For the thread that asks the source for ranges.
 */
public interface SeenNames {

  /** Whether a name is in the set. */
  boolean contains(String name);

  /**
   * The names that were added, or removed, since the last call or {@link #restore}. It may have
   * others too; whether a name is in the set is asked afterwards, by {@link #contains}.
   */
  Collection<String> takeChanges();

  /**
   * Takes these names instead of those that are there; none of them has changed then. Called before
   * {@link Replay#restore}, which adds those of the ranges that were handed out since.
   */
  void restore(Collection<String> names);
}
