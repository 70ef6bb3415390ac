package io.millrace.rdd;

import io.millrace.spi.plan.StorageMark;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a dataset's records are kept once they were computed, with Spark's names.
 *
 * <p>Memory is bounded by {@code millrace.cache.maxBytes}, for all datasets together. What does not
 * fit, or has to make room for others, is written to {@code millrace.local.dir} if the level has
 * {@code DISK} in its name, and is computed again when it is needed otherwise. Levels with {@code
 * SER} keep bytes in memory, which take less room and more time. What can't be read back from the
 * disk is computed again.
 *
 * <p>{@link #OFF_HEAP} is refused: there is no memory off the heap here. The embedded engine keeps
 * one copy whatever the replication, since all of it is lost with the process.
 *
 * <p>Each constant can also be had by a method of its name, as Spark's Java programs write it.
 *
 * @param deserialized objects, as opposed to bytes
 * @param replication number of copies, 1 to 39
 */
public record StorageLevel(
    boolean useDisk, boolean useMemory, boolean useOffHeap, boolean deserialized, int replication)
    implements Serializable {

  // Filled by the initializers of the constants below, so it has to come first.
  private static final Map<String, StorageLevel> BY_NAME = new LinkedHashMap<>();

  public static final StorageLevel NONE = named("NONE", false, false, false, 1);
  public static final StorageLevel DISK_ONLY = named("DISK_ONLY", true, false, false, 1);
  public static final StorageLevel DISK_ONLY_2 = named("DISK_ONLY_2", true, false, false, 2);
  public static final StorageLevel DISK_ONLY_3 = named("DISK_ONLY_3", true, false, false, 3);
  public static final StorageLevel MEMORY_ONLY = named("MEMORY_ONLY", false, true, true, 1);
  public static final StorageLevel MEMORY_ONLY_2 = named("MEMORY_ONLY_2", false, true, true, 2);
  public static final StorageLevel MEMORY_ONLY_SER =
      named("MEMORY_ONLY_SER", false, true, false, 1);
  public static final StorageLevel MEMORY_ONLY_SER_2 =
      named("MEMORY_ONLY_SER_2", false, true, false, 2);
  public static final StorageLevel MEMORY_AND_DISK = named("MEMORY_AND_DISK", true, true, true, 1);
  public static final StorageLevel MEMORY_AND_DISK_2 =
      named("MEMORY_AND_DISK_2", true, true, true, 2);
  public static final StorageLevel MEMORY_AND_DISK_SER =
      named("MEMORY_AND_DISK_SER", true, true, false, 1);
  public static final StorageLevel MEMORY_AND_DISK_SER_2 =
      named("MEMORY_AND_DISK_SER_2", true, true, false, 2);
  public static final StorageLevel OFF_HEAP =
      register("OFF_HEAP", new StorageLevel(true, true, true, false, 1));

  private static final int MAX_REPLICATION = 39;

  /**
   * @throws IllegalArgumentException if {@code replication} is out of range
   */
  public StorageLevel {
    if (replication < 1 || replication > MAX_REPLICATION) {
      throw new IllegalArgumentException(
          "replication must be between 1 and " + MAX_REPLICATION + ", not " + replication);
    }
  }

  public static StorageLevel NONE() {
    return NONE;
  }

  public static StorageLevel DISK_ONLY() {
    return DISK_ONLY;
  }

  public static StorageLevel DISK_ONLY_2() {
    return DISK_ONLY_2;
  }

  public static StorageLevel DISK_ONLY_3() {
    return DISK_ONLY_3;
  }

  public static StorageLevel MEMORY_ONLY() {
    return MEMORY_ONLY;
  }

  public static StorageLevel MEMORY_ONLY_2() {
    return MEMORY_ONLY_2;
  }

  public static StorageLevel MEMORY_ONLY_SER() {
    return MEMORY_ONLY_SER;
  }

  public static StorageLevel MEMORY_ONLY_SER_2() {
    return MEMORY_ONLY_SER_2;
  }

  public static StorageLevel MEMORY_AND_DISK() {
    return MEMORY_AND_DISK;
  }

  public static StorageLevel MEMORY_AND_DISK_2() {
    return MEMORY_AND_DISK_2;
  }

  public static StorageLevel MEMORY_AND_DISK_SER() {
    return MEMORY_AND_DISK_SER;
  }

  public static StorageLevel MEMORY_AND_DISK_SER_2() {
    return MEMORY_AND_DISK_SER_2;
  }

  public static StorageLevel OFF_HEAP() {
    return OFF_HEAP;
  }

  /**
   * The constant with this name, such as {@code MEMORY_ONLY}.
   *
   * @throws IllegalArgumentException if there is none; lists the names
   */
  public static StorageLevel fromString(String name) {
    StorageLevel level = BY_NAME.get(name);
    if (level == null) {
      throw new IllegalArgumentException(
          "no storage level is called " + name + "; there are " + BY_NAME.keySet());
    }
    return level;
  }

  public boolean isValid() {
    return useMemory || useDisk;
  }

  /** In words, as lineages show it: {@code Memory Deserialized 1x Replicated}. */
  public String description() {
    return (useDisk ? "Disk " : "")
        + (useMemory ? (useOffHeap ? "Memory (off heap) " : "Memory ") : "")
        + (deserialized ? "Deserialized " : "Serialized ")
        + replication
        + "x Replicated";
  }

  @Override
  public String toString() {
    return "StorageLevel("
        + (useDisk ? "disk, " : "")
        + (useMemory ? "memory, " : "")
        + (useOffHeap ? "offheap, " : "")
        + (deserialized ? "deserialized, " : "")
        + replication
        + " replicas)";
  }

  /**
   * For extensions: the mark that this level puts on a node of the plan.
   *
   * @throws UnsupportedOperationException if the level is {@link #NONE} or off the heap
   */
  public StorageMark mark() {
    if (!isValid()) {
      throw new UnsupportedOperationException(this + " keeps nothing");
    } else if (useOffHeap) {
      throw new UnsupportedOperationException(
          this
              + ": records are kept on the heap or on the disk, not off the heap;"
              + " MEMORY_AND_DISK_SER promises the same");
    }
    return new StorageMark(useMemory, useDisk, !deserialized);
  }

  static StorageLevel of(StorageMark mark) {
    return new StorageLevel(mark.disk(), mark.memory(), false, !mark.serialized(), 1);
  }

  private static StorageLevel named(
      String name, boolean useDisk, boolean useMemory, boolean deserialized, int replication) {
    return register(name, new StorageLevel(useDisk, useMemory, false, deserialized, replication));
  }

  private static StorageLevel register(String name, StorageLevel level) {
    BY_NAME.put(name, level);
    return level;
  }
}
