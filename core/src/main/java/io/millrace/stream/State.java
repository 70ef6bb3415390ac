package io.millrace.stream;

import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The state of one key, as the function of {@code mapWithState} is given it. Valid during that call
 * only, on that thread.
 *
 * <p>A value that the function reads and changes in place is kept as changed, whether or not {@link
 * #update} is called. If the task fails, all its changes are undone.
 *
 * @param <S> type of the state, which is never null
 */
public interface State<S> {

  /** Whether the key has state; false after {@link #remove}. */
  boolean exists();

  /**
   * The state.
   *
   * @throws NoSuchElementException if there is none
   */
  S get();

  /** The state, or empty if there is none. */
  default Optional<S> getOption() {
    return exists() ? Optional.of(get()) : Optional.empty();
  }

  /**
   * Sets the state.
   *
   * @throws IllegalArgumentException if the state was removed in this call, or is timing out: what
   *     is said last would be lost
   * @throws NullPointerException if {@code newState} is null: call {@link #remove} to have none
   */
  void update(S newState);

  /**
   * Removes the state. Later records of the key in the same batch find none.
   *
   * @throws IllegalArgumentException if the state was removed in this call already, or is timing
   *     out and so removed anyway
   */
  void remove();

  /**
   * Whether this is the one call, without value, that tells that the key has had no record for
   * longer than the timeout. The state is removed after the call; it can be read, not changed.
   */
  boolean isTimingOut();
}
