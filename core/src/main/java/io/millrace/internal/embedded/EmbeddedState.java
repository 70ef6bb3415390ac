package io.millrace.internal.embedded;

import io.millrace.JobCancelledException;
import io.millrace.JobFailedException;
import io.millrace.TaskContext;
import io.millrace.internal.pipeline.Rows;
import io.millrace.internal.state.EntryBlocks;
import io.millrace.internal.state.Quota;
import io.millrace.internal.state.RowBlocks;
import io.millrace.internal.state.StateFiles;
import io.millrace.internal.state.StateForm;
import io.millrace.internal.state.StatePartition;
import io.millrace.internal.state.StatePartitions;
import io.millrace.internal.state.StateView;
import io.millrace.spi.Cancellation;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.state.Attempt;
import io.millrace.spi.state.Compaction;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StateOperator;
import io.millrace.spi.state.StatePlace;
import io.millrace.spi.state.StateSize;
import io.millrace.spi.state.StateStep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** State in the memory of this JVM. A step is one job, whose tasks change the partitions. */
final class EmbeddedState implements KeyedState {

  private final EmbeddedEngine engine;
  private final StateDefinition definition;
  private final StateForm form;
  private final Quota quota;
  private final List<StatePartition> partitions = new ArrayList<>();
  private volatile Set<String> movedFiles = Set.of();
  private boolean isLoaded;
  private boolean isStepping;

  EmbeddedState(EmbeddedEngine engine, StateDefinition definition) {
    this.engine = engine;
    this.definition = definition;
    this.form = StateForm.of(definition.operator());
    this.quota = new Quota(definition.name(), definition.limits());
    for (int i = 0; i < definition.placement().numPartitions(); i++) {
      partitions.add(newPartition(i));
    }
  }

  private StatePartition newPartition(int number) {
    return StatePartitions.of(
        definition, number, quota, objects -> SizeEstimate.ofElements(objects, objects.length));
  }

  @Override
  public Attempt step(StateStep step, Cancellation cancellation) {
    if (isStepping) {
      throw new IllegalStateException(
          "the step of " + definition.name() + " before this one is not decided");
    }
    isStepping = true;
    try {
      load(step.timeMillis(), cancellation);
      StateStep.Delta delta = step.delta();
      List<Tried> tried =
          engine.runOver(
              placed(step.input()),
              (records, partition, task) -> {
                Optional<Rows> emitted =
                    partitions.get(partition).attempt(records.reader(), step, task::poll);
                return new Tried(emitted, delta == null ? null : written(delta, partition, task));
              },
              "the state of " + definition.name(),
              cancellation);
      return new Step(delta, tried);
    } catch (Throwable e) {
      abandon();
      throw e;
    }
  }

  /**
   * What a step came to in one partition.
   *
   * @param written its way to the disk, or why it can't go there; null if no place was told
   */
  private record Tried(Optional<Rows> emitted, @Nullable Outcome<WrittenAside> written) {}

  private Outcome<WrittenAside> written(
      StateStep.Delta delta, int partition, EmbeddedTaskContext task) throws InterruptedException {
    return Outcome.of(
        (number, context) ->
            WrittenAside.write(
                partitions.get(number),
                delta,
                number,
                partitions.size(),
                context.attemptNumber(),
                engine.writers()),
        partition,
        task);
  }

  private void load(long timeMillis, Cancellation cancellation) {
    PlanNode<?> initial = definition.initial();
    if (initial == null || isLoaded) {
      return;
    }
    engine.runOver(
        initial,
        (records, partition, task) -> {
          partitions.get(partition).load(records.reader(), timeMillis, task::poll);
          return true;
        },
        "the initial state of " + definition.name(),
        cancellation);
    isLoaded = true;
  }

  private PlanNode<?> placed(@Nullable PlanNode<?> input) {
    Placement placement = definition.placement();
    if (input == null) {
      return new BlockSetNode<>("nothing", new NoRecords(placement.numPartitions()), placement);
    }
    if (!placement.equals(input.placement())) {
      throw new IllegalArgumentException(input + " is not placed as " + definition.name() + " is");
    }
    return input;
  }

  private void abandon() {
    partitions.forEach(StatePartition::abandon);
    isStepping = false;
  }

  @Override
  public String form() {
    return form.toString();
  }

  @Override
  public void requireReadable(String stored) {
    form.requireReadable(stored, definition.name());
  }

  @Override
  public int numPartitions() {
    return partitions.size();
  }

  @Override
  public void restore(
      StatePlace place, String stored, List<StateFile> files, Cancellation cancellation) {
    requireReadable(stored);
    definition.placement().resolve();
    StateFiles content = new StateFiles(place, definition, files);
    boolean isRestored = false;
    try {
      if (!content.areOfSamePartitions()
          || restore(content::restoreFromOwn, cancellation).contains(false)) {
        restore(
            (partition, number, poll) -> {
              content.restoreFromAll(partition, number, poll);
              return true;
            },
            cancellation);
        movedFiles = files.stream().map(StateFile::name).collect(Collectors.toUnmodifiableSet());
      }
      isRestored = true;
      isLoaded = true;
    } finally {
      if (!isRestored) {
        for (int i = 0; i < partitions.size(); i++) {
          empty(i);
        }
      }
    }
  }

  /** Fills an empty partition. */
  @FunctionalInterface
  private interface Restoring {
    boolean restore(StatePartition partition, int number, Runnable poll) throws Exception;
  }

  private List<Boolean> restore(Restoring restoring, Cancellation cancellation) {
    return runOnce(
        "the restoring of the state of " + definition.name(),
        (number, task) -> restoring.restore(empty(number), number, task::poll),
        cancellation);
  }

