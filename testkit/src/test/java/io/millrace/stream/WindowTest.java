package io.millrace.stream;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Windows of records as they are. Batches are one second; batch i holds the record i. */
@Timeout(30)
class WindowTest {

  private static final List<List<Integer>> COUNTING =
      IntStream.rangeClosed(1, 12).mapToObj(List::of).toList();

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static List<List<Integer>> windows(int length, int slide, int numBatches)
      throws InterruptedException {
    try (StreamTest test = new StreamTest()) {
      Recorded<Integer> recorded =
          test.record(test.input(COUNTING, 1).window(seconds(length), seconds(slide)));
      test.run(numBatches);
      return recorded.batches();
    }
  }

  @Test
  void window_holdsWhatThereIsAtFirst() throws Exception {
    assertThat(windows(3, 1, 5))
        .containsExactly(
            List.of(1), List.of(1, 2), List.of(1, 2, 3), List.of(2, 3, 4), List.of(3, 4, 5));
  }

  @Test
  void window_firesOnItsSlideAlone() throws Exception {
    assertThat(windows(4, 2, 6))
        .isEqualTo(
            asList(null, List.of(1, 2), null, List.of(1, 2, 3, 4), null, List.of(3, 4, 5, 6)));
  }

  @Test
  void window_asLongAsItsSlide_holdsEachBatchOnce() throws Exception {
    assertThat(windows(3, 3, 6))
        .isEqualTo(asList(null, null, List.of(1, 2, 3), null, null, List.of(4, 5, 6)));
  }

  @Test
  void window_shorterThanItsSlide_leavesBatchesOut() throws Exception {
    assertThat(windows(2, 5, 10))
        .isEqualTo(
            asList(null, null, null, null, List.of(4, 5), null, null, null, null, List.of(9, 10)));
  }

  @Test
  void window_slideThatDoesNotDivideTheLength() throws Exception {
    assertThat(windows(3, 2, 6))
        .isEqualTo(asList(null, List.of(1, 2), null, List.of(2, 3, 4), null, List.of(4, 5, 6)));
  }

  @Test
  void window_ofOneBatch_isTheBatch() throws Exception {
    assertThat(windows(1, 1, 3)).containsExactly(List.of(1), List.of(2), List.of(3));
  }

  @Test
  void window_withoutSlide_slidesByTheBatch() throws Exception {
    try (StreamTest test = new StreamTest()) {
      DStream<Integer> windowed = test.input(COUNTING, 2).window(seconds(2));
      assertThat(windowed.slideDuration()).isEqualTo(seconds(1));
      Recorded<Integer> recorded = test.record(windowed);
      test.run(3);
      assertThat(recorded.batches()).containsExactly(List.of(1), List.of(1, 2), List.of(2, 3));
    }
  }

  @Test
  void window_skipsBatchesWithoutDataset() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Integer> recorded =
          test.record(
              test.input(asList(List.of(1), null, List.of(), List.of(4), null, null, null), 2)
                  .window(seconds(3)));
      test.run(7);
      assertThat(recorded.batches())
          .containsExactly(
              List.of(1), List.of(1), List.of(1), List.of(4), List.of(4), List.of(4), List.of());
    }
  }

  @Test
  void window_ofAWindow_countsInItsParentsSlides() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Integer> recorded =
          test.record(
              test.input(COUNTING, 1)
                  .window(seconds(2), seconds(2))
                  .window(seconds(6), seconds(4)));
      test.run(12);
      assertThat(recorded.batches())
          .isEqualTo(
              asList(
                  null,
                  null,
                  null,
                  List.of(1, 2, 3, 4),
                  null,
                  null,
                  null,
                  List.of(3, 4, 5, 6, 7, 8),
                  null,
                  null,
                  null,
                  List.of(7, 8, 9, 10, 11, 12)));
    }
  }

  @Test
  void window_feedsOperations_onlyWhenItFires() throws Exception {
    try (StreamTest test = new StreamTest()) {
      DStream<Integer> windowed = test.input(COUNTING, 2).window(seconds(4), seconds(2));
      Recorded<Long> counts = test.record(windowed.count());
      Recorded<Integer> doubled = test.record(windowed.map(i -> 2 * i).filter(i -> i > 4));
      test.run(4);
      assertThat(counts.batches()).isEqualTo(asList(null, List.of(2L), null, List.of(4L)));
      assertThat(doubled.batches()).isEqualTo(asList(null, List.of(), null, List.of(6, 8)));
    }
  }

  @Test
  @Tag("one-run")
  void window_alignsToTheEpoch_notToTheStart() throws Exception {
    try (StreamTest test = new StreamTest()) {
      test.clock().setMillis(1_000);
      Recorded<Integer> recorded =
          test.record(test.input(COUNTING, 1).window(seconds(4), seconds(4)));
      test.run(7);
      // The first batch has time 2 s, so the window of 4 s has three batches.
      assertThat(recorded.batches())
          .isEqualTo(asList(null, null, null, List.of(1, 2, 3), null, null, null));
    }
  }

  @Test
  void window_refusesWhatIsNoMultipleOfTheSlide() {
    try (StreamTest test = new StreamTest()) {
      DStream<Integer> numbers = test.input(COUNTING, 1);
      assertThatThrownBy(() -> numbers.window(Duration.ofMillis(1500)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("length 1500 ms is not a positive multiple of 1000 ms");
      assertThatThrownBy(() -> numbers.window(seconds(2), Duration.ofMillis(-1000)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("slide -1000 ms");
      assertThatThrownBy(() -> numbers.window(Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> numbers.window(seconds(4), seconds(2)).window(seconds(3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("multiple of 2000 ms");
      assertThatThrownBy(() -> numbers.window(seconds(2).plusNanos(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("whole number of milliseconds");
    }
  }
}
