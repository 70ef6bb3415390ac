package io.millrace.internal.pipeline;

import java.util.HashMap;
import java.util.Map;

/**
 * Overflow area of an open-addressing table: the keys for which the first {@link #MAX_PROBES} slots
 * of their probe sequence were taken. With hashes of any quality there are none; with thousands of
 * keys of equal hash, by accident or by an attacker, all but the first are here, and are found by
 * comparison in the trees of {@link HashMap}.
 *
 * <p>The index over the keys is changed by user code ({@code equals}, {@code compareTo}), which may
 * throw and leave it in an undefined state; it is then made anew from the places. Removal calls no
 * user code, so that it can undo a step. Not safe for concurrent use.
 */
public final class CrowdedKeys {

  /**
   * Slots that are probed at most. At half load, a probe sequence of n random hashes is that long
   * with a probability below {@code n · 1e-10} (Knuth, The Art of Computer Programming 3, 6.4).
   */
  public static final int MAX_PROBES = 128;

  /** Removed keys that the index may hold beside as many as there are in use. */
  private static final int MAX_REMOVED = 1024;

  /** By position: the keys that are here. */
  private final Map<Integer, Place> places = new HashMap<>();

  private Map<Object, Place> index = new HashMap<>();
  private boolean isStale;

  /** A key with its position, -1 once it is removed. */
  private static final class Place {
    final Object key;
    int position;

    Place(Object key, int position) {
      this.key = key;
      this.position = position;
    }
  }

  /** The position of a key, or -1 if it is not here. */
  public int find(Object key) {
    if (isStale) {
      rebuild();
    }
    Place place = index.get(key);
    return place == null ? -1 : place.position;
  }

  /** Adds a key that is not here. If user code throws, nothing has changed. */
  public void add(Object key, int position) {
    if (isStale || index.size() > 2 * places.size() + MAX_REMOVED) {
      rebuild();
    }
    Place place = new Place(key, position);
    isStale = true;
    index.put(key, place);
    places.put(position, place);
    isStale = false;
  }

  /** Adds a key without a call of user code; it is looked at when a key is searched for. */
  public void addUnindexed(Object key, int position) {
    places.put(position, new Place(key, position));
    isStale = true;
  }

  /** Removes the key at a position; returns whether it was here. */
  public boolean remove(int position) {
    Place place = places.remove(position);
    if (place == null) {
      return false;
    }
    place.position = -1;
    return true;
  }

  public boolean isEmpty() {
    return places.isEmpty();
  }

  /** The positions of all keys. */
  public int[] positions() {
    return places.keySet().stream().mapToInt(Integer::intValue).toArray();
  }

  private void rebuild() {
    Map<Object, Place> rebuilt = new HashMap<>();
    for (Place place : places.values()) {
      rebuilt.put(place.key, place);
    }
    index = rebuilt;
    isStale = false;
  }
}
