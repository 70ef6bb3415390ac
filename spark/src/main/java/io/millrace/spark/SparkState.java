package io.millrace.spark;

import io.millrace.JobFailedException;
import io.millrace.StateLimitException;
import io.millrace.internal.state.StateFiles;
import io.millrace.internal.state.StateForm;
import io.millrace.spi.Cancellation;
import io.millrace.spi.LostRecordsException;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.state.Attempt;
import io.millrace.spi.state.Compaction;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StateLimits;
import io.millrace.spi.state.StateOperator;
import io.millrace.spi.state.StatePlace;
import io.millrace.spi.state.StateSize;
import io.millrace.spi.state.StateStep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.storage.StreamBlockId;
import org.jspecify.annotations.Nullable;

/**
 * State in the memory of executors. The driver knows which version each partition is at, where it
 * was last, and which files it can be restored from; it never touches what is in it.
 *
 * <p>A step is a job of its own. A task that finds the version that the step begins with on its
 * executor goes on from there; one that doesn't says so, and the partition is restored there and
 * the task run again. Placing tasks where the state is, is a preference and no more.
 */
final class SparkState implements KeyedState {

  /** How often partitions that were not where they should be are sought again. */
  private static final int MAX_ROUNDS = 4;

  private final SparkEngine engine;
  private final StateDefinition definition;
  private final StateAddress address;
  private final StateForm form;
  private final int number;
  private final int numPartitions;
  private final HeldEntries held = new HeldEntries();
  private final StateBlocks stateBlocks;

  private List<StateVersion> versions;
  private List<String> locations;
  private long nextStep = 1;
  private boolean isLoaded;
  private boolean isStepping;

  // What the adopted version can be restored from; a background thread merges files of it.
  private @Nullable StatePlace place;
  private List<StateFile> files = List.of();
  private volatile Set<String> movedFiles = Set.of();

  /**
   * @param number of the state within its engine
   */
  SparkState(SparkEngine engine, StateDefinition definition, String key, int number) {
    this.engine = engine;
    this.definition = definition;
    this.address = StateAddress.of(key, definition);
    this.form = StateForm.of(definition.operator());
    this.number = number;
    this.stateBlocks = new StateBlocks(engine.spark(), number);
    this.numPartitions = definition.placement().numPartitions();
    this.versions = Collections.nCopies(numPartitions, StateVersion.EMPTY);
    this.locations = Collections.nCopies(numPartitions, "");
  }

  private List<Integer> allPartitions() {
    return IntStream.range(0, numPartitions).boxed().toList();
  }

  @Override
  public Attempt step(StateStep step, Cancellation cancellation) {
    if (isStepping) {
      throw new IllegalStateException(
          "the step of " + definition.name() + " before this one is not decided");
    }
    PlanNode<?> input = placed(step.input());
    isStepping = true;
    boolean succeeded = false;
    try {
      definition.placement().resolve();
      load(step.timeMillis(), allPartitions(), cancellation);
      Step tried = new Step(attempt(step, input, cancellation), step.delta());
      requireWithinLimits(tried.size());
      succeeded = true;
      return tried;
    } finally {
      isStepping = succeeded;
    }
  }

  private List<StepResult> attempt(StateStep step, PlanNode<?> input, Cancellation cancellation) {
    long stepNumber = nextStep++;
    stateBlocks.beginStep();
    StepBody body =
        new StepBody(
            address,
            stepNumber,
            versions,
            held.steps(),
            number,
            step.timeMillis(),
            step.window(),
            step.delta());
    List<@Nullable StepResult> results = new ArrayList<>(Collections.nCopies(numPartitions, null));
    List<Integer> open = allPartitions();
    for (int round = 0; !open.isEmpty(); round++) {
      if (round == MAX_ROUNDS) {
        throw lost(open, "they could not be brought back in " + MAX_ROUNDS + " attempts");
      }
      if (round > 0) {
        bringBack(open, stepNumber, step.timeMillis(), cancellation);
      }
      List<StepResult> told =
          engine.run(
              input, body, open, locations, "the state of " + definition.name(), cancellation);
      List<Integer> missing = new ArrayList<>();
      for (int i = 0; i < told.size(); i++) {
        if (told.get(i).isResident()) {
          results.set(open.get(i), told.get(i));
        } else {
          missing.add(open.get(i));
        }
      }
      open = missing;
    }
    return results.stream().map(Objects::requireNonNull).toList();
  }

