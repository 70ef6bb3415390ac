package io.millrace.internal.state;

import io.millrace.function.Function2;
import io.millrace.internal.pipeline.NullResult;
import java.util.List;
import java.util.Optional;

/** Template of the {@link KeyUpdate} with a function of values and state. */
final class UpdateKeysUpdate implements KeyUpdate {

  private final Function2<List<Object>, Optional<Object>, Optional<?>> function;

  @SuppressWarnings("unchecked")
  UpdateKeysUpdate(Object function, Object time) {
    this.function = (Function2<List<Object>, Optional<Object>, Optional<?>>) function;
  }

  @Override
  public void apply(Entries entries, Groups groups, int from, int to) throws Exception {
    for (int position = from; position < to; position++) {
      if (entries.isPresent(position)) {
        Object before = entries.valueToChange(position);
        entries.replace(
            position,
            before,
            required(function.call(groups.values(position), Optional.of(before))));
      } else if (groups.has(position)) {
        Optional<?> after = required(function.call(groups.values(position), Optional.empty()));
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
