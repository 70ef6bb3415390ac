package io.millrace.spi.state;

import java.io.Serializable;

/**
 * What a state amounts to.
 *
 * @param entries number of keys
 * @param bytes an estimate of what the state takes in memory
 * @param updated keys that the last step wrote
 * @param removed keys that the last step removed, those that timed out among them
 */
public record StateSize(long entries, long bytes, long updated, long removed)
    implements Serializable {

  /** Of no state at all. */
  public static final StateSize NONE = new StateSize(0, 0, 0, 0);

  public StateSize plus(StateSize other) {
    return new StateSize(
        entries + other.entries,
        bytes + other.bytes,
        updated + other.updated,
        removed + other.removed);
  }
}
