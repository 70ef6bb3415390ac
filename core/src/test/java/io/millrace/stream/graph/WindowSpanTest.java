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
  @CsvSource({"40, true", "41, false", "39, false", "0, true", "-20, true", "-19, false"})
  void isEnd_atEachMultipleOfTheSlide(long time, boolean isEnd) {
    assertThat(new WindowSpan(30, 20).isEnd(time)).isEqualTo(isEnd);
  }

  @ParameterizedTest
  @CsvSource({"39, 40", "40, 60", "0, 20", "-1, 0", "-20, 0"})
  void firstEndAfter_isTheNextMultipleOfTheSlide(long time, long end) {
    assertThat(new WindowSpan(30, 20).firstEndAfter(time)).isEqualTo(end);
  }

  @ParameterizedTest
  @CsvSource({"20, true", "19, true", "18, false", "1, false", "0, true", "-1, true", "-2, false"})
  void isInAnyWindow_butNotBetweenShortOnes(long time, boolean isIn) {
    assertThat(new WindowSpan(2, 20).isInAnyWindow(time)).isEqualTo(isIn);
    assertThat(new WindowSpan(20, 20).isInAnyWindow(time)).isTrue();
    assertThat(new WindowSpan(30, 20).isInAnyWindow(time)).isTrue();
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
