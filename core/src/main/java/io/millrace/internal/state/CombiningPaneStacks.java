package io.millrace.internal.state;

import io.millrace.Tuple2;
import io.millrace.function.Function2;
import io.millrace.internal.pipeline.Rows;
import java.util.Objects;

/**
 * Template of {@link PaneStacks}. The user's function may change its first argument: that is always
 * a value of the back stack, which nothing else refers to, or a copy.
 */
final class CombiningPaneStacks implements PaneStacks {

  private final Copies copies = new Copies();
  private final Function2<Object, Object, ?> reduce;

  @SuppressWarnings("unchecked")
  CombiningPaneStacks(Object reduce) {
    this.reduce = (Function2<Object, Object, ?>) reduce;
  }

  @Override
  public void enter(Pane pane, byte[] stacks, ValueColumn back) throws Exception {
    int[] positions = pane.positions;
    ValueColumn values = pane.values;
    boolean areObjects = values instanceof ObjectValues;
    for (int i = 0; i < positions.length; i++) {
      int position = positions[i];
      if ((stacks[position] & BACK) == 0) {
        stacks[position] |= BACK;
        if (areObjects) {
          back.set(position, copies.of(values.get(i)));
        } else {
          back.copy(values, i, position);
        }
      } else {
        Object value = values.get(i);
        Object result = reduce.call(back.get(position), value);
        set(back, position, areObjects && result == value ? copies.of(result) : result);
      }
    }
  }

  @Override
  public void turnOver(Pane pane, int group, byte[] stacks, ValueColumn front) throws Exception {
    int[] positions = pane.positions;
    ValueColumn values = pane.values;
    ValueColumn later = Objects.requireNonNull(pane.later);
    byte[] hasLater = pane.hasLater;
    boolean areObjects = values instanceof ObjectValues;
    int end = pane.groupStarts[group + 1];
    for (int i = pane.groupStarts[group]; i < end; i++) {
      int position = positions[i];
      if ((stacks[position] & FRONT) == 0) {
        stacks[position] |= FRONT;
        hasLater[i] = 0;
        front.copy(values, i, position);
      } else {
        hasLater[i] = 1;
        later.copy(front, position, i);
        Object value = areObjects ? copies.of(values.get(i)) : values.get(i);
        set(front, position, reduce.call(value, front.get(position)));
      }
    }
  }

  private static void set(ValueColumn column, int position, Object value) throws MisfitException {
    if (!column.takes(value)) {
      throw new MisfitException();
    }
    column.set(position, value);
  }

  @Override
  public void emit(
      Dictionary keys, byte[] stacks, int bound, ValueColumn front, ValueColumn back, Rows emitted)
      throws Exception {
    boolean areObjects = front instanceof ObjectValues;
    for (int position = 0; position < bound; position++) {
      byte held = stacks[position];
      if (held == 0) {
        continue;
      }
      Object value;
      if (held == (FRONT | BACK)) {
        Object first = front.get(position);
        Object second = back.get(position);
        value = reduce.call(areObjects ? copies.of(first) : first, second);
        if (areObjects && value == second) {
          value = copies.of(value);
        }
      } else {
        value = held == FRONT ? front.get(position) : back.get(position);
        value = areObjects ? copies.of(value) : value;
      }
      emitted.add(new Tuple2<>(keys.key(position), value));
    }
  }
}
