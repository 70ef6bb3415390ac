package io.millrace.internal.state;

import io.millrace.function.Function3;
import io.millrace.internal.pipeline.Rows;
import java.util.Optional;

/** Template of the {@link RecordUpdate} with a function of key, value and state. */
final class MapRecordsUpdate implements RecordUpdate {

  private final Function3<Object, Optional<Object>, StateCell, Object> function;
  private final StateCell cell;

  @SuppressWarnings("unchecked")
  MapRecordsUpdate(Object function, StateCell cell, Object time) {
    this.function = (Function3<Object, Optional<Object>, StateCell, Object>) function;
    this.cell = cell;
  }

  @Override
  public void apply(Object[] keys, Object[] values, int[] positions, int count, Rows emitted)
      throws Exception {
    StateCell cell = this.cell;
    for (int i = 0; i < count; i++) {
      cell.open(positions[i]);
      emitted.add(function.call(keys[i], Optional.ofNullable(values[i]), cell));
    }
  }

  @Override
  public void timeOut(Object key, int position, Rows emitted) throws Exception {
    cell.openTimingOut(position);
    emitted.add(function.call(key, Optional.empty(), cell));
  }
}
