package io.millrace.internal.embedded;

import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.PlanNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a job has to do before its last stage. Takes hold of the partitions that are kept when it is
 * made, so that the job can rely on them: eviction and {@code unpersist} in the meantime do no
 * harm.
 */
final class JobPlan implements AutoCloseable {

  private final PlanNode<?> target;
  private final BlockStore store;
  private final Map<PlanNode<?>, BlockStore.@Nullable Block[]> kept = new IdentityHashMap<>();
  private final Set<PlanNode<?>> keptInFull = new HashSet<>();
  private final Set<ExchangeNode<?>> exchanges = new LinkedHashSet<>();

  private JobPlan(PlanNode<?> target, BlockStore store) {
    this.target = target;
    this.store = store;
  }

  /** Walks the lineage and resolves the deferred values in it, which may run jobs. */
  static JobPlan of(PlanNode<?> target, BlockStore store, SharedPasses passes) {
    JobPlan plan = new JobPlan(target, store);
    try {
      if (!passes.isEmpty()) {
        plan.passOver(passes);
      }
      plan.walk();
    } catch (RuntimeException | Error e) {
      plan.close();
      throw e;
    }
    return plan;
  }

  /** Shared nodes that were read for all exchanges of this job need not be computed for it. */
  private void passOver(SharedPasses passes) {
    Set<PlanNode<?>> unread = new HashSet<>();
    Set<PlanNode<?>> entered = new HashSet<>();
    Deque<PlanNode<?>> open = new ArrayDeque<>();
    open.push(target);
    while (!open.isEmpty()) {
      PlanNode<?> node = open.pop();
      if (entered.add(node)) {
        node.parents().forEach(open::push);
        SharedPass pass = node instanceof ExchangeNode<?> each ? passes.readBy(each) : null;
        if (pass != null && node instanceof ExchangeNode<?> exchange) {
          (pass.isHeld(exchange) ? keptInFull : unread).add(pass.node());
        }
      }
    }
    keptInFull.removeAll(unread);
  }

  private void walk() {
    Set<PlanNode<?>> entered = new HashSet<>();
    Deque<PlanNode<?>> path = new ArrayDeque<>();
    path.push(target);
    while (!path.isEmpty()) {
      PlanNode<?> node = path.element();
      if (entered.add(node)) {
        if (!hold(node)) {
          node.resolve();
          node.parents().stream().filter(parent -> !entered.contains(parent)).forEach(path::push);
        }
      } else {
        path.pop();
        if (node instanceof ExchangeNode<?> exchange && !keptInFull.contains(node)) {
          exchanges.add(exchange);
        }
      }
    }
  }

  /** Takes hold of what is kept of a node; returns whether the job has to go no further up. */
  private boolean hold(PlanNode<?> node) {
    if (keptInFull.contains(node)) {
      return true;
    }
    if (node.storage() == null) {
      return false;
    }
    BlockStore.@Nullable Block[] blocks = store.hold(node);
    kept.put(node, blocks);
    return Arrays.stream(blocks).allMatch(block -> block != null) && keptInFull.add(node);
  }

  /** The exchanges that have to run, parents before children. */
  Set<ExchangeNode<?>> exchanges() {
    return exchanges;
  }

  /** Lets go of what was taken hold of. */
  @Override
  public void close() {
    kept.values().forEach(store::release);
    kept.clear();
  }

  /** A partition that was kept when the job began, or null. */
  BlockStore.@Nullable Block kept(PlanNode<?> node, int partition) {
    if (kept.isEmpty()) {
      return null;
    }
    BlockStore.@Nullable Block[] blocks = kept.get(node);
    return blocks == null ? null : blocks[partition];
  }

  /** For each stage that writes an exchange: the exchanges that no later stage reads. */
  Map<ExchangeNode<?>, List<ExchangeNode<?>>> lastReads() {
    Map<ExchangeNode<?>, List<ExchangeNode<?>>> lastReads = new IdentityHashMap<>();
    if (exchanges.size() < 2) {
      return lastReads;
    }
    Set<ExchangeNode<?>> readLater = readBy(target);
    List<ExchangeNode<?>> stages = new ArrayList<>(exchanges);
    for (int i = stages.size() - 1; i > 0; i--) {
      Set<ExchangeNode<?>> reads = readBy(stages.get(i).parent());
      reads.removeAll(readLater);
      readLater.addAll(reads);
      lastReads.put(stages.get(i), List.copyOf(reads));
    }
    return lastReads;
  }

  private Set<ExchangeNode<?>> readBy(PlanNode<?> end) {
    Set<ExchangeNode<?>> read = new HashSet<>();
    Set<PlanNode<?>> entered = new HashSet<>();
    Deque<PlanNode<?>> open = new ArrayDeque<>();
    open.push(end);
    while (!open.isEmpty()) {
      PlanNode<?> node = open.pop();
      if (keptInFull.contains(node) || !entered.add(node)) {
        continue;
      }
      if (node instanceof ExchangeNode<?> exchange) {
        read.add(exchange);
      } else {
        node.parents().forEach(open::push);
      }
    }
    return read;
  }
}
