package io.millrace.internal.scheduler;

import io.millrace.WindowCatchUp;
import io.millrace.internal.checkpoint.BatchKey;
import io.millrace.internal.checkpoint.BatchKind;
import io.millrace.source.InputRange;
import io.millrace.source.Source;
import io.millrace.spi.Engine;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.StorageMark;
import io.millrace.spi.plan.UnionNode;
import io.millrace.spi.state.StateStep;
import io.millrace.stream.StateInfo;
import io.millrace.stream.graph.DatasetUse;
import io.millrace.stream.graph.EntriesNode;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.Output;
import io.millrace.stream.graph.PaneWindowNode;
import io.millrace.stream.graph.StateNode;
import io.millrace.stream.graph.StreamNode;
import io.millrace.stream.graph.TransformNode;
import io.millrace.stream.graph.WindowNode;
import io.millrace.stream.graph.WindowSpan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes each stream's plan for each batch, once, and remembers plans for as long as later batches
 * need them. Used by the batch thread alone, but for {@link #slice}.
 *
 * <p>A stream that several others or outputs read is computed once per batch: declared outputs tee
 * off one pass over it where the engine can do that. Otherwise, and where user code holds datasets,
 * it is kept from its first computation to the end of the batch; one that a window reads, until the
 * last window with it has passed. Above a window, streams with several readers are kept as long as
 * the window may still ask for them, since it may be computed many batches later; streams with one
 * reader are not, as what they give is kept below.
 */
final class StreamPlans {

  /** The batch that is being planned. */
  record Batch(BatchKey key, BatchKind kind, Map<Integer, InputRange> ranges) {

    long timeMillis() {
      return key.timeMillis();
    }

    boolean isCatchUp() {
      return kind == BatchKind.CATCH_UP;
    }
  }

  /** A node's plan in a batch: not due at all, due without dataset, due with one, or failed. */
  private record Planned(
      boolean isDue, @Nullable PlanNode<?> plan, @Nullable StreamFailedException failure) {
    static final Planned NOT_DUE = new Planned(false, null, null);
    static final Planned NO_DATASET = new Planned(true, null, null);

    static Planned of(PlanNode<?> plan) {
      return new Planned(true, plan, null);
    }

    static Planned failed(StreamFailedException failure) {
      return new Planned(false, null, failure);
    }
  }

  private final Engine engine;
  private final List<StreamNode<?>> neededNodes;
  private final Map<StreamNode<?>, Integer> numConsumers = new HashMap<>();
  private final Set<StreamNode<?>> windowed = new HashSet<>();
  private final Map<StreamNode<?>, RememberedPlans> remembered = new HashMap<>();
  private final SharedStreams shared;
  private final States states;
  private final boolean unpersist;
  private final boolean remembersAll;
  private final boolean isAdvancedByUserCode;
  private final WindowEnds windowEnds;
  private final Map<StreamNode<?>, Planned> current = new HashMap<>();
  private @Nullable Batch open;
  private boolean isSharingDecided;

  /** From which on nodes are of the batch that runs, its abandoned attempts included. */
  private OptionalLong firstNode = OptionalLong.empty();

  /**
   * @param nodes all streams, parents before children
   * @param rememberMillis for how long the program wants to come back to any batch, 0 for not
   * @param unpersist whether what the user persisted goes with its batch too
   * @param catchUp which of the window ends that have passed are run
   */
  StreamPlans(
      List<StreamNode<?>> nodes,
      List<Output> outputs,
      Engine engine,
      States states,
      long rememberMillis,
      boolean unpersist,
      WindowCatchUp catchUp) {
    this.engine = engine;
    this.states = states;
    this.remembersAll = rememberMillis > 0;
    this.unpersist = unpersist;
    for (Output output : outputs) {
      numConsumers.merge(output.stream(), 1, Integer::sum);
    }
    Map<StreamNode<?>, Long> windowMillis = new HashMap<>();
    List<StreamNode<?>> needed = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      StreamNode<?> node = nodes.get(i);
      if (numConsumers.containsKey(node) || node instanceof StateNode<?, ?, ?>) {
        needed.add(0, node);
        long reach = windowMillis.getOrDefault(node, 0L);
        remembered.put(node, new RememberedPlans(horizon(node, reach, rememberMillis)));
        for (StreamNode<?> parent : node.parents()) {
          numConsumers.merge(parent, 1, Integer::sum);
          windowMillis.merge(parent, reach + node.parentRememberMillis(), Math::max);
        }
        if (node instanceof WindowNode<?> window) {
          windowed.add(window.parent());
        }
      }
    }
    this.neededNodes = List.copyOf(needed);
    this.windowEnds = new WindowEnds(neededNodes, catchUp);
    this.shared = new SharedStreams(neededNodes, outputs, numConsumers);
    this.isAdvancedByUserCode =
        madeByUserCode(neededNodes).stream().anyMatch(StreamPlans::isAdvanced);
    states.open(neededNodes);
  }

  /**
   * @param reach how far back windows read the stream
   */
  private static RememberedPlans.Horizon horizon(
      StreamNode<?> node, long reach, long rememberMillis) {
    long asked = Math.max(reach, rememberMillis);
    return new RememberedPlans.Horizon(
        Math.max(asked, node.slideMillis()), node.storage() == null ? reach : asked);
  }

  /** Whether the stream has to see every batch, whether or not an output is due. */
  private static boolean isAdvanced(StreamNode<?> node) {
    return node instanceof WindowNode<?>
        || node instanceof PaneWindowNode<?, ?>
        || node instanceof StateNode<?, ?, ?>;
  }

  /** Those of {@code nodes}, parents before children, whose plans user code has a part in. */
  private static Set<StreamNode<?>> madeByUserCode(List<StreamNode<?>> nodes) {
    Set<StreamNode<?>> made = new HashSet<>();
    for (StreamNode<?> node : nodes) {
      boolean isUserCode =
          node instanceof TransformNode<?> transform && transform.use() == DatasetUse.USER_CODE;
      if (isUserCode || node.parents().stream().anyMatch(made::contains)) {
        made.add(node);
      }
    }
    return made;
  }

  /**
   * Whether {@link #advance} runs user code on this thread, which may do anything: run jobs, or
   * tell others of the batch.
   */
  boolean isAdvancedByUserCode() {
    return isAdvancedByUserCode;
  }

  /** The ends of the program's windows. */
  WindowEnds windowEnds() {
    return windowEnds;
  }

  /**
   * Notes for later windows that the batch, which has advanced, is there.
   *
   * @return what it is to windows
   */
  WindowEnds.Recorded record(Batch batch) {
    Set<StreamNode<?>> emitting = windowEnds.areAny() ? emitting() : Set.of();
    return windowEnds.advance(batch.timeMillis(), batch.kind() == BatchKind.INPUT, emitting);
  }

  /** The states that have emitted records. */
  private Set<StreamNode<?>> emitting() {
    Set<StreamNode<?>> emitting = new HashSet<>();
    current.forEach(
        (node, planned) -> {
          if (isState(node)
              && planned.plan() instanceof BlockSetNode<?> emitted
              && emitted.blocks().numRecords() > 0) {
            emitting.add(node);
          }
        });
    return emitting;
  }

  /** The streams that outputs and states depend on, parents before children. */
  List<StreamNode<?>> neededNodes() {
    return neededNodes;
  }

  /**
   * Advances what has to see every batch: states and windows. One that fails does not keep the
   * others from it; {@link #plan} throws for what depends on it.
   *
   * @return the first failure
   */
  Optional<StreamFailedException> advance(Batch batch) {
    open = batch;
    if (firstNode.isEmpty()) {
      firstNode = OptionalLong.of(PlanNode.nextId());
    }
    StreamFailedException first = null;
    for (StreamNode<?> node : neededNodes) {
      if (isAdvanced(node)) {
        StreamFailedException failure = outcome(node, batch).failure();
        first = first != null ? first : failure;
      }
    }
    return Optional.ofNullable(first);
  }

  /**
   * The plan of a stream in this batch, or null if it is not due or has no dataset.
   *
   * @throws StreamFailedException if user code that makes the plan failed, now or earlier in the
   *     batch: it is not asked again
   */
  @Nullable PlanNode<?> plan(StreamNode<?> node, Batch batch) throws StreamFailedException {
    PlanNode<?> plan = planned(node, batch).plan();
    if (!isSharingDecided && shared.outputStreams().contains(node)) {
      decideSharing(batch);
    }
    return plan;
  }

  /**
   * Plans all outputs that depend on shared streams before the first of them runs, and asks the
   * engine to read these streams in one pass; those with which it can't are marked to be kept. What
   * can't be planned fails its own output.
   */
  private void decideSharing(Batch batch) {
    isSharingDecided = true;
    shared.outputStreams().forEach(node -> outcome(node, batch));
    shared
        .outputsOf()
        .forEach(
            (node, outputs) -> {
              Planned planned = current.get(node);
              PlanNode<?> plan = planned == null ? null : planned.plan();
              if (plan != null && !engine.share(plan, plans(outputs, batch))) {
                plan.setStorage(storage(node));
              }
            });
  }

  private List<PlanNode<?>> plans(List<StreamNode<?>> nodes, Batch batch) {
    List<PlanNode<?>> plans = new ArrayList<>(nodes.size());
    for (StreamNode<?> node : nodes) {
      PlanNode<?> plan = outcome(node, batch).plan();
      if (plan != null) {
        plans.add(plan);
      }
    }
    return plans;
  }

  private Planned planned(StreamNode<?> node, Batch batch) throws StreamFailedException {
    Planned planned = outcome(node, batch);
    StreamFailedException failure = planned.failure();
    if (failure != null) {
      throw failure;
    }
    return planned;
  }

  private Planned outcome(StreamNode<?> node, Batch batch) {
    // Parents first and by a stack of its own: a chain of streams may be longer than calls can
    // nest.
    Deque<StreamNode<?>> path = new ArrayDeque<>(List.of(node));
    while (!path.isEmpty()) {
      StreamNode<?> next = path.element();
      StreamNode<?> parent = current.containsKey(next) ? null : unplannedParent(next);
      if (parent != null) {
        path.push(parent);
      } else {
        path.pop();
        if (!current.containsKey(next)) {
          current.put(next, make(next, batch));
        }
      }
    }
    return Objects.requireNonNull(current.get(node));
  }

  /** The first parent without plan, of those that are asked: up to one that is not due. */
  private @Nullable StreamNode<?> unplannedParent(StreamNode<?> node) {
    for (StreamNode<?> parent : node.parents()) {
      Planned known = current.get(parent);
      if (known == null || !known.isDue()) {
        return known == null ? parent : null;
      }
    }
    return null;
  }

  private Planned make(StreamNode<?> node, Batch batch) {
    try {
      Planned planned = compute(node, batch);
      PlanNode<?> plan = planned.plan();
      return plan == null ? planned : Planned.of(mark(node, plan, batch));
    } catch (StreamFailedException e) {
      return Planned.failed(e);
    } catch (Throwable e) {
      if (e instanceof Error error && Failures.isFatal(e)) {
        throw Failures.located(error, "in stream " + node.label());
      }
      return Planned.failed(new StreamFailedException(node, e));
    } finally {
      Interrupts.forget(states::isCancelled);
    }
  }

  private Planned compute(StreamNode<?> node, Batch batch) throws Exception {
    if (node instanceof InputNode<?> input) {
      return batch.isCatchUp() ? Planned.NOT_DUE : dataset(read(input, batch));
    } else if (node instanceof TransformNode<?> transform) {
      return transform(transform, batch);
    } else if (node instanceof WindowNode<?> window) {
      return window(window, batch);
    } else if (node instanceof PaneWindowNode<?, ?> window) {
      return combinedWindow(window, batch);
    } else if (node instanceof StateNode<?, ?, ?> state) {
      return state(state, batch);
    }
    return entries((EntriesNode<?, ?>) node, batch);
  }

  private static Planned dataset(@Nullable PlanNode<?> plan) {
    return plan == null ? Planned.NO_DATASET : Planned.of(plan);
  }

  @SuppressWarnings("unchecked")
  private static @Nullable PlanNode<?> read(InputNode<?> input, Batch batch) {
    InputRange range = batch.ranges().get(input.id());
    // A batch that was planned before the source was there has none.
    return range == null ? null : ((Source<?, InputRange>) input.source()).read(range);
  }

  /** In a catch-up batch a stream without input has no dataset beside one of a window. */
  private Planned transform(TransformNode<?> node, Batch batch) throws Exception {
    List<@Nullable PlanNode<?>> parents = new ArrayList<>(node.parents().size());
    int numDue = 0;
    for (StreamNode<?> parent : node.parents()) {
      Planned planned = planned(parent, batch);
      numDue += planned.isDue() ? 1 : 0;
      parents.add(planned.plan());
    }
    boolean isDue = batch.isCatchUp() ? numDue > 0 : numDue == parents.size();
    return isDue ? dataset(node.body().plan(parents, batch.timeMillis())) : Planned.NOT_DUE;
  }

  private Planned window(WindowNode<?> node, Batch batch) throws Exception {
    planned(node.parent(), batch);
    WindowSpan span = node.span();
    long end = batch.timeMillis();
    if (!span.isEnd(end)) {
      return Planned.NOT_DUE;
    }
    List<PlanNode<Object>> held = new ArrayList<>();
    for (PlanNode<?> plan : remembered(node.parent()).between(end - span.lengthMillis(), end)) {
      held.add(untyped(plan));
    }
    return Planned.of(new UnionNode<>(node.operation(), held));
  }

  @SuppressWarnings("unchecked")
  private static PlanNode<Object> untyped(PlanNode<?> plan) {
    return (PlanNode<Object>) plan;
  }

  private Planned combinedWindow(PaneWindowNode<?, ?> node, Batch batch) throws Exception {
    PlanNode<?> added = planned(node.parent(), batch).plan();
    StateStep.WindowStep step = node.step(batch.timeMillis());
    if (batch.isCatchUp() && added == null && step.firesAtMillis() == null) {
      return Planned.NOT_DUE;
    }
    PlanNode<?> held = node.span().isInAnyWindow(batch.timeMillis()) ? added : null;
    PlanNode<?> fired = states.step(node, new StateStep(held, batch.timeMillis(), step)).emitted();
    return fired == null ? Planned.NOT_DUE : Planned.of(fired);
  }

  private Planned state(StateNode<?, ?, ?> node, Batch batch) throws Exception {
    Planned parent = planned(node.parent(), batch);
    if (!parent.isDue()) {
      return Planned.NOT_DUE;
    }
    StateStep step = new StateStep(parent.plan(), batch.timeMillis(), null);
    return dataset(states.step(node, step).emitted());
  }

  private Planned entries(EntriesNode<?, ?> node, Batch batch) throws Exception {
    if (!planned(node.state(), batch).isDue()) {
      return Planned.NOT_DUE;
    }
    return Planned.of(states.attempt(node.state()).entries());
  }

  /**
   * Names the plan after its stream and marks it to be kept where that is needed or asked for; of
   * shared streams that is {@linkplain #decideSharing decided} when all their readers are planned.
   * Marks go on a node of our own, since the plan may be a dataset that the user holds.
   */
  private PlanNode<?> mark(StreamNode<?> node, PlanNode<?> plan, Batch batch) {
    StorageMark storage = storage(node);
    PlanNode<?> marked = plan;
    if (storage != null) {
      marked = new UnionNode<>(node.operation(), List.of(untyped(plan)));
      if (!shared.contains(node)) {
        marked.setStorage(storage);
      }
    }
    remembered(node).add(batch.key(), marked);
    if (marked.name() == null) {
      marked.setName(node.label());
    }
    return marked;
  }

  /** How the records of a stream are kept, or null if they are not, or are in memory already. */
  private @Nullable StorageMark storage(StreamNode<?> node) {
    if (isStateful(node)) {
      return null;
    }
    boolean isShared = windowed.contains(node) || numConsumers.getOrDefault(node, 0) > 1;
    return node.storage() == null && isShared ? StorageMark.MEMORY_AND_DISK : node.storage();
  }

  /**
   * Ends a batch: forgets and drops what no later batch needs.
   *
   * @param advances whether what the batch tried on states is final
   * @return what the states then amount to
   */
  List<StateInfo> endBatch(long timeMillis, boolean advances) {
    List<StateInfo> infos = List.of();
    if (advances) {
      infos = states.adopt();
    } else {
      states.abandon();
    }
    if (advances) {
      retainForLaterBatches();
    }
    open = null;
    isSharingDecided = false;
    current.clear();
    remembered.forEach(
        (node, plans) -> {
          List<PlanNode<?>> dropped = plans.endBatch(timeMillis);
          boolean isKept = storage(node) != null || (isStateful(node) && isReadLater(node));
          if (isKept && (unpersist || node.storage() == null)) {
            dropped.forEach(engine::drop);
          }
        });
    firstNode.ifPresent(engine::endBatch);
    firstNode = OptionalLong.empty();
    return infos;
  }

  /**
   * Undoes what the open batch has tried on states, and forgets its plans with what is kept of
   * them: it is run anew.
   */
  void abandonBatch() {
    states.abandon();
    current.forEach(
        (node, planned) -> {
          PlanNode<?> plan = planned.plan();
          if (plan != null && storage(node) != null) {
            engine.drop(plan);
          }
        });
    open = null;
    isSharingDecided = false;
    current.clear();
  }

  /** Puts what states emitted under the bounds of memory, if it outlives its batch. */
  private void retainForLaterBatches() {
    current.forEach(
        (node, planned) -> {
          if (isStateful(node)
              && isReadLater(node)
              && planned.plan() instanceof BlockSetNode<?> emitted) {
            engine.retain(emitted);
          }
        });
  }

  private boolean isReadLater(StreamNode<?> node) {
    return windowed.contains(node) || remembersAll;
  }

  /** Whether what the stream yields is made by a step of a state. */
  static boolean isStateful(StreamNode<?> node) {
    return isState(node) || node instanceof PaneWindowNode<?, ?>;
  }

  private static boolean isState(StreamNode<?> node) {
    return node instanceof StateNode<?, ?, ?> || node instanceof EntriesNode<?, ?>;
  }

  States states() {
    return states;
  }

  /** The plan of a stream in the open batch, null if it has none, or was not asked for. */
  @Nullable PlanNode<?> known(StreamNode<?> node) {
    Planned planned = current.get(node);
    return planned == null ? null : planned.plan();
  }

  /** Takes the place of a batch that another process has run, for windows to read. */
  void remember(StreamNode<?> node, BatchKey batch, PlanNode<?> plan) {
    remembered(node).add(batch, plan);
  }

  /** Lets go of all states; no batch must follow. */
  void close() {
    states.close();
  }

  private RememberedPlans remembered(StreamNode<?> node) {
    RememberedPlans plans = remembered.get(node);
    if (plans == null) {
      throw new IllegalStateException(
          node + " has no batches: no output depends on it; add one, such as foreachRDD");
    }
    return plans;
  }

  /**
   * The plans of a stream in the batches of {@code [fromMillis, toMillis]}, both moved down to a
   * multiple of its slide. Batches before the first are left out.
   *
   * @param onBatchThread whether the batch that runs counts too; others see what has ended
   * @throws IllegalStateException if no output depends on the stream, if it remembers the batches
   *     no more, or if the plan of the batch that runs can't be made
   * @throws IllegalArgumentException if the interval has not passed yet
   */
  List<PlanNode<?>> slice(
      StreamNode<?> node, long fromMillis, long toMillis, boolean onBatchThread) {
    RememberedPlans plans = remembered(node);
    long slide = node.slideMillis();
    long from = Math.floorDiv(fromMillis, slide) * slide;
    long to = Math.floorDiv(toMillis, slide) * slide;
    Batch running = onBatchThread ? open : null;
    long last = running == null ? plans.endedMillis() : running.timeMillis();
    if (to > last) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has no batch of %d ms yet: %s",
              node,
              to,
              last == Long.MIN_VALUE
                  ? "no batch has ended"
                  : "the last is that of " + last + " ms"));
    }
    if (from <= plans.forgottenMillis()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s remembers batches for %d ms, which leaves those after %d ms, and not that of %d"
                  + " ms; call remember on the streaming context with a longer duration",
              node,
              plans.horizon().plans(),
              plans.forgottenMillis(),
              from));
    }
    // A batch with missed ticks lies between two multiples and belongs to the one before it.
    long end = to + slide - 1;
    if (running != null && running.timeMillis() >= from && running.timeMillis() <= end) {
      try {
        planned(node, running);
      } catch (StreamFailedException e) {
        throw new IllegalStateException(node + " failed in the batch that runs", e.reason());
      }
    }
    return plans.between(from - 1, end);
  }

  /** How many plans are held: at most one per stream and remembered batch. */
  int numRemembered() {
    return remembered.values().stream().mapToInt(RememberedPlans::size).sum();
  }
}
