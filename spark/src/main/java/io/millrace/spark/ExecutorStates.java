package io.millrace.spark;

import io.millrace.internal.embedded.StageRuntime;
import io.millrace.internal.state.Quota;
import io.millrace.internal.state.StatePartition;
import io.millrace.internal.state.StatePartitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The partitions of states that are in the memory of this executor. Safe for concurrent use. */
final class ExecutorStates {

  private static final Map<String, ExecutorStates> BY_STATE = new ConcurrentHashMap<>();

  private final StateAddress address;
  private final Quota quota;
  private final Map<Integer, ResidentPartition> partitions = new ConcurrentHashMap<>();

  private ExecutorStates(StateAddress address) {
    this.address = address;
    this.quota = new Quota(address.name(), address.limits());
  }

  /** Those of a state. */
  static ExecutorStates of(StateAddress address) {
    return BY_STATE.computeIfAbsent(address.key(), key -> new ExecutorStates(address));
  }

  /** Those of a state, if this executor has any. */
  static @Nullable ExecutorStates find(String key) {
    return BY_STATE.get(key);
  }

  /** Forgets all that this process has of a state. */
  static void forget(String key) {
    BY_STATE.remove(key);
  }

  /** How many versions of partitions this process holds for those who read their entries. */
  static int numViews() {
    return BY_STATE.values().stream()
        .flatMap(states -> states.partitions.values().stream())
        .mapToInt(ResidentPartition::numViews)
        .sum();
  }

  /**
   * Locks a partition of this process; the caller unlocks it. Another task may discard a partition
   * as stale between the look-up and the lock: then the look-up is repeated, so that no task works
   * on a partition that later tasks don't find. Each repetition is due to one {@link
   * #discardStale}, which a task calls once.
   */
  ResidentPartition lock(int number) throws InterruptedException {
    while (true) {
      ResidentPartition partition =
          partitions.computeIfAbsent(number, key -> new ResidentPartition(empty(number)));
      partition.lock.lockInterruptibly();
      if (partitions.get(number) == partition) {
        return partition;
      }
      partition.lock.unlock();
    }
  }

  @Nullable ResidentPartition find(int number) {
    return partitions.get(number);
  }

  /** A partition with nothing in it, which is nobody's yet. */
  StatePartition empty(int number) {
    return StatePartitions.of(
        address.definition(), number, quota, objects -> StageRuntime.estimateBytes(objects));
  }

  /** Lets go of partitions that have gone on elsewhere: they are not at their version any more. */
  void discardStale(List<StateVersion> current, long step) {
    for (Map.Entry<Integer, ResidentPartition> each : new ArrayList<>(partitions.entrySet())) {
      ResidentPartition partition = each.getValue();
      if (partition.lock.tryLock()) {
        try {
          StateVersion tried = partition.triedVersion();
          boolean isUnderWay = tried != null && tried.step() == step;
          if (!isUnderWay && !partition.isOf(current.get(each.getKey()))) {
            partitions.remove(each.getKey());
            partition.store().discard();
          }
        } finally {
          partition.lock.unlock();
        }
      }
    }
  }
}
