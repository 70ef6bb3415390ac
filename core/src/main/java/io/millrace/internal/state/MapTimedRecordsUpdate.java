package io.millrace.internal.state;

import io.millrace.function.Function4;
import io.millrace.internal.pipeline.NullResult;
import io.millrace.internal.pipeline.Rows;
import io.millrace.stream.Time;
import java.util.Optional;

/** Template of the {@link RecordUpdate} with a function that is given the time, too. */
final class MapTimedRecordsUpdate implements RecordUpdate {

  private final Function4<Time, Object, Optional<Object>, StateCell, Optional<?>> function;
  private final StateCell cell;
  private final Time time;

  @SuppressWarnings("unchecked")
  MapTimedRecordsUpdate(Object function, StateCell cell, Object time) {
    this.function = (Function4<Time, Object, Optional<Object>, StateCell, Optional<?>>) function;
    this.cell = cell;
    this.time = (Time) time;
  }

  @Override
  public void apply(Object[] keys, Object[] values, int[] positions, int count, Rows emitted)
      throws Exception {
    StateCell cell = this.cell;
    for (int i = 0; i < count; i++) {
      cell.open(positions[i]);
      emit(function.call(time, keys[i], Optional.ofNullable(values[i]), cell), emitted);
    }
  }

  @Override
  public void timeOut(Object key, int position, Rows emitted) throws Exception {
    cell.openTimingOut(position);
    emit(function.call(time, key, Optional.empty(), cell), emitted);
  }

  private void emit(Optional<?> result, Rows emitted) {
    if (result == null) {
      throw NullResult.of(function, "an Optional");
    }
    if (result.isPresent()) {
      emitted.add(result.get());
    }
  }
}
