package io.millrace.internal.state;

import io.millrace.function.Function4;
import io.millrace.internal.pipeline.NullResult;
import io.millrace.stream.Time;
import java.util.List;
import java.util.Optional;

/** Template of the {@link KeyUpdate} with a function of time, key, values and state. */
final class UpdateTimedKeysUpdate implements KeyUpdate {

  private final Function4<Time, Object, List<Object>, Optional<Object>, Optional<?>> function;
  private final Time time;

  @SuppressWarnings("unchecked")
  UpdateTimedKeysUpdate(Object function, Object time) {
    this.function = (Function4<Time, Object, List<Object>, Optional<Object>, Optional<?>>) function;
    this.time = (Time) time;
  }

  @Override
  public void apply(Entries entries, Groups groups, int from, int to) throws Exception {
    for (int position = from; position < to; position++) {
      if (entries.isPresent(position)) {
        Object before = entries.valueToChange(position);
        Optional<?> after =
            required(
                function.call(
                    time, entries.key(position), groups.values(position), Optional.of(before)));
        entries.replace(position, before, after);
      } else if (groups.has(position)) {
        Optional<?> after =
            required(
                function.call(
                    time, entries.key(position), groups.values(position), Optional.empty()));
        if (after.isPresent()) {
          entries.set(position, after.get());
        }
      }
    }
  }

  private Optional<?> required(Optional<?> result) {
    if (result == null) {
      throw NullResult.of(function, "an Optional");
    }
    return result;
  }
}
