package io.millrace.internal.scheduler;

import io.millrace.spi.Cancellation;
import io.millrace.spi.Engine;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.state.Attempt;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StateLimits;
import io.millrace.spi.state.StatePlace;
import io.millrace.spi.state.StateSize;
import io.millrace.spi.state.StateStep;
import io.millrace.stream.StateInfo;
import io.millrace.stream.graph.PaneWindowNode;
import io.millrace.stream.graph.StateNode;
import io.millrace.stream.graph.StreamNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The states of a stream graph and what the open batch has tried on them. Used by the batch thread
 * alone.
 */
final class States {

  private final Engine engine;
  private final Cancellation cancellation;
  private final StateLimits limits;
  private final Map<StreamNode<?>, KeyedState> states = new LinkedHashMap<>();
  private final Map<StreamNode<?>, Attempt> attempts = new LinkedHashMap<>();
  private Supplier<Optional<StateStep.Delta>> deltas = Optional::empty;

  States(Engine engine, Cancellation cancellation, StateLimits limits) {
    this.engine = engine;
    this.cancellation = cancellation;
    this.limits = limits;
  }

  /** Whether the jobs of the steps, and what runs between them, have to end. */
  boolean isCancelled() {
    return cancellation.isCancelled();
  }

  /** Makes the states of those nodes that have one. */
  void open(List<StreamNode<?>> nodes) {
    for (StreamNode<?> node : nodes) {
      definition(node).ifPresent(definition -> states.put(node, engine.newState(definition)));
    }
  }

  private Optional<StateDefinition> definition(StreamNode<?> node) {
    if (node instanceof StateNode<?, ?, ?> state) {
      Placement placement = state.placement();
      return Optional.of(
          new StateDefinition(
              node.label(), state.operator(), placement, state.initial(placement), limits));
    } else if (node instanceof PaneWindowNode<?, ?> window) {
      return Optional.of(
          new StateDefinition(node.label(), window.operator(), window.placement(), null, limits));
    }
    return Optional.empty();
  }

  /**
   * Makes those states anew, and empty, that are placed in another way since the default
   * parallelism has changed; between two batches.
   *
   * @return their streams
   */
  List<StreamNode<?>> reopen() {
    List<StreamNode<?>> reopened = new ArrayList<>();
    for (StreamNode<?> node : List.copyOf(states.keySet())) {
      StateDefinition definition = definition(node).orElseThrow();
      KeyedState before = state(node);
      if (before.numPartitions() != definition.placement().numPartitions()) {
        states.put(node, engine.newState(definition));
        before.close();
        reopened.add(node);
      }
    }
    return reopened;
  }

  /** From here on, what steps change is going to be written to a place. */
  void writeTo(StatePlace place, Supplier<String> newPrefix) {
    deltas = () -> Optional.of(new StateStep.Delta(place, newPrefix.get()));
  }

  /** Advances a state by the open batch. */
  Attempt step(StreamNode<?> node, StateStep step) {
    StateStep told = deltas.get().map(step::to).orElse(step);
    Attempt attempt = state(node).step(told, cancellation);
    attempts.put(node, attempt);
    return attempt;
  }

  /** What the open batch has tried on a state. */
  Attempt attempt(StreamNode<?> node) {
    Attempt attempt = attempts.get(node);
    if (attempt == null) {
      throw new IllegalStateException(node + " has not advanced in this batch");
    }
    return attempt;
  }

  /** What is to be written down of a state. */
  interface Persisting {

    /** What the files contain. */
    String form();

    /** As {@link Attempt#persist}. */
    List<StateFile> persist(StatePlace place, String prefix);
  }

  /** Takes what is to be written down of one state. */
  @FunctionalInterface
  interface Persister {
    void accept(StreamNode<?> node, Persisting persisting);
  }

  /** Offers what the batch has tried to be written down, state by state. */
  void persist(Persister persister) {
    attempts.forEach((node, attempt) -> persister.accept(node, persisting(node, attempt)));
  }

  private Persisting persisting(StreamNode<?> node, Attempt attempt) {
    return new Persisting() {
      @Override
      public String form() {
        return state(node).form();
      }

      @Override
      public List<StateFile> persist(StatePlace place, String prefix) {
        return attempt.persist(place, prefix, cancellation);
      }
    };
  }

  /** The state of a stream. */
  KeyedState state(StreamNode<?> node) {
    KeyedState state = states.get(node);
    if (state == null) {
      throw new IllegalStateException(node + " has no state");
    }
    return state;
  }

  /** The states by stream. */
  Map<StreamNode<?>, KeyedState> all() {
    return Map.copyOf(states);
  }

  /** Fills a state, before the first batch. */
  void restore(StreamNode<?> node, StatePlace place, String form, List<StateFile> files) {
    state(node).restore(place, form, files, cancellation);
  }

  /** Makes what the batch has tried final, and tells what the states then amount to. */
  List<StateInfo> adopt() {
    List<StateInfo> infos = new ArrayList<>(attempts.size());
    attempts.forEach((node, attempt) -> infos.add(info(node, attempt.adopt())));
    attempts.clear();
    return infos;
  }

  private static StateInfo info(StreamNode<?> node, StateSize size) {
    return new StateInfo(
        node.id(), node.label(), size.entries(), size.bytes(), size.updated(), size.removed());
  }

  /** Undoes what the batch has tried. */
  void abandon() {
    attempts.values().forEach(Attempt::abandon);
    attempts.clear();
  }

  /** Lets go of all states. */
  void close() {
    states.values().forEach(KeyedState::close);
  }
}
