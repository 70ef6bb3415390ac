package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.WindowCatchUp;
import io.millrace.source.ReplaySource;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.StreamGraph;
import io.millrace.stream.graph.StreamNode;
import io.millrace.stream.graph.WindowNode;
import io.millrace.stream.graph.WindowSpan;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which window ends have to be run. The batch interval is 10 ms. */
class WindowEndsTest {

  private final StreamGraph graph = new StreamGraph();
  private final InputNode<String> input =
      graph.add(
          id ->
              new InputNode<>(
                  id, "input", ReplaySource.of(InputStream::nullInputStream, line -> 0L), 10));

  private WindowNode<String> window(StreamNode<String> parent, long length, long slide) {
    return graph.add(id -> new WindowNode<>(id, "window", parent, new WindowSpan(length, slide)));
  }

  private WindowEnds ends(WindowCatchUp mode) {
    return new WindowEnds(graph.nodes(), mode);
  }

  private static List<Long> run(WindowEnds ends, long after, long before) {
    WindowEnds.Passed passed = ends.passed(after, before);
    List<Long> run = new ArrayList<>();
    long last = after;
    for (OptionalLong next = ends.next(last, before);
        next.isPresent();
        next = ends.next(last, before)) {
      last = next.getAsLong();
      run.add(last);
      assertThat(ends.advance(last, false, Set.of()))
          .isEqualTo(new WindowEnds.Recorded(false, true));
    }
    assertThat(passed).isEqualTo(new WindowEnds.Passed(run.size(), last));
    return run;
  }

  @Test
  void ends_areThoseWhoseWindowHoldsABatchWithInput_inOrder() {
    window(input, 40, 20);
    window(input, 30, 30);
    WindowEnds ends = ends(WindowCatchUp.ALL);
    assertThat(run(ends, 0, 1_000)).as("nothing has come").isEmpty();
    ends.advance(10, true, Set.of());
    ends.advance(20, false, Set.of());
    assertThat(run(ends, 20, 1_000)).containsExactly(30L, 40L);
    ends.advance(1_000, true, Set.of());
    assertThat(run(ends, 1_000, 1_040)).containsExactly(1_020L);
  }

  @Test
  void ends_ofAWindowOfAWindow_followFromThoseBelow() {
    window(window(input, 20, 20), 80, 40);
    WindowEnds ends = ends(WindowCatchUp.ALL);
    ends.advance(10, true, Set.of());
    assertThat(run(ends, 10, 1_000)).containsExactly(20L, 40L, 80L);
  }

  @Test
  void ends_leaveOutWindowsThatABatchIsBetween() {
    window(input, 10, 50);
    WindowEnds ends = ends(WindowCatchUp.ALL);
    ends.advance(20, true, Set.of());
    assertThat(run(ends, 20, 1_000)).isEmpty();
    ends.advance(1_050, true, Set.of());
    assertThat(run(ends, 1_050, 2_000)).isEmpty();
  }

  @Test
  void last_isTheLastEndOfEachWindow_ifThatHoldsABatch() {
    window(input, 100, 20);
    window(input, 30, 30);
    WindowEnds ends = ends(WindowCatchUp.LAST);
    ends.advance(10, true, Set.of());
    assertThat(run(ends, 10, 95)).containsExactly(80L);
  }

  @Test
  void last_leavesAnEndToTheBatchThatIsThere() {
    window(input, 100, 20);
    WindowEnds ends = ends(WindowCatchUp.LAST);
    ends.advance(10, true, Set.of());
    assertThat(run(ends, 10, 60)).isEmpty();
  }

  @Test
  void restored_goesOnFromTheLastBatchWithInput() {
    window(window(input, 20, 20), 80, 40);
    WindowEnds ends = ends(WindowCatchUp.ALL);
    ends.restore(20, 10);
    assertThat(run(ends, 20, 1_000)).containsExactly(40L, 80L);
    WindowEnds later = ends(WindowCatchUp.ALL);
    later.restore(80, 10);
    assertThat(run(later, 80, 1_000)).isEmpty();
  }
}
