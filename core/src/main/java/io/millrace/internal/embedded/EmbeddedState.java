package io.millrace.internal.embedded;

import io.millrace.TaskContext;
import io.millrace.internal.pipeline.Rows;
import io.millrace.internal.state.EntryBlocks;
import io.millrace.internal.state.Quota;
import io.millrace.internal.state.RowBlocks;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** State in the memory of this JVM. A step is one job, whose tasks change the partitions. */
final class EmbeddedState implements KeyedState {

  private final EmbeddedEngine engine;
  private final StateDefinition definition;
  private final List<StatePartition> partitions = new ArrayList<>();
  private boolean isLoaded;
  private boolean isStepping;

  EmbeddedState(EmbeddedEngine engine, StateDefinition definition) {
    this.engine = engine;
    this.definition = definition;
    Quota quota = new Quota(definition.name(), definition.limits());
    for (int i = 0; i < definition.placement().numPartitions(); i++) {
      partitions.add(
          StatePartitions.of(
              definition, i, quota, objects -> SizeEstimate.ofElements(objects, objects.length)));
    }
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
      List<Optional<Rows>> emitted =
          engine.runOver(
              placed(step.input()),
              (records, partition, task) ->
                  partitions.get(partition).attempt(records.reader(), step, task::poll),
              "the state of " + definition.name(),
              cancellation);
      return new Step(emitted);
    } catch (Throwable e) {
      abandon();
      throw e;
    }
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
    return "todo";
  }

  @Override
  public void restore(
      StatePlace place, String form, List<StateFile> files, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Compaction> compact(StatePlace place, String prefix, List<StateFile> files) {
    return Optional.empty();
  }

  @Override
  public void close() {
    partitions.clear();
  }

  private final class Step implements Attempt {

    private final @Nullable BlockSetNode<?> entries;
    private final @Nullable BlockSetNode<?> emitted;

    Step(List<Optional<Rows>> rows) {
      List<Rows> emittedRows = rows.stream().flatMap(Optional::stream).toList();
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
      return List.of();
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
