package io.millrace.stream.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowSpanTest {

  /** The batch times, one second apart, that a window holds. */
  private static List<Long> held(WindowSpan span, long end) {
    return LongStream.rangeClosed(-20, 100).filter(time -> span.holds(end, time)).boxed().toList();
  }

  @Test
  void holds_excludesTheStartAndIncludesTheEnd() {
    assertThat(held(new WindowSpan(3, 1), 10)).containsExactly(8L, 9L, 10L);
    assertThat(held(new WindowSpan(30, 20), 40)).hasSize(30).contains(11L, 40L);
  }

  @Test
  void holds_worksAcrossTheEpoch() {
    assertThat(held(new WindowSpan(4, 2), 0)).containsExactly(-3L, -2L, -1L, 0L);
    assertThat(held(new WindowSpan(4, 2), -2)).containsExactly(-5L, -4L, -3L, -2L);
    assertThat(held(new WindowSpan(4, 2), 2)).containsExactly(-1L, 0L, 1L, 2L);
  }

  @ParameterizedTest
  @CsvSource({"39, 20", "40, 40", "59, 40", "0, 0", "-1, -20", "-20, -20", "-21, -40"})
  void lastEndAt_isTheLastMultipleOfTheSlide(long time, long end) {
    assertThat(new WindowSpan(30, 20).lastEndAt(time)).isEqualTo(end);
  }

  @ParameterizedTest
  @CsvSource({
    "40, 39, true", // at its end
    "41, 40, false", // fired in the batch before
    "45, 39, true", // the first batch after an end that no batch met
    "39, 38, false",
    "99, 39, true", // several ends passed
    "0, -1, true",
    "-19, -20, false"
  })
  void firesAt_onceAnEndHasPassedSinceTheBatchBefore(long time, long previous, boolean fires) {
    assertThat(new WindowSpan(30, 20).firesAt(time, previous)).isEqualTo(fires);
  }

  @ParameterizedTest
  @CsvSource({"30, 20, 10", "20, 30, 10", "7, 3, 1", "8, 4, 4", "5, 5, 5", "2, 10, 2", "1, 1, 1"})
  void paneMillis_isTheGreatestCommonDivisor(long length, long slide, long pane) {
    assertThat(new WindowSpan(length, slide).paneMillis()).isEqualTo(pane);
  }

  @ParameterizedTest
  @CsvSource({"1, 10", "10, 10", "11, 20", "0, 0", "-1, 0", "-9, 0", "-10, -10"})
  void paneEnd_isTheEndOfTheIntervalThatHoldsTheBatch(long time, long end) {
    assertThat(new WindowSpan(30, 20).paneEnd(time)).isEqualTo(end);
  }

  @Test
  void windows_areWholePanes() {
    for (long length = 1; length <= 12; length++) {
      for (long slide = 1; slide <= 12; slide++) {
        WindowSpan span = new WindowSpan(length, slide);
        for (long time = -30; time <= 30; time++) {
          long end = span.lastEndAt(time);
          for (long batch = end - 2 * length; batch <= end + length; batch++) {
            assertThat(span.holds(end, batch))
                .as("%s, window to %d, batch %d", span, end, batch)
                .isEqualTo(span.paneEnd(batch) > end - length && span.paneEnd(batch) <= end);
          }
        }
      }
    }
  }

  @Test
  void slideLongerThanLength_leavesBatchesOut() {
    WindowSpan span = new WindowSpan(2, 5);
    assertThat(held(span, 5)).containsExactly(4L, 5L);
    assertThat(held(span, 10)).containsExactly(9L, 10L);
  }

  @Test
  void span_refusesWhatIsNotPositive() {
    assertThatThrownBy(() -> new WindowSpan(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a window's length and slide must be positive, not 0 ms and 1 ms");
    assertThatThrownBy(() -> new WindowSpan(1, -1)).isInstanceOf(IllegalArgumentException.class);
  }
}