  /** Restores partitions to the versions that they are at, wherever there is room. */
  private void bringBack(
      List<Integer> partitions, long stepNumber, long timeMillis, Cancellation cancellation) {
    StatePlace from = place;
    if (from != null) {
      RestoreBody body =
          new RestoreBody(address, stepNumber, versions, from, files(), !movedFiles.isEmpty());
      List<Told> told =
          runOver(
              body, partitions, "bringing back the state of " + definition.name(), cancellation);
      moved(partitions, told);
    } else if (definition.initial() != null && isAsLoaded(partitions)) {
      isLoaded = false;
      load(timeMillis, partitions, cancellation);
    } else {
      throw lost(
          partitions,
          "there is no checkpoint to restore them from: give the program a checkpoint directory"
              + " that all executors reach");
    }
  }

  private JobFailedException lost(List<Integer> partitions, String why) {
    String message =
        "partitions "
            + partitions
            + " of the state of "
            + definition.name()
            + " are lost with their executors, and "
            + why;
    return new JobFailedException(message, new LostRecordsException(message));
  }

  private boolean isAsLoaded(List<Integer> partitions) {
    return partitions.stream().allMatch(partition -> versions.get(partition).attempt() == 0);
  }

  private void load(long timeMillis, List<Integer> partitions, Cancellation cancellation) {
    PlanNode<?> initial = definition.initial();
    if (initial == null || isLoaded) {
      return;
    }
    StateVersion loaded = new StateVersion(nextStep++, 0);
    List<String> where =
        engine.run(
            initial,
            new LoadBody(address, loaded.step(), timeMillis),
            partitions,
            locations,
            "the initial state of " + definition.name(),
            cancellation);
    List<StateVersion> now = new ArrayList<>(versions);
    List<String> places = new ArrayList<>(locations);
    for (int i = 0; i < where.size(); i++) {
      now.set(partitions.get(i), loaded);
      places.set(partitions.get(i), where.get(i));
    }
    versions = List.copyOf(now);
    locations = List.copyOf(places);
    isLoaded = true;
  }

  private void moved(List<Integer> partitions, List<Told> told) {
    List<String> places = new ArrayList<>(locations);
    for (int i = 0; i < told.size(); i++) {
      places.set(partitions.get(i), told.get(i).location());
    }
    locations = List.copyOf(places);
  }

  private PlanNode<?> placed(@Nullable PlanNode<?> input) {
    Placement placement = definition.placement();
    if (input == null) {
      return nothing(numPartitions);
    }
    if (!placement.equals(input.placement())) {
      throw new IllegalArgumentException(input + " is not placed as " + definition.name() + " is");
    }
    return input;
  }

  private static PlanNode<Object> nothing(int numPartitions) {
    return new BlockSetNode<>(
        "nothing", new DriverBlocks<>("nothing", Collections.nCopies(numPartitions, List.of())));
  }

  /** The limits hold for the state as a whole, of which each executor sees its own part. */
  private void requireWithinLimits(StateSize size) {
    StateLimits limits = definition.limits();
    StateLimitException failure = null;
    if (size.entries() > limits.maxEntries()) {
      failure = StateLimitException.entries(definition.name(), size.entries(), limits.maxEntries());
    } else if (size.bytes() > limits.maxBytes()) {
      failure = StateLimitException.bytes(definition.name(), size.bytes(), limits.maxBytes());
    }
    if (failure != null) {
      throw new JobFailedException(String.valueOf(failure.getMessage()), failure);
    }
  }

