package io.millrace.sink;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorageProvider;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Serves {@code faulty:} and a directory. */
public final class FaultyStorageProvider implements CheckpointStorageProvider {

  private static final String SCHEME = "faulty:";

  /** Stores in memory, by their location. */
  static final Map<String, MemoryStorage> MEMORY = new ConcurrentHashMap<>();

  private static final Map<String, FaultyStorage.Plan> PLANS = new ConcurrentHashMap<>();

  static FaultyStorage.Plan plan(String location) {
    return PLANS.computeIfAbsent(location, key -> new FaultyStorage.Plan());
  }

  @Override
  public boolean accepts(String location) {
    return location.startsWith(SCHEME) || MEMORY.containsKey(location);
  }

  @Override
  public CheckpointStorage open(String location) throws IOException {
    MemoryStorage memory = MEMORY.get(location);
    if (memory != null) {
      return memory;
    }
    String directory = location.substring(SCHEME.length());
    return new FaultyStorage(SinkStore.provider(directory).open(directory), plan(location));
  }

  @Override
  public CheckpointStorage openForReading(String location) throws IOException {
    MemoryStorage memory = MEMORY.get(location);
    if (memory != null) {
      return memory;
    }
    String directory = location.substring(SCHEME.length());
    return SinkStore.provider(directory).openForReading(directory);
  }
}
