package io.millrace.internal.embedded;

import io.millrace.JobCancelledException;
import io.millrace.JobFailedException;
import io.millrace.TaskContext;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Job;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.RecordReader;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job: cuts the plan at its exchanges into stages, runs them parents first, then the partitions
 * asked for. Exchange outputs live as long as the job.
 *
 * <p>A failed task runs again. The new attempt computes the outputs of the exchanges it reads again
 * too, for itself alone, because the failed one may have changed combined values that it was
 * handed.
 */
final class JobRun<T, R> implements Lineage.Inputs {

  private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);
  private static final int WAVE_GROWTH = 4;

  /** What the engine lends to its jobs. */
  interface Services {
    TaskPool pool();

    BlockStore store();

    int maxFailures();

    long nextStageId();

    /** Refuses a record that could not travel; {@code where} names the exchange. */
    Consumer<Object> travelCheck(PlanNode<?> where);
  }

  private final Services services;
  private final Job<T, R> job;
  private final Map<ExchangeNode<?>, ExchangeOutput> outputs = new IdentityHashMap<>();
  private final Map<PlanNode<?>, BlockStore.@Nullable Block[]> kept = new IdentityHashMap<>();

  JobRun(Services services, Job<T, R> job) {
    this.services = services;
    this.job = job;
  }

  List<R> run() throws Throwable {
    for (ExchangeNode<?> exchange : prepare()) {
      runExchange(exchange);
    }
    return runResults();
  }

  /**
   * Resolves deferred values, takes hold of what is kept, and returns the exchanges that have to
   * run, parents before children.
   */
  private Set<ExchangeNode<?>> prepare() {
    Set<ExchangeNode<?>> exchanges = new LinkedHashSet<>();
    Set<PlanNode<?>> entered = new HashSet<>();
    Deque<PlanNode<?>> path = new ArrayDeque<>();
    path.push(job.target());
    while (!path.isEmpty()) {
      PlanNode<?> node = path.peek();
      if (entered.add(node)) {
        if (!isKept(node)) {
          node.resolve();
          for (PlanNode<?> parent : node.parents()) {
            if (!entered.contains(parent)) {
              path.push(parent);
            }
          }
        }
      } else {
        path.pop();
        if (node instanceof ExchangeNode<?> exchange && !isKept(node)) {
          exchanges.add(exchange);
        }
      }
    }
    return exchanges;
  }

  private boolean isKept(PlanNode<?> node) {
    if (node.storage() == null) {
      return false;
    }
    BlockStore.@Nullable Block[] blocks =
        kept.computeIfAbsent(node, n -> services.store().blocks(n));
    return Arrays.stream(blocks).allMatch(block -> block != null);
  }

  private void runExchange(ExchangeNode<?> exchange) throws Throwable {
    ExchangeOutput output = new ExchangeOutput(exchange);
    outputs.put(exchange, output);
    long stageId = services.nextStageId();
    int numTasks = exchange.parent().numPartitions();
    runTasks(
        stageId,
        exchange,
        numTasks,
        number -> number,
        (number, lineage) -> write(exchange, output, number, lineage),
        output::adopt);
  }

  private Object[] write(
      ExchangeNode<?> exchange, ExchangeOutput output, int partition, Lineage lineage)
      throws Exception {
    return output.write(
        lineage.pipeline(exchange.parent(), partition), partition, services.travelCheck(exchange));
  }

  private List<R> runResults() throws Throwable {
    List<Integer> partitions = job.partitions();
    List<R> results = new ArrayList<>(partitions.size());
    int wave = job.enough() == null ? Math.max(1, partitions.size()) : 1;
    long stageId = services.nextStageId();
    while (results.size() < partitions.size()) {
      int first = results.size();
      int numTasks = Math.min(wave, partitions.size() - first);
      Object[] waveResults = new Object[numTasks];
      runTasks(
          stageId,
          job.target(),
          numTasks,
          number -> partitions.get(first + number),
          (number, lineage) ->
              lineage
                  .pipeline(job.target(), partitions.get(first + number))
                  .run(job.terminal(), lineage.task()),
          (number, result) -> waveResults[number] = result);
      for (Object result : waveResults) {
        @SuppressWarnings("unchecked")
        R typed = (R) result;
        results.add(typed);
      }
      if (job.enough() != null && job.enough().test(results)) {
        break;
      }
      wave *= WAVE_GROWTH;
    }
    return results;
  }

  @FunctionalInterface
  private interface Attempt<A> {
    A compute(int number, Lineage lineage) throws Exception;
  }

  @FunctionalInterface
  private interface Adoption<A> {
    void adopt(int number, A result);
  }

  @FunctionalInterface
  private interface PartitionOf {
    int partition(int number);
  }

  private <A> void runTasks(
      long stageId,
      PlanNode<?> end,
      int numTasks,
      PartitionOf partitions,
      Attempt<A> attempt,
      Adoption<A> adoption)
      throws Throwable {
    Cancellation cancellation = job.cancellation();
    RunningThreads threads = new RunningThreads();
    Runnable interrupt = threads::interruptAll;
    cancellation.onCancel(interrupt);
    try {
      services
          .pool()
          .run(
              numTasks,
              (number, progress) -> {
                int partition = partitions.partition(number);
                for (int failures = 0; ; failures++) {
                  EmbeddedTaskContext context =
                      new EmbeddedTaskContext(partition, failures, stageId, cancellation, progress);
                  context.poll();
                  threads.enter(cancellation);
                  try {
                    adoption.adopt(number, runAttempt(context, number, attempt));
                    context.succeed();
                    break;
                  } catch (Throwable e) {
                    failOrRetry(e, end, context);
                  } finally {
                    threads.leave(cancellation);
                  }
                }
                progress.run();
              });
    } finally {
      cancellation.forget(interrupt);
    }
  }

  private <A> A runAttempt(EmbeddedTaskContext context, int number, Attempt<A> attempt)
      throws Exception {
    TaskContext before = context.begin();
    try {
      A result;
      try {
        result = attempt.compute(number, new Lineage(this, services.store(), context));
      } catch (Throwable e) {
        try {
          context.complete();
        } catch (RuntimeException closing) {
          e.addSuppressed(closing);
        }
        throw e;
      }
      context.complete();
      return result;
    } finally {
      EmbeddedTaskContext.end(before);
    }
  }

  private void failOrRetry(Throwable e, PlanNode<?> end, EmbeddedTaskContext context)
      throws Throwable {
    if (job.cancellation().isCancelled()) {
      JobCancelledException cancelled =
          new JobCancelledException(job.description() + " was cancelled");
      cancelled.addSuppressed(e);
      throw cancelled;
    }
    if (e instanceof VirtualMachineError && !(e instanceof StackOverflowError)) {
      throw e;
    }
    int attempts = context.attemptNumber() + 1;
    String place =
        "stage "
            + context.stageId()
            + " ("
            + describe(end)
            + "), partition "
            + context.partitionId()
            + " of "
            + end.numPartitions();
    if (attempts < services.maxFailures()) {
      LOG.warn("attempt {} failed, trying again: {}: {}", attempts, place, e.toString());
      LOG.debug("the failure of attempt {}", attempts, e);
      return;
    }
    Throwable cause = TaskFailure.userException(e);
    throw new JobFailedException(
        TaskFailure.headline(cause)
            + "\n  in "
            + place
            + "\n  of "
            + job.description()
            + ", after "
            + attempts
            + (attempts == 1 ? " attempt" : " attempts"),
        cause);
  }

  /** The chain of operations of a stage, source first. */
  private static String describe(PlanNode<?> end) {
    Deque<String> chain = new ArrayDeque<>();
    PlanNode<?> node = end;
    chain.addFirst(node.label());
    if (node instanceof ExchangeNode<?> exchange) {
      node = exchange.parent();
      chain.addFirst(node.label());
    }
    while (node instanceof PipeNode<?> pipe && chain.size() < 12) {
      node = pipe.parent();
      chain.addFirst(node.label());
    }
    return String.join(" -> ", chain);
  }

  @Override
  public RecordReader<?> exchange(ExchangeNode<?> node, int partition, Lineage lineage)
      throws Exception {
    EmbeddedTaskContext task = lineage.task();
    if (task.attemptNumber() == 0) {
      return output(node).read(partition);
    }
    ExchangeOutput own = task.recomputed().get(node);
    if (own == null) {
      own = new ExchangeOutput(node);
      for (int i = 0; i < node.parent().numPartitions(); i++) {
        own.adopt(i, write(node, own, i, lineage));
      }
      task.recomputed().put(node, own);
    }
    return own.read(partition);
  }

  private ExchangeOutput output(ExchangeNode<?> node) {
    ExchangeOutput output = outputs.get(node);
    if (output == null) {
      throw new IllegalStateException(node + " has not run before it is read");
    }
    return output;
  }

  @Override
  public BlockStore.@Nullable Block kept(PlanNode<?> node, int partition) {
    BlockStore.@Nullable Block[] blocks = kept.get(node);
    if (blocks != null && blocks[partition] != null) {
      return blocks[partition];
    }
    return services.store().blocks(node)[partition];
  }
}
