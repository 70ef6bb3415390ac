package io.millrace.stream;

import io.millrace.codec.Codecs;
import io.millrace.spi.checkpoint.CheckpointStorage;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where a streaming context keeps its checkpoint, and what it may read from it. For implementers of
 * runtimes; programs call {@link StreamingContext#checkpoint(String)}.
 *
 * @param location in the words of the user, for messages
 * @param storage opens the place; closed by the runtime
 * @param reading opens the place for reading alone; empty if there is no such place yet
 * @param codecs of the program's types
 * @param allowedDrops ids of what the checkpoint has and the program need not have
 */
public record CheckpointSpec(
    String location,
    Supplier<CheckpointStorage> storage,
    Supplier<Optional<CheckpointStorage>> reading,
    Codecs codecs,
    Set<String> allowedDrops) {

  public CheckpointSpec {
    Objects.requireNonNull(location);
    Objects.requireNonNull(storage);
    Objects.requireNonNull(reading);
    Objects.requireNonNull(codecs);
    allowedDrops = Set.copyOf(allowedDrops);
  }
}
