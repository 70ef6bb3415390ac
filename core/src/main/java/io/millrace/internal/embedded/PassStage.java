package io.millrace.internal.embedded;

import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.RecordReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The map side of an exchange that takes part in a {@link SharedPass}. What another job has written
 * for it is taken. Where there is nothing, and the other exchanges have nothing either, a task
 * reads the shared node once and pushes each chunk through all of them.
 *
 * <p>What was written for others is handed to the pass when the task's attempt is adopted, and
 * closed when it is not. A failure in the branch of another exchange is that exchange's own: the
 * branch is given up, and the job that it belongs to will compute it, and fail by itself.
 */
final class PassStage implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PassStage.class);

  private static final int FIRST_CHUNK = 16;
  private static final int MAX_CHUNK = 512;

  private final SharedPass pass;
  private final ExchangeNode<?> exchange;
  private final ExchangeOutput output;
  private final Lineage.Inputs inputs;
  private final JobRun.Services services;
  private final SharedPass.@Nullable Written @Nullable [] taken;
  private final Set<ExchangeNode<?>> others;

  /** By map partition: what its last attempt wrote for others, until the pass has it. */
  private final AtomicReferenceArray<@Nullable List<SharedPass.Written>> pending;

  PassStage(
      SharedPass pass,
      ExchangeNode<?> exchange,
      ExchangeOutput output,
      Lineage.Inputs inputs,
      JobRun.Services services) {
    this.pass = pass;
    this.exchange = exchange;
    this.output = output;
    this.inputs = inputs;
    this.services = services;
    this.pending = new AtomicReferenceArray<>(exchange.parent().numPartitions());
    this.taken = pass.take(exchange);
    if (taken != null) {
      for (int i = 0; i < taken.length; i++) {
        SharedPass.Written written = taken[i];
        if (written != null) {
          output.own(i, written.output());
        }
      }
    }
    this.others = resolved(pass.unwritten());
  }

  /** The exchanges whose targets are known; what has to be found out first may run jobs. */
  private static Set<ExchangeNode<?>> resolved(Set<ExchangeNode<?>> exchanges) {
    Set<ExchangeNode<?>> resolved = new HashSet<>();
    for (ExchangeNode<?> each : exchanges) {
      try {
        each.resolve();
        resolved.add(each);
      } catch (RuntimeException e) {
        LOG.debug("{} is left to its own job", each, e);
      }
    }
    return resolved;
  }

  /**
   * Writes one map partition along with those of other exchanges, or hands out what was written.
   *
   * @param alone writes this exchange's map partition by itself
   */
  MapOutput write(
      int mapPartition, EmbeddedTaskContext task, TaskAttempts.Computation<MapOutput> alone)
      throws Exception {
    SharedPass.Written written = taken == null ? null : taken[mapPartition];
    if (written != null) {
      task.inherit(written.task());
      return written.output();
    }
    SharedPass.Reader own = pass.reader(exchange, mapPartition);
    List<SharedPass.Reader> readers = own == null ? List.of() : pass.others(own, others);
    if (own == null || readers.isEmpty()) {
      return alone.compute(mapPartition, task);
    }
    closeAll(pending.getAndSet(mapPartition, null));
    return writeAll(own, readers, task);
  }

  private MapOutput writeAll(
      SharedPass.Reader own, List<SharedPass.Reader> readers, EmbeddedTaskContext task)
      throws Exception {
    List<BranchWriter> branches = new ArrayList<>();
    List<SharedPass.Written> written = new ArrayList<>();
    MapOutput ownOutput = output.begin(own.mapPartition());
    boolean succeeded = false;
    try {
      BranchWriter first = new BranchWriter(own, ownOutput, task, services.travelCheck(exchange));
      for (SharedPass.Reader reader : readers) {
        branches.add(
            new BranchWriter(
                reader,
                new MapOutput(reader.exchange(), services.spilling()),
                task.branch(reader.mapPartition()),
                services.travelCheck(reader.exchange())));
      }
      pushAll(own.partition(), task, first, branches);
      first.complete();
      for (BranchWriter branch : List.copyOf(branches)) {
        complete(branch, branches, written);
      }
      succeeded = true;
      return ownOutput;
    } finally {
      if (succeeded) {
        pending.set(own.mapPartition(), written);
      } else {
        ownOutput.close();
        closeAll(written);
        branches.forEach(PassStage::abandon);
      }
    }
  }

  private void pushAll(
      int partition, EmbeddedTaskContext task, BranchWriter first, List<BranchWriter> branches)
      throws Exception {
    Lineage lineage = new Lineage(inputs, services.store(), task);
    RecordReader<?> records = lineage.pipeline(pass.node(), partition).reader();
    Object[] chunk = new Object[FIRST_CHUNK];
    int max = 1;
    for (int n = records.read(chunk, max); n >= 0; n = records.read(chunk, max)) {
      first.push(chunk, n);
      for (int i = branches.size() - 1; i >= 0; i--) {
        push(branches.get(i), chunk, n, branches);
      }
      task.poll();
      max = Math.min(2 * max, MAX_CHUNK);
      chunk = max <= chunk.length ? chunk : new Object[MAX_CHUNK];
    }
  }

  private static void push(
      BranchWriter branch, Object[] chunk, int count, List<BranchWriter> branches) {
    try {
      branch.push(chunk, count);
    } catch (Throwable e) {
      giveUp(branch, branches, e);
    }
  }

  private static void complete(
      BranchWriter branch, List<BranchWriter> branches, List<SharedPass.Written> written) {
    try {
      written.add(branch.completeApart());
      branches.remove(branch);
    } catch (Throwable e) {
      giveUp(branch, branches, e);
    }
  }

  private static void giveUp(BranchWriter branch, List<BranchWriter> branches, Throwable e) {
    if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
      throw fatal;
    }
    LOG.debug("{} failed and is left to its own job", branch, e);
    branches.remove(branch);
    abandon(branch);
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt(); // whom it was for is not for a branch to say
    }
  }

  private static void abandon(BranchWriter branch) {
    try {
      branch.abandon();
    } catch (RuntimeException | Error e) {
      LOG.debug("giving up {} failed", branch, e);
    }
  }

  /** Takes the output of a map partition, and lets the pass have what came with it. */
  void adopt(int mapPartition, MapOutput adopted) {
    output.adopt(mapPartition, adopted);
    List<SharedPass.Written> written = pending.getAndSet(mapPartition, null);
    if (written != null) {
      written.forEach(pass::hold);
    }
  }

  private static void closeAll(@Nullable List<SharedPass.Written> written) {
    if (written != null) {
      written.forEach(each -> each.output().close());
    }
  }

  /** Closes what no attempt was adopted with. No task runs any more. */
  @Override
  public void close() {
    for (int i = 0; i < pending.length(); i++) {
      closeAll(pending.getAndSet(i, null));
    }
  }
}
