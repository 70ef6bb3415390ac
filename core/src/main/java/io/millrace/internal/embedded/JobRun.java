package io.millrace.internal.embedded;

import io.millrace.internal.pipeline.Pipeline;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Job;
import io.millrace.spi.Terminal;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.RecordReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One job: cuts the plan at its exchanges into stages, runs them parents first, then the partitions
 * asked for. The output of an exchange lives until the last stage that reads it has run.
 *
 * <p>A failed task runs again. The new attempt computes the outputs of the exchanges it reads again
 * too, for itself alone, because the failed one may have changed combined values that it was
 * handed.
 */
final class JobRun<R> implements Lineage.Inputs, AutoCloseable {

  private static final int WAVE_GROWTH = 4;

  /** What the engine lends to its jobs. */
  interface Services {
    TaskPool pool();

    BlockStore store();

    Spilling spilling();

    SharedPasses passes();

    int maxFailures();

    /** Whether the first attempt at each task is thrown away. */
    boolean abortsFirstAttempts();

    long nextStageId();

    /** Refuses a record that could not travel; {@code where} names the exchange. */
    Consumer<Object> travelCheck(PlanNode<?> where);

    /** Refuses the result of a partition that could not travel to the caller of {@code job}. */
    void checkResult(@Nullable Object result, String job);

    /** Ends all jobs. */
    Cancellation closing();
  }

  /** What is done with each partition, and so what the job returns for it. */
  @FunctionalInterface
  interface Body<R> {
    R run(Pipeline records, int partition, EmbeddedTaskContext task) throws Exception;
  }

  private final Services services;
  private final PlanNode<?> target;
  private final Body<R> body;
  private final boolean changesRecords;
  private final JobPlan plan;
  private final TaskAttempts attempts;
  private final Map<ExchangeNode<?>, ExchangeOutput> outputs = new IdentityHashMap<>();

  private JobRun(
      Services services,
      PlanNode<?> target,
      Body<R> body,
      boolean changesRecords,
      JobPlan plan,
      TaskAttempts attempts) {
    this.services = services;
    this.target = target;
    this.body = body;
    this.changesRecords = changesRecords;
    this.plan = plan;
    this.attempts = attempts;
  }

  /** Runs a job to its end. */
  static <T, R> List<R> run(Services services, Job<T, R> job) throws Throwable {
    return run(
        services,
        job.target(),
        (records, partition, task) -> {
          R result = records.run(job.terminal(), task);
          services.checkResult(result, job.description());
          return result;
        },
        job.terminal() instanceof Terminal.Reduce,
        job.partitions(),
        job.enough(),
        job.description(),
        job.cancellation());
  }

  /** Runs {@code body}, which may change records, over all partitions of {@code target}. */
  static <R> List<R> run(
      Services services,
      PlanNode<?> target,
      Body<R> body,
      String description,
      Cancellation cancellation)
      throws Throwable {
    List<Integer> all = IntStream.range(0, target.numPartitions()).boxed().toList();
    return run(services, target, body, true, all, null, description, cancellation);
  }

  private static <R> List<R> run(
      Services services,
      PlanNode<?> target,
      Body<R> body,
      boolean changesRecords,
      List<Integer> partitions,
      @Nullable Predicate<List<R>> enough,
      String description,
      Cancellation cancellation)
      throws Throwable {
    try (TaskAttempts attempts =
        new TaskAttempts(
            services.pool(),
            services.maxFailures(),
            services.abortsFirstAttempts(),
            description,
            cancellation,
            services.closing())) {
      attempts.open();
      try (JobPlan plan = JobPlan.of(target, services.store(), services.passes());
          JobRun<R> run = new JobRun<>(services, target, body, changesRecords, plan, attempts)) {
        return run.run(partitions, enough);
      }
    }
  }

  private List<R> run(List<Integer> partitions, @Nullable Predicate<List<R>> enough)
      throws Throwable {
    Map<ExchangeNode<?>, List<ExchangeNode<?>>> lastReads = plan.lastReads();
    for (ExchangeNode<?> exchange : plan.exchanges()) {
      runExchange(exchange);
      lastReads.getOrDefault(exchange, List.of()).forEach(this::forget);
    }
    return runResults(partitions, enough);
  }

  private void forget(ExchangeNode<?> exchange) {
    ExchangeOutput output = outputs.remove(exchange);
    if (output != null) {
      output.close();
    }
  }

  @Override
  public void close() {
    List.copyOf(outputs.keySet()).forEach(this::forget);
  }

