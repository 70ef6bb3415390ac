package io.millrace.internal.scheduler;

import io.millrace.BatchFailure;
import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.internal.checkpoint.CheckpointState;
import io.millrace.internal.checkpoint.Fact;
import io.millrace.spi.Engine;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StatePlace;
import io.millrace.stream.CheckpointException;
import io.millrace.stream.CheckpointSpec;
import io.millrace.stream.graph.DefaultParallelism;
import io.millrace.stream.graph.SinkBinding;
import io.millrace.stream.graph.StreamGraph;
import io.millrace.stream.graph.StreamNode;
import io.millrace.stream.graph.WindowNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of a program that a checkpoint keeps, under the names that it keeps them by. What a
 * start does with them, and a plan of a start, is said elsewhere.
 */
final class KeptParts {

  private final CheckpointSpec spec;
  private final Conf conf;
  private final Engine engine;
  private final StreamPlans plans;
  private final StreamGraph graph;
  private final StreamIds ids;

  /**
   * @throws IllegalStateException if two parts would have the same name; lists them
   */
  KeptParts(CheckpointSpec spec, Conf conf, Engine engine, StreamPlans plans, StreamGraph graph) {
    this.spec = spec;
    this.conf = conf;
    this.engine = engine;
    this.plans = plans;
    this.graph = graph;
    this.ids = new StreamIds(plans.neededNodes(), graph.outputs());
  }

  CheckpointSpec spec() {
    return spec;
  }

  StreamPlans plans() {
    return plans;
  }

  StreamIds ids() {
    return ids;
  }

  RecordedInputPolicy recordedInputPolicy() {
    return new RecordedInputPolicy(conf.get(Settings.ON_UNREADABLE_INPUT), ids, spec.location());
  }

  /** Why no program of these settings can keep a checkpoint; empty if one can. */
  Optional<String> misfit() {
    return conf.get(Settings.BATCH_FAILURE) == BatchFailure.CONTINUE
        ? Optional.of(
            Settings.BATCH_FAILURE.key()
                + "=continue gives up the input of failed batches, and a checkpoint promises that"
                + " nothing is lost: use one or the other")
        : Optional.empty();
  }

  /** The transactional outputs, in order of declaration. */
  List<SinkBinding> sinks() {
    List<SinkBinding> sinks = new ArrayList<>();
    graph.outputs().forEach(output -> sinks.addAll(output.sinks()));
    return sinks;
  }

  /** The plain windows; of several that share a name, as one stream's may, the longest. */
  List<WindowBlocks.Reach> windows() {
    Map<String, WindowBlocks.Reach> windows = new LinkedHashMap<>();
    for (StreamNode<?> node : plans.neededNodes()) {
      if (node instanceof WindowNode<?> window) {
        WindowBlocks.Reach reach =
            new WindowBlocks.Reach(
                ids.ofNode(window), window.parent(), window.span().lengthMillis());
        windows.merge(reach.id(), reach, (a, b) -> a.lengthMillis() >= b.lengthMillis() ? a : b);
      }
    }
    return List.copyOf(windows.values());
  }

  Map<String, KeyedState> states() {
    Map<String, KeyedState> byId = new HashMap<>();
    plans.states().all().forEach((node, state) -> byId.put(ids.ofNode(node), state));
    return byId;
  }

  /** Where the files of states, windows and staged rows are. */
  StatePlace place(CheckpointStorage storage) {
    return new StatePlace(
        storage, spec.codecs(), conf.get(Settings.CHECKPOINT_MAX_INLINE_BYTES).intValue());
  }

  /** What becomes of everything if the program goes on from there. */
  Upgrade upgrade(CheckpointState state) {
    return new Upgrade(state, plans, ids, sinks(), spec);
  }

  /** Fills a state with what a checkpoint has of it, if anything. */
  void restore(StreamNode<?> node, CheckpointState state, StatePlace place) {
    CheckpointState.StateContents contents = state.states().get(ids.ofNode(node));
    if (contents != null) {
      try {
        plans.states().restore(node, place, contents.form(), contents.files());
      } catch (RuntimeException e) {
        throw new CheckpointException(
            "the state of " + node + " can't be restored: " + e.getMessage(), e);
      }
    }
  }

  /** How many partitions there are by default in batches that are new. */
  int presentParallelism() {
    return conf.find(Settings.DEFAULT_PARALLELISM).orElseGet(engine::defaultParallelism);
  }

  /** The batch that runs again has as many partitions as the first time. */
  void useParallelismOf(Fact.Planned planned) {
    graph.parallelism().use(planned.parallelism());
    plans.states().reopen();
  }

  DefaultParallelism parallelism() {
    return graph.parallelism();
  }
}
