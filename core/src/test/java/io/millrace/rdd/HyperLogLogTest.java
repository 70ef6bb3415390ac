package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.Tuple2;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HyperLogLogTest {

  @Test
  void estimate_ofNothingIsZeroAndOfFewIsExact() {
    HyperLogLog sketch = new HyperLogLog(14);
    assertThat(sketch.estimate()).isZero();
    for (int i = 1; i <= 10; i++) {
      sketch.add("value " + i);
      sketch.add("value " + i);
      assertThat(sketch.estimate()).isEqualTo(i);
    }
  }

  /** Over many sketches the error has to show the deviation that theory gives, and no bias. */
  @ParameterizedTest
  @ValueSource(ints = {50, 300, 1_000, 3_000, 20_000})
  void estimate_isUnbiasedAndAsCloseAsPromised(int count) {
    long seed = 4_711;
    SplittableRandom random = new SplittableRandom(seed);
    int precision = 8;
    int sketches = 200;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < sketches; i++) {
      HyperLogLog sketch = new HyperLogLog(precision);
      for (int j = 0; j < count; j++) {
        sketch.add(random.nextLong());
      }
      double error = (sketch.estimate() - count) / (double) count;
      sum += error;
      squares += error * error;
    }
    double promised = 1.04 / Math.sqrt(1 << precision);

    assertThat(sum / sketches)
        .as("bias, seed %d", seed)
        .isCloseTo(0, within(3.5 * promised / Math.sqrt(sketches)));
    assertThat(Math.sqrt(squares / sketches)).as("deviation").isLessThan(1.2 * promised);
  }

  @Test
  void estimate_ofNumbersInARowIsAsGoodAsOfRandomOnes() {
    HyperLogLog longs = new HyperLogLog(12);
    HyperLogLog texts = new HyperLogLog(12);
    HyperLogLog pairs = new HyperLogLog(12);
    for (int i = 0; i < 100_000; i++) {
      longs.add((long) i << 20);
      texts.add("user-" + i);
      pairs.add(new Tuple2<>(i % 317, i));
    }

    for (HyperLogLog sketch : List.of(longs, texts, pairs)) {
      assertThat((double) sketch.estimate()).isCloseTo(100_000, within(100_000 * 4 * 1.04 / 64));
    }
  }

  @Test
  void merge_isAsIfOneHadSeenAll() {
    HyperLogLog all = new HyperLogLog(10);
    HyperLogLog left = new HyperLogLog(10);
    HyperLogLog right = new HyperLogLog(10);
    for (int i = 0; i < 5_000; i++) {
      all.add(i);
      (i % 3 == 0 ? left : right).add(i);
      (i % 5 == 0 ? left : right).add(i);
    }

    assertThat(left.merge(right).estimate()).isEqualTo(all.estimate());
    assertThatThrownBy(() -> new HyperLogLog(10).merge(new HyperLogLog(11)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void precision_isTheLeastThatReachesTheError() {
    assertThat(HyperLogLog.precision("test", 0.26)).isEqualTo(4);
    assertThat(HyperLogLog.precision("test", 0.05)).isEqualTo(9);
    assertThat(HyperLogLog.precision("test", 1.04 / 128)).isEqualTo(14);
    for (double refused : new double[] {0, -1, 0.5, 0.0001, Double.NaN}) {
      assertThatThrownBy(() -> HyperLogLog.precision("countApproxDistinct", refused))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not " + refused);
    }
  }

  @Test
  void wideHash_ofEqualValuesIsEqualWhateverTheirClass() {
    assertThat(WideHash.of(new ArrayList<>(List.of(1, "a"))))
        .isEqualTo(WideHash.of(new LinkedList<>(List.of(1, "a"))));
    assertThat(WideHash.of(new BigInteger("12345678901234567890")))
        .isEqualTo(WideHash.of(new BigInteger("12345678901234567890")));
    assertThat(WideHash.of(new Tuple2<>("a", null)))
        .isEqualTo(WideHash.of(new Tuple2<>("a", null)));
    assertThat(WideHash.of(null)).isEqualTo(WideHash.of(null));
    assertThatThrownBy(() -> WideHash.of(new int[1])).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void wideHash_tellsApartWhatNarrowHashesDoNot() {
    Set<Long> hashes = new HashSet<>();
    List<Object> values =
        Arrays.asList(
            "Aa",
            "BB",
            0L,
            1L << 32 | 1,
            -1L,
            List.of("Aa"),
            List.of("BB"),
            List.of("A", "a"),
            new Tuple2<>(1, 2),
            new Tuple2<>(2, 1),
            new Tuple2<>(0, 33),
            0.0,
            -0.0);
    values.forEach(value -> hashes.add(WideHash.of(value)));

    assertThat(hashes).hasSize(values.size() - 1); // 0L and 0.0 have the same bits, and may
  }
}