  private void runExchange(ExchangeNode<?> exchange) throws Throwable {
    int numTasks = exchange.parent().numPartitions();
    TaskStage stage = new TaskStage(services.nextStageId(), exchange, numTasks);
    ExchangeOutput output = new ExchangeOutput(exchange, services.spilling());
    outputs.put(exchange, output);
    SharedPass pass = services.passes().readBy(exchange);
    if (pass == null) {
      attempts.run(
          stage,
          numTasks,
          IntUnaryOperator.identity(),
          (number, task) -> write(exchange, output, number, task),
          output::adopt);
      return;
    }
    try (PassStage passing = new PassStage(pass, exchange, output, this, services)) {
      attempts.run(
          stage,
          numTasks,
          IntUnaryOperator.identity(),
          (number, task) ->
              passing.write(number, task, (i, alone) -> write(exchange, output, i, alone)),
          passing::adopt);
    }
  }

  private MapOutput write(
      ExchangeNode<?> exchange, ExchangeOutput output, int partition, EmbeddedTaskContext task)
      throws Exception {
    return output.write(
        lineage(task, Lineage.changesValues(exchange.combiner()))
            .pipeline(exchange.parent(), partition),
        partition,
        services.travelCheck(exchange));
  }

  private Lineage lineage(EmbeddedTaskContext task, boolean changesRecords) {
    Lineage lineage = new Lineage(this, services.store(), task);
    return changesRecords ? lineage.copying() : lineage;
  }

  private List<R> runResults(List<Integer> partitions, @Nullable Predicate<List<R>> enough)
      throws Throwable {
    List<R> results = new ArrayList<>(partitions.size());
    int wave = enough == null ? partitions.size() : 1;
    TaskStage stage = new TaskStage(services.nextStageId(), target, target.numPartitions());
    while (results.size() < partitions.size()) {
      int first = results.size();
      int end = first + Math.min(wave, partitions.size() - first);
      results.addAll(runWave(stage, partitions.subList(first, end)));
      if (enough != null && enough.test(results)) {
        break;
      }
      wave *= WAVE_GROWTH;
    }
    return results;
  }

  @SuppressWarnings("unchecked")
  private List<R> runWave(TaskStage stage, List<Integer> partitions) throws Throwable {
    R[] results = (R[]) new Object[partitions.size()];
    attempts.run(
        stage,
        results.length,
        partitions::get,
        (number, task) -> {
          int partition = partitions.get(number);
          Pipeline records = lineage(task, changesRecords).pipeline(target, partition);
          return body.run(records, partition, task);
        },
        (number, result) -> results[number] = result);
    return Arrays.asList(results);
  }

  @Override
  public RecordReader<?> exchange(ExchangeNode<?> node, int partition, EmbeddedTaskContext task)
      throws Exception {
    // There is none if the plan relied on kept records of a later node which have been lost.
    ExchangeOutput output = outputs.get(node);
    if (task.readsSharedExchanges() && output != null) {
      RecordReader<?> shared = output.read(partition, task::poll);
      if (shared != null) {
        return closing(shared, output, task);
      }
    }
    ExchangeOutput own = task.recomputed().get(node);
    if (own == null) {
      own = recompute(node, task);
      task.recomputed().put(node, own);
    }
    RecordReader<?> records = own.read(partition, task::poll);
    if (records == null) {
      throw new IllegalStateException(node + " is read again after reading it failed");
    }
    return closing(records, own, task);
  }

  /** What stays in memory needs no closing. */
  private static RecordReader<?> closing(
      RecordReader<?> records, ExchangeOutput output, EmbeddedTaskContext task) {
    return output.isSpilled() ? new ClosingReader(records, task.closeAtEnd(records)) : records;
  }

  @Override
  public Spilling spilling() {
    return services.spilling();
  }

  private ExchangeOutput recompute(ExchangeNode<?> node, EmbeddedTaskContext reader)
      throws Exception {
    ExchangeOutput own = new ExchangeOutput(node, services.spilling());
    reader.closeWithAttempt(own);
    for (int i = 0; i < node.parent().numPartitions(); i++) {
      EmbeddedTaskContext task = reader.recomputing(i);
      own.adopt(i, TaskAttempts.attempt(i, task, (number, t) -> write(node, own, number, t)));
    }
    return own;
  }

  @Override
  public BlockStore.@Nullable Block kept(PlanNode<?> node, int partition) {
    BlockStore.Block held = plan.kept(node, partition);
    if (held != null && !held.isLost()) {
      return held;
    }
    return node.storage() == null ? null : services.store().block(node, partition);
  }
}
