package io.millrace.stream;

import io.millrace.source.SeenNames;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of the files that a stream has taken, so that none is taken twice. A name that is gone
 * is forgotten once it has been absent for the remember duration, as far as that was
 * <i>observed</i>: the time between two listings that both lack it, and of that a quarter of the
 * duration at most. The time in which the program did not run, or hung, does not count, so that a
 * directory which is empty for a moment after an outage (a late mount) does not make its files new.
 *
 * <p>Pure logic without a clock; used by one thread.
 */
final class SeenFiles implements SeenNames {

  /** Listings that have to lack a name, at least. */
  private static final int MIN_LISTINGS = 4;

  private static final long NEVER = Long.MIN_VALUE;

  private static final class Seen {

    /** Empty once it is forgotten. */
    private String name;

    private long listing;
    private long absentMillis;

    /** The one that followed in the last listing: directories are mostly read in one order. */
    private @Nullable Seen next;

    Seen(String name) {
      this.name = name;
    }
  }

  private final Map<String, Seen> names = new HashMap<>();

  /** Before the first of a listing. */
  private final Seen head = new Seen("");

  /** The one that was asked for last. */
  private Seen last = head;

  /** Names that came or went since somebody has asked. */
  private Set<String> changed = new HashSet<>();

  private long rememberMillis;
  private long listing;
  private long lastListedMillis = NEVER;
  private int numPresent;

  void rememberFor(long millis) {
    rememberMillis = millis;
  }

  /** Adds names that were taken. */
  void addAll(Collection<String> taken) {
    taken.forEach(
        name -> {
          Seen seen = names.computeIfAbsent(name, this::begin);
          seen.listing = listing;
          seen.absentMillis = 0;
        });
  }

  private Seen begin(String name) {
    changed.add(name);
    return new Seen(name);
  }

  @Override
  public void restore(Collection<String> taken) {
    names.clear();
    head.next = null;
    last = head;
    addAll(taken);
    changed = new HashSet<>();
    lastListedMillis = NEVER;
  }

  @Override
  public boolean contains(String name) {
    return names.containsKey(name);
  }

  @Override
  public Set<String> takeChanges() {
    Set<String> taken = changed;
    changed = new HashSet<>();
    return taken;
  }

  /** How many there are. */
  int size() {
    return names.size();
  }

  /** Begins a listing of the directory. */
  void beginListing() {
    last = head;
    listing++;
    numPresent = 0;
  }

  /** Whether a file that is in the directory was taken before. */
  boolean isKnown(String name) {
    Seen seen = last.next;
    if (seen == null || !seen.name.equals(name)) {
      seen = names.get(name);
      if (seen == null) {
        return false;
      }
      last.next = seen;
    }
    last = seen;
    if (seen.listing != listing) {
      seen.listing = listing;
      seen.absentMillis = 0;
      numPresent++;
    }
    return true;
  }

  /**
   * Ends a listing. All names of the directory have been asked for.
   *
   * @param nowMillis the batch's time
   */
  void endListing(long nowMillis) {
    long gap = lastListedMillis == NEVER ? 0 : Math.max(0, nowMillis - lastListedMillis);
    lastListedMillis = nowMillis;
    if (numPresent == names.size()) {
      return;
    }
    long counted = Math.min(gap, Math.max(1, rememberMillis / MIN_LISTINGS));
    names
        .entrySet()
        .removeIf(
            entry -> {
              boolean isForgotten = isForgotten(entry.getValue(), counted);
              if (isForgotten) {
                entry.getValue().name = "";
                changed.add(entry.getKey());
              }
              return isForgotten;
            });
  }

  private boolean isForgotten(Seen seen, long countedMillis) {
    if (seen.listing == listing) {
      return false;
    }
    // The gap before the first listing that lacks the name is not known to be absence.
    boolean wasAbsentBefore = seen.listing < listing - 1;
    seen.absentMillis += wasAbsentBefore ? countedMillis : 0;
    return wasAbsentBefore && seen.absentMillis >= rememberMillis;
  }
}