  /** Each attempt at restoring a partition begins with an empty one. */
  private StatePartition empty(int number) {
    partitions.get(number).discard();
    StatePartition empty = newPartition(number);
    partitions.set(number, empty);
    return empty;
  }

  /** Work on one partition that fails for good the first time. */
  @FunctionalInterface
  private interface Once<R> {
    R run(int partition, EmbeddedTaskContext task) throws Exception;
  }

  /**
   * Runs work in all partitions. What fails is not tried again: neither a value without codec nor a
   * damaged file is better the second time, and whether a storage is, the caller knows best.
   *
   * @throws JobFailedException if it fails in one of them, with what it failed with as the cause
   */
  private <R> List<R> runOnce(String what, Once<R> work, Cancellation cancellation) {
    List<Outcome<R>> outcomes =
        engine.runOver(
            placed(null),
            (records, partition, task) -> Outcome.of(work, partition, task),
            what,
            cancellation);
    List<R> results = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      results.add(outcomes.get(i).get(what, i));
    }
    return results;
  }

  private record Outcome<R>(Optional<R> result, @Nullable Exception failure) {

    R get(String what, int partition) {
      return result.orElseThrow(() -> failed(what, partition, Objects.requireNonNull(failure)));
    }

    static JobFailedException failed(String what, int partition, Exception failure) {
      return new JobFailedException(
          what + " failed in partition " + partition + ": " + failure.getMessage(), failure);
    }

    static <R> Outcome<R> of(Once<R> work, int partition, EmbeddedTaskContext task)
        throws InterruptedException {
      try {
        return new Outcome<>(Optional.of(work.run(partition, task)), null);
      } catch (InterruptedException | JobCancelledException e) {
        throw e;
      } catch (Exception e) {
        task.poll(); // a job that was cancelled has not failed
        return new Outcome<>(Optional.empty(), e);
      }
    }
  }

  @Override
  public Optional<Compaction> compact(StatePlace place, String prefix, List<StateFile> files)
      throws IOException {
    return new StateFiles(place, definition, files).compact(prefix, movedFiles);
  }

  @Override
  public void close() {
    partitions.clear();
  }

  private final class Step implements Attempt {

    private final @Nullable BlockSetNode<?> entries;
    private final @Nullable BlockSetNode<?> emitted;
    private final StateStep.@Nullable Delta delta;

    /** What is under way to the place that the step was told; none once it was asked for. */
    private List<Outcome<WrittenAside>> underWay;

    Step(StateStep.@Nullable Delta delta, List<Tried> tried) {
      this.delta = delta;
      this.underWay = tried.stream().map(Tried::written).filter(Objects::nonNull).toList();
      List<Rows> emittedRows =
          tried.stream().map(Tried::emitted).flatMap(Optional::stream).toList();
      List<StateView> views =
          partitions.stream().map(StatePartition::view).flatMap(Optional::stream).toList();
      int numPartitions = partitions.size();
      this.entries = views.size() == numPartitions ? node(new EntryBlocks(views), true) : null;
      boolean arePairs = definition.operator() instanceof StateOperator.CombinePanes;
      this.emitted =
          emittedRows.size() == numPartitions
              ? node(new RowBlocks(emittedRows), arePairs)
              : entries;
    }

    private BlockSetNode<?> node(BlockSetNode.BlockSet<?> blocks, boolean isPlaced) {
      return new BlockSetNode<>(
          definition.name(), blocks, isPlaced ? definition.placement() : null);
    }

    @Override
    public @Nullable BlockSetNode<?> emitted() {
      return emitted;
    }

    @Override
    public BlockSetNode<?> entries() {
      if (entries == null) {
        throw new IllegalStateException(definition.name() + " has no entries to show");
      }
      return entries;
    }

    @Override
    public List<StateFile> persist(StatePlace place, String prefix, Cancellation cancellation) {
      String what = "writing down what a step has changed of " + definition.name();
      List<Outcome<WrittenAside>> written = underWay;
      underWay = List.of();
      if (written.isEmpty() || delta == null || !delta.place().equals(place)) {
        StateStep.Delta asked = new StateStep.Delta(place, prefix);
        written =
            engine.runOver(
                placed(null),
                (records, partition, task) -> written(asked, partition, task),
                what,
                cancellation);
      }
      return await(written, what, cancellation);
    }

    private List<StateFile> await(
        List<Outcome<WrittenAside>> written, String what, Cancellation cancellation) {
      CompletableFuture<Void> cancelled = new CompletableFuture<>();
      Runnable cancel =
          () -> cancelled.completeExceptionally(new JobCancelledException(what + " was cancelled"));
      cancellation.onCancel(cancel);
      engine.closing().onCancel(cancel);
      try {
        List<StateFile> files = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
          try {
            files.addAll(written.get(i).get(what, i).await(cancelled));
          } catch (JobCancelledException | JobFailedException e) {
            throw e;
          } catch (IOException | RuntimeException e) {
            throw Outcome.failed(what, i, e);
          }
        }
        return files;
      } finally {
        cancellation.forget(cancel);
        engine.closing().forget(cancel);
      }
    }

    @Override
    public StateSize adopt() {
      StateSize size = StateSize.NONE;
      for (StatePartition partition : partitions) {
        size = size.plus(partition.adopt());
      }
      isStepping = false;
      return size;
    }

    @Override
    public void abandon() {
      EmbeddedState.this.abandon();
    }
  }

  /** The input of a batch without dataset. */
  private record NoRecords(int numPartitions) implements BlockSetNode.BlockSet<Object> {

    @Override
    public RecordReader<Object> open(int partition, TaskContext context) {
      return (into, max) -> -1;
    }

    @Override
    public long numRecords() {
      return 0;
    }

    @Override
    public String description() {
      return "no records";
    }
  }
}
