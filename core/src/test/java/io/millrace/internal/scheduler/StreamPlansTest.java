package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.WindowCatchUp;
import io.millrace.internal.checkpoint.BatchKey;
import io.millrace.internal.checkpoint.BatchKind;
import io.millrace.rdd.RDDContext;
import io.millrace.source.InputRange;
import io.millrace.source.ReplaySource;
import io.millrace.spi.Cancellation;
import io.millrace.spi.plan.UnionNode;
import io.millrace.spi.state.StateLimits;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.StreamGraph;
import io.millrace.stream.graph.StreamNode;
import io.millrace.stream.graph.TransformNode;
import io.millrace.stream.graph.WindowNode;
import io.millrace.stream.graph.WindowSpan;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamPlansTest {

  private static final ReplaySource.Lines NOTHING = new ReplaySource.Lines(0, List.of());

  private final StreamGraph graph = new StreamGraph();
  private final InputNode<String> input =
      graph.add(
          id ->
              new InputNode<>(
                  id, "input", ReplaySource.of(InputStream::nullInputStream, line -> 0L), 10));

  private StreamNode<String> derived(StreamNode<?>... parents) {
    return graph.add(
        id ->
            new TransformNode<>(
                id, "derived", List.of(parents), (plans, time) -> new UnionNode<>("d", List.of())));
  }

  private static StreamPlans.Batch batch(long time) {
    return new StreamPlans.Batch(
        new BatchKey(time, time / 10), BatchKind.IDLE, Map.<Integer, InputRange>of(0, NOTHING));
  }

  private int numRememberedAfter(int numBatches) throws Exception {
    try (RDDContext context = new RDDContext("local[1]", "plans-test")) {
      StreamPlans plans =
          new StreamPlans(
              graph.nodes(),
              graph.outputs(),
              context.engine(),
              new States(context.engine(), new Cancellation(), StateLimits.NONE),
              graph.rememberMillis(),
              true,
              WindowCatchUp.ALL);
      for (int i = 1; i <= numBatches; i++) {
        plans.advance(batch(10L * i));
        for (StreamNode<?> node : plans.neededNodes()) {
          plans.plan(node, batch(10L * i));
        }
        plans.endBatch(10L * i, true);
      }
      return plans.numRemembered();
    }
  }

  @Test
  void plans_areForgottenWhenTheNextBatchEnds() throws Exception {
    graph.addOutput("out", derived(derived(input)), (plan, batch, staging) -> {});
    assertThat(numRememberedAfter(1_000)).as("one of each stream").isEqualTo(3);
  }

  @Test
  void plans_ofSharedStreams_areForgottenWhenTheNextBatchEnds() throws Exception {
    StreamNode<String> shared = derived(input);
    graph.addOutput("out", shared, (plan, batch, staging) -> {});
    graph.addOutput("out", derived(shared, shared), (plan, batch, staging) -> {});
    assertThat(numRememberedAfter(1_000)).as("one of each stream").isEqualTo(3);
  }

  @Test
  void plans_thatAWindowReads_areRememberedAsLongAsItIs() throws Exception {
    StreamNode<String> parent = derived(derived(input));
    WindowNode<String> window =
        graph.add(id -> new WindowNode<>(id, "window", parent, new WindowSpan(50, 20)));
    graph.addOutput("out", window, (plan, batch, staging) -> {});
    assertThat(numRememberedAfter(20_000))
        .as("five of the window's parent and of each above it, one window")
        .isEqualTo(3 * 5 + 1);
  }

  @Test
  void plans_ofAWindowOfAWindow_areRememberedForBoth() throws Exception {
    StreamNode<String> parent = derived(input);
    WindowNode<String> inner =
        graph.add(id -> new WindowNode<>(id, "window", parent, new WindowSpan(50, 20)));
    WindowNode<String> outer =
        graph.add(id -> new WindowNode<>(id, "window", inner, new WindowSpan(40, 20)));
    graph.addOutput("out", outer, (plan, batch, staging) -> {});
    // One outer window, two inner ones within 40 ms, and nine batches of two streams within 90 ms.
    assertThat(numRememberedAfter(1_000)).isEqualTo(1 + 2 + 2 * 9);
  }

  @Test
  void plans_areRememberedForAsLongAsTheProgramAsks() throws Exception {
    graph.addOutput("out", derived(input), (plan, batch, staging) -> {});
    graph.remember(70);
    graph.remember(30);
    assertThat(numRememberedAfter(1_000)).isEqualTo(2 * 7);
  }

  @Test
  void slice_findsAWindowThatWasCaughtUpWith_underItsEnd() {
    long number = 0;
    StreamNode<String> parent = derived(input);
    WindowNode<String> window =
        graph.add(id -> new WindowNode<>(id, "window", parent, new WindowSpan(20, 20)));
    graph.addOutput("out", window, (plan, batch, staging) -> {});
    try (RDDContext context = new RDDContext("local[1]", "plans-test")) {
      StreamPlans plans =
          new StreamPlans(
              graph.nodes(),
              graph.outputs(),
              context.engine(),
              new States(context.engine(), new Cancellation(), StateLimits.NONE),
              100,
              true,
              WindowCatchUp.ALL);
      // The tick of 20 ms was missed, so its window is caught up with before the batch of 30 ms.
      for (BatchKind kind : List.of(BatchKind.INPUT, BatchKind.CATCH_UP, BatchKind.INPUT)) {
        number++;
        plans.advance(
            new StreamPlans.Batch(new BatchKey(10 * number, number), kind, Map.of(0, NOTHING)));
        plans.endBatch(10 * number, true);
      }
      plans.advance(batch(40));
      plans.endBatch(40, true);
      assertThat(plans.slice(window, 20, 20, false)).hasSize(1);
      assertThat(plans.slice(window, 20, 40, false)).hasSize(2);
      assertThat(plans.slice(parent, 20, 20, false)).as("no batch of 20 ms").isEmpty();
      assertThat(plans.slice(parent, 30, 30, false)).hasSize(1);
    }
  }

  @Test
  void neededNodes_areThoseThatOutputsReach_parentsFirst() {
    StreamNode<String> used = derived(input);
    derived(used);
    graph.addOutput("out", used, (plan, batch, staging) -> {});
    try (RDDContext context = new RDDContext("local[1]", "plans-test")) {
      assertThat(
              new StreamPlans(
                      graph.nodes(),
                      graph.outputs(),
                      context.engine(),
                      new States(context.engine(), new Cancellation(), StateLimits.NONE),
                      graph.rememberMillis(),
                      true,
                      WindowCatchUp.ALL)
                  .neededNodes())
          .containsExactly(input, used);
    }
  }
}
