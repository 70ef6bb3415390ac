package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.stream.PairDStream;
import io.millrace.testkit.StreamTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WindowsTest {

  private static final Tuple2<String, Long> A = new Tuple2<>("a", 1L);
  private static final Tuple2<String, Long> B = new Tuple2<>("b", 1L);

  @Test
  void bothForms_giveTheSameWindows() throws Exception {
    try (StreamTest test = new StreamTest()) {
      PairDStream<String, Long> ones =
          test.pairInput(List.of(List.of(A, B), List.of(A), List.of(), List.of(B)), 2);
      // docs/guide/windows.md begin
      PairDStream<String, Long> counts =
          ones.reduceByKeyAndWindow(Long::sum, Duration.ofSeconds(3), Duration.ofSeconds(2));
      // docs/guide/windows.md end
      // docs/guide/windows.md begin
      PairDStream<String, Long> inverted =
          ones.reduceByKeyAndWindow(
              (count, entering) -> count + entering,
              (count, leaving) -> count - leaving,
              Duration.ofSeconds(3),
              Duration.ofSeconds(2),
              4, // partitions
              count -> count._2() > 0); // forgets keys that are no longer in the window
      // docs/guide/windows.md end
      StreamTest.Recorded<Tuple2<String, Long>> plain = test.record(counts);
      StreamTest.Recorded<Tuple2<String, Long>> inverse = test.record(inverted);
      test.run(8);
      for (StreamTest.Recorded<Tuple2<String, Long>> recorded : List.of(plain, inverse)) {
        assertThat(recorded.batches().get(0)).as("no window ends at 1 s").isNull();
        assertThat(recorded.batches().get(1))
            .containsExactlyInAnyOrder(new Tuple2<>("a", 2L), new Tuple2<>("b", 1L));
        assertThat(recorded.batches().get(3))
            .containsExactlyInAnyOrder(new Tuple2<>("a", 1L), new Tuple2<>("b", 1L));
        assertThat(recorded.batches().get(5)).containsExactly(new Tuple2<>("b", 1L));
        assertThat(recorded.batches().get(7)).isEmpty();
      }
    }
  }
}
