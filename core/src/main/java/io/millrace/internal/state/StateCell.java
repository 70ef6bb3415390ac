package io.millrace.internal.state;

import io.millrace.stream.State;
import java.util.NoSuchElementException;
import java.util.Objects;

/** The state of one key during a call; the same object for all calls of a task. */
final class StateCell implements State<Object> {

  private final Entries entries;
  private int position;
  private boolean removed;
  private boolean timingOut;

  StateCell(Entries entries) {
    this.entries = entries;
  }

  void open(int position) {
    this.position = position;
    this.removed = false;
  }

  void openTimingOut(int position) {
    open(position);
    this.timingOut = true;
  }

  @Override
  public boolean exists() {
    return entries.isPresent(position);
  }

  @Override
  public Object get() {
    if (!entries.isPresent(position)) {
      throw new NoSuchElementException(
          "the key has no state: ask exists(), or take getOption(), before get()");
    }
    return entries.valueToChange(position);
  }

  @Override
  public void update(Object newState) {
    if (removed || timingOut) {
      throw illegal("update");
    }
    entries.set(position, Objects.requireNonNull(newState, "the new state is null: use remove()"));
  }

  @Override
  public void remove() {
    if (removed || timingOut) {
      throw illegal("remove");
    }
    entries.remove(position);
    removed = true;
  }

  private IllegalArgumentException illegal(String move) {
    return new IllegalArgumentException(
        timingOut
            ? "can't " + move + " state that is timing out: it is removed after this call"
            : "can't " + move + " state that was removed in this call");
  }

  @Override
  public boolean isTimingOut() {
    return timingOut;
  }

  @Override
  public String toString() {
    return exists() ? String.valueOf(entries.value(position)) : "<state not set>";
  }
}