  /**
   * Runs work over partitions without input.
   *
   * @throws JobFailedException if it fails in one of them, with what it failed with as the cause
   */
  private List<Told> runOver(
      StateBody body, List<Integer> partitions, String what, Cancellation cancellation) {
    List<Told> all =
        engine.run(nothing(numPartitions), body, partitions, locations, what, cancellation);
    for (int i = 0; i < all.size(); i++) {
      Exception failure = all.get(i).failure();
      if (failure != null) {
        throw new JobFailedException(
            what + " failed in partition " + partitions.get(i) + ": " + failure.getMessage(),
            failure);
      }
    }
    return all;
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
    return numPartitions;
  }

  @Override
  public void restore(
      StatePlace from, String stored, List<StateFile> read, Cancellation cancellation) {
    requireReadable(stored);
    definition.placement().resolve();
    versions = Collections.nCopies(numPartitions, StateVersion.EMPTY);
    boolean ofSamePartitions =
        read.stream().allMatch(file -> file.numPartitions() == numPartitions);
    boolean areOwn = ofSamePartitions && restore(from, read, false, cancellation);
    if (!areOwn) {
      restore(from, read, true, cancellation);
      movedFiles = read.stream().map(StateFile::name).collect(Collectors.toUnmodifiableSet());
    }
    place = from;
    setFiles(read);
    isLoaded = true;
  }

  /** Whether all keys were found in the files of the partitions that they belong to. */
  private boolean restore(
      StatePlace from, List<StateFile> read, boolean fromAll, Cancellation cancellation) {
    StateVersion restored = new StateVersion(nextStep++, 0);
    List<StateVersion> targets = Collections.nCopies(numPartitions, restored);
    List<Told> told =
        runOver(
            new RestoreBody(address, restored.step(), targets, from, read, fromAll),
            allPartitions(),
            "the restoring of the state of " + definition.name(),
            cancellation);
    if (told.stream().anyMatch(each -> Boolean.FALSE.equals(each.result()))) {
      return false;
    }
    moved(allPartitions(), told);
    versions = targets;
    return true;
  }

  private synchronized List<StateFile> files() {
    return files;
  }

  private synchronized void setFiles(List<StateFile> all) {
    files = List.copyOf(all);
  }

