package io.millrace.internal.state;

import io.millrace.function.Function2;

/**
 * Template of {@link WindowTotals}. The user's functions may change their first argument: that is
 * always a total, which {@link Entries} copies where it has to.
 */
final class InvertibleWindowTotals implements WindowTotals {

  private final Copies copies = new Copies();
  private final Function2<Object, Object, ?> reduce;
  private final Function2<Object, Object, ?> inverse;

  @SuppressWarnings("unchecked")
  InvertibleWindowTotals(Object reduce, Object inverse) {
    this.reduce = (Function2<Object, Object, ?>) reduce;
    this.inverse = (Function2<Object, Object, ?>) inverse;
  }

  @Override
  public void enter(Pane pane, Entries totals, int[] lastNumbers, int oldest) throws Exception {
    int[] positions = pane.positions;
    for (int i = 0; i < positions.length; i++) {
      int position = positions[i];
      Object value = pane.values.get(i);
      if (totals.isPresent(position) || lastNumbers[position] >= oldest) {
        Object result = reduce.call(totals.valueToChange(position), value);
        totals.set(position, result == value ? copies.of(value) : result);
      } else {
        totals.set(position, copies.of(value));
      }
    }
  }

  @Override
  public void leave(Pane pane, Entries totals, int[] lastNumbers, boolean dropsLast)
      throws Exception {
    int[] positions = pane.positions;
    for (int i = 0; i < positions.length; i++) {
      int position = positions[i];
      if (dropsLast && lastNumbers[position] == pane.number) {
        totals.touch(position); // so that its key can go, also if it is hidden
        totals.remove(position);
      } else {
        Object value = pane.values.get(i);
        Object result = inverse.call(totals.valueToChange(position), value);
        totals.set(position, result == value ? copies.of(value) : result);
      }
    }
  }
}
