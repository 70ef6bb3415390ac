package io.millrace.source;

import java.util.List;
import java.util.Optional;

/**
 * How a source survives the process: its ranges and its position as durable values. Such a value is
 * made of what every program can read: numbers, strings, byte arrays, instants, lists, maps,
 * tuples.
 *
 * <p>A restarted program starts the source, calls {@link #restore} once, {@link #range} at most
 * once, and then {@link Source#nextRange} as ever. All on the driver, by one thread at a time.
 *
 * @param <R> type of the ranges
 */
public interface Replay<R extends InputRange> {

  /** A range as a durable value, small; the records themselves are elsewhere. */
  Object durable(R range);

  /**
   * Whether the source would go another way after a restart if the range were not recorded; always
   * so if it has records. A batch of ranges that need not be recorded, which changes nothing,
   * leaves no trace in the checkpoint.
   */
  default boolean mustBeRecorded(R range) {
    return !range.isEmpty();
  }

  /**
   * Where the source is: after all ranges that it has handed out. A durable value, which is written
   * whole again and again; what grows with all that was ever read belongs to {@link #seenNames}.
   */
  Object position();

  /**
   * The names that the source remembers beside its position; the same object at each call. A source
   * that has them goes on having them.
   */
  default Optional<SeenNames> seenNames() {
    return Optional.empty();
  }

  /**
   * Goes to where another process was, instead of where {@link Source#start} has put the source.
   *
   * @param position what {@link #position} gave there
   * @param ranges what was handed out since, in order
   * @throws Exception if what the position refers to is gone; says what, and what can be done
   */
  void restore(Object position, List<Object> ranges) throws Exception;

  /**
   * Hands out the range that follows, as it was handed out before: the same records in the same
   * order.
   *
   * @throws Exception if what the range refers to is gone or has changed; says what, and what can
   *     be done
   */
  R range(Object durable) throws Exception;

  /**
   * Goes on after the range that follows without handing it out: an operator has given it up. In
   * the place of {@link #range}, for the same value; must not look at what the range refers to.
   *
   * @throws Exception as {@link #restore}, which is what this calls unless it is overridden, with
   *     the present position and the range
   */
  default void skip(Object durable) throws Exception {
    restore(position(), List.of(durable));
  }
}