  private synchronized void addFiles(List<StateFile> more) {
    List<StateFile> all = new ArrayList<>(files);
    all.addAll(more);
    files = List.copyOf(all);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Optional<Compaction> compact(StatePlace in, String prefix, List<StateFile> all)
      throws IOException {
    if (!new StateFiles(in, definition, all).isWorthMerging(movedFiles)) {
      return Optional.empty(); // as mostly: not worth a job
    }
    List<Told> told =
        engine.run(
            nothing(1),
            new CompactBody(address, in, prefix, all, movedFiles),
            List.of(0),
            List.of(""),
            "merging files of the state of " + definition.name(),
            new Cancellation());
    Exception failure = told.get(0).failure();
    if (failure instanceof IOException io) {
      throw io;
    } else if (failure != null) {
      throw new IOException(
          "the files of " + definition.name() + " can't be merged: " + failure, failure);
    }
    List<Compaction> done = (List<Compaction>) told.get(0).result();
    if (done == null || done.isEmpty()) {
      return Optional.empty();
    }
    merged(done.get(0));
    return Optional.of(done.get(0));
  }

  /** What was merged stands where the first of the files was; it is as durable as they were. */
  private synchronized void merged(Compaction compaction) {
    Set<String> replaced = Set.copyOf(compaction.replaced());
    List<StateFile> now = new ArrayList<>();
    boolean isPlaced = false;
    for (StateFile file : files) {
      if (!replaced.contains(file.name())) {
        now.add(file);
      } else if (!isPlaced) {
        isPlaced = true;
        now.addAll(compaction.merged());
      }
    }
    files = List.copyOf(now);
  }

  @Override
  public void close() {
    ExecutorStates.forget(address.key());
  }

  private final class Step implements Attempt {

    private final List<StepResult> results;
    private final StateStep.@Nullable Delta delta;
    private final @Nullable BlockSetNode<?> entries;
    private final @Nullable BlockSetNode<?> emitted;
    private @Nullable StatePlace persistedIn;
    private List<StateFile> persisted = List.of();

    Step(List<StepResult> results, StateStep.@Nullable Delta delta) {
      this.results = results;
      this.delta = delta;
      boolean haveEntries = results.stream().allMatch(result -> result.numEntries() >= 0);
      this.entries = haveEntries ? node(entryBlocks(), true) : null;
      boolean haveEmitted = results.stream().allMatch(StepResult::emitted);
      boolean arePairs = definition.operator() instanceof StateOperator.CombinePanes;
      this.emitted = haveEmitted ? node(emittedBlocks(), arePairs) : entries;
    }

    private EntryBlocksOnExecutors entryBlocks() {
      EntryBlocksOnExecutors blocks = new EntryBlocksOnExecutors(engine.spark(), address, results);
      if (!results.isEmpty()) {
        held.add(results.get(0).version().step(), blocks);
      }
      return blocks;
    }

    private EmittedBlocks emittedBlocks() {
      List<StreamBlockId> blocks = new ArrayList<>();
      results.forEach(result -> blocks.add(new StreamBlockId(number, result.version().attempt())));
      EmittedBlocks all =
          new EmittedBlocks(engine.spark(), definition.name(), List.copyOf(blocks), results);
      engine.removeWhenUnused(all);
      stateBlocks.add(all);
      return all;
    }

    private BlockSetNode<?> node(BlockSetNode.BlockSet<?> blocks, boolean isPlaced) {
      return new BlockSetNode<>(
          definition.name(), blocks, isPlaced ? definition.placement() : null);
    }

    StateSize size() {
      StateSize size = StateSize.NONE;
      for (StepResult result : results) {
        size = size.plus(result.size());
      }
      return size;
    }

    private List<StateVersion> tried() {
      return results.stream().map(StepResult::version).toList();
    }

    private List<String> places() {
      return results.stream().map(StepResult::location).toList();
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
    public List<StateFile> persist(StatePlace in, String prefix, Cancellation cancellation) {
      String what = "writing down what a step has changed of " + definition.name();
      List<List<StateFile>> written =
          new ArrayList<>(Collections.nCopies(numPartitions, List.<StateFile>of()));
      List<Integer> open = takeWritten(in, written);
      for (int round = 0; !open.isEmpty(); round++) {
        if (round == MAX_ROUNDS) {
          throw lost(open, "what the step has changed was not written yet");
        }
        List<Integer> missing = new ArrayList<>();
        PersistBody body = new PersistBody(address, tried(), in, prefix + "-" + round);
        List<Told> told =
            engine.run(nothing(numPartitions), body, open, places(), what, cancellation);
        for (int i = 0; i < told.size(); i++) {
          take(told.get(i), open.get(i), what, written, missing);
        }
        open = missing;
      }
      List<StateFile> all = written.stream().flatMap(List::stream).toList();
      persistedIn = in;
      persisted = all;
      return all;
    }

    /** Takes what the step itself has written; returns the partitions that are left. */
    private List<Integer> takeWritten(StatePlace in, List<List<StateFile>> written) {
      boolean isToldPlace = delta != null && delta.place().equals(in);
      List<Integer> left = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        List<StateFile> files = results.get(i).written();
        if (isToldPlace && files != null) {
          written.set(i, files);
        } else {
          left.add(i);
        }
      }
      return left;
    }

    @SuppressWarnings("unchecked")
    private void take(
        Told told,
        int partition,
        String what,
        List<List<StateFile>> written,
        List<Integer> missing) {
      Exception failure = told.failure();
      if (failure != null) {
        throw new JobFailedException(
            what + " failed in partition " + partition + ": " + failure.getMessage(), failure);
      }
      if (told.isResident()) {
        written.set(partition, (List<StateFile>) told.result());
      } else {
        missing.add(partition);
      }
    }

    @Override
    public StateSize adopt() {
      versions = tried();
      locations = places();
      if (persistedIn != null) {
        place = persistedIn;
        addFiles(persisted);
      }
      isStepping = false;
      return size();
    }

    /** The next step begins with the versions before, and so undoes this one. */
    @Override
    public void abandon() {
      isStepping = false;
    }
  }
}
