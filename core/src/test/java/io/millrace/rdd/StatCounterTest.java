package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StatCounterTest {

  @Test
  void statistics_ofSmallNumbersAreExact() {
    StatCounter stats = of(2, 4, 4, 4, 5, 5, 7, 9);

    assertThat(stats.count()).isEqualTo(8);
    assertThat(stats.mean()).isEqualTo(5);
    assertThat(stats.sum()).isEqualTo(40);
    assertThat(stats.min()).isEqualTo(2);
    assertThat(stats.max()).isEqualTo(9);
    assertThat(stats.variance()).isEqualTo(4).isEqualTo(stats.popVariance());
    assertThat(stats.stdev()).isEqualTo(2).isEqualTo(stats.popStdev());
    assertThat(stats.sampleVariance()).isCloseTo(32.0 / 7, within(1e-15));
    assertThat(stats.sampleStdev()).isCloseTo(Math.sqrt(32.0 / 7), within(1e-15));
  }

  @Test
  void statistics_ofNothingAndOfOneNumber() {
    StatCounter none = new StatCounter();
    assertThat(none.count()).isZero();
    assertThat(none.mean()).isZero();
    assertThat(none.popVariance()).isNaN();
    assertThat(none.min()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(none.max()).isEqualTo(Double.NEGATIVE_INFINITY);

    assertThat(of(3).popVariance()).isZero();
    assertThat(of(3).sampleVariance()).isNaN();
  }

  @Test
  void variance_ofLargeNumbersCloseTogetherKeepsItsDigits() {
    double offset = 1e9;
    StatCounter left = new StatCounter();
    StatCounter right = new StatCounter();
    for (int i = 0; i < 1_000; i++) {
      left.merge(offset + i % 2);
      right.merge(offset + 10 + i % 2);
    }

    assertThat(left.popVariance()).isCloseTo(0.25, within(1e-7));
    assertThat(left.copy().merge(right).popVariance()).isCloseTo(25.25, within(1e-6));
  }

  @Test
  void merge_ofCountersAgreesWithAddingNumbersOneByOne() {
    long seed = 20_261;
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      StatCounter whole = new StatCounter();
      StatCounter merged = new StatCounter();
      for (int part = random.nextInt(5); part >= 0; part--) {
        StatCounter counter = new StatCounter();
        for (int i = random.nextInt(50); i > 0; i--) {
          double value = random.nextGaussian() * 10 + 3;
          whole.merge(value);
          counter.merge(value);
        }
        merged.merge(counter);
      }
      assertThat(merged.count()).as("seed %d, round %d", seed, round).isEqualTo(whole.count());
      assertThat(merged.mean()).isCloseTo(whole.mean(), within(1e-9));
      assertThat(merged.min()).isEqualTo(whole.min());
      assertThat(merged.max()).isEqualTo(whole.max());
      if (whole.count() > 0) {
        assertThat(merged.popVariance()).isCloseTo(whole.popVariance(), within(1e-9));
      }
    }
  }

  @Test
  void merge_leavesTheOtherAndCopyGoesItsOwnWay() {
    StatCounter a = of(1, 2);
    StatCounter b = of(3);
    StatCounter copy = a.copy();

    a.merge(b);

    assertThat(b.count()).isEqualTo(1);
    assertThat(copy.count()).isEqualTo(2);
    assertThat(a)
        .hasToString("(count: 3, mean: 2.0, stdev: 0.816496580927726, max: 3.0, min: 1.0)");
  }

  private static StatCounter of(double... values) {
    StatCounter stats = new StatCounter();
    for (double value : values) {
      stats.merge(value);
    }
    return stats;
  }
}
