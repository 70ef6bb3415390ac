package io.millrace.rdd;

import io.millrace.function.Function;
import io.millrace.function.Function2;
import java.io.Serializable;

/**
 * Estimates how many distinct values it was given, in {@code 2^precision} bytes.
 *
 * <p>HyperLogLog by Flajolet, Fusy, Gandouet and Meunier (2007): the first bits of a value's hash
 * choose a register, which remembers the longest run of zeros that the other bits began with. The
 * estimate is the improved one of O. Ertl (New cardinality estimation algorithms for HyperLogLog
 * sketches, 2017, algorithm 6), which is nearly unbiased from 0 up to the range of the hash, so
 * that neither tables of corrections nor another method for small numbers are needed. Its relative
 * standard deviation is about {@code 1.04 / sqrt(2^precision)}.
 *
 * <p>Registers are always dense: a byte each. Not safe for concurrent use.
 */
final class HyperLogLog implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final int MIN_PRECISION = 4;
  private static final int MAX_PRECISION = 20;

  /** Number of registers times the square of the relative standard deviation, rounded up. */
  private static final double ERROR_CONSTANT = 1.04;

  private static final double ALPHA_INFINITY = 0.5 / Math.log(2);

  private final int precision;
  private final byte[] registers;

  HyperLogLog(int precision) {
    this.precision = precision;
    this.registers = new byte[1 << precision];
  }

  /**
   * The least precision whose error is at most {@code relativeSD}.
   *
   * @throws IllegalArgumentException if that is too small to be reached, or not below 0.4
   */
  static int precision(String operation, double relativeSD) {
    double finest = ERROR_CONSTANT / Math.sqrt(1 << MAX_PRECISION);
    if (!(relativeSD >= finest) || relativeSD > 0.4) {
      throw new IllegalArgumentException(
          operation + ": relativeSD must be from " + finest + " to 0.4, not " + relativeSD);
    }
    double registers = Math.pow(ERROR_CONSTANT / relativeSD, 2);
    int bits = (int) Math.ceil(Math.log(registers) / Math.log(2) - 1e-9);
    return Math.max(MIN_PRECISION, bits);
  }

  void add(Object value) {
    addHash(WideHash.of(value));
  }

  private void addHash(long hash) {
    int register = (int) (hash >>> (Long.SIZE - precision));
    // A one behind the bits that are left ends the run of zeros.
    long rest = (hash << precision) | (1L << (precision - 1));
    byte run = (byte) (Long.numberOfLeadingZeros(rest) + 1);
    if (run > registers[register]) {
      registers[register] = run;
    }
  }

  /** Takes in what {@code other}, of the same precision, has been given; returns this. */
  HyperLogLog merge(HyperLogLog other) {
    if (other.precision != precision) {
      throw new IllegalArgumentException(
          "sketches of precision " + precision + " and " + other.precision + " do not merge");
    }
    for (int i = 0; i < registers.length; i++) {
      if (other.registers[i] > registers[i]) {
        registers[i] = other.registers[i];
      }
    }
    return this;
  }

  long estimate() {
    int longest = Long.SIZE - precision;
    int[] counts = new int[longest + 2];
    for (byte run : registers) {
      counts[run]++;
    }
    double m = registers.length;
    double z = m * tau(1 - counts[longest + 1] / m);
    for (int run = longest; run >= 1; run--) {
      z = 0.5 * (z + counts[run]);
    }
    z += m * sigma(counts[0] / m);
    return Math.round(ALPHA_INFINITY * m * m / z);
  }

  /** {@code x + sum of x^(2^k) 2^(k-1)}: what registers that are still 0 tell. */
  private static double sigma(double share) {
    if (share == 1) {
      return Double.POSITIVE_INFINITY;
    }
    double x = share;
    double y = 1;
    double z = x;
    double before;
    do {
      x *= x;
      before = z;
      z += x * y;
      y += y;
    } while (z != before);
    return z;
  }

  /** The counterpart of {@link #sigma} for registers that are full. */
  private static double tau(double share) {
    if (share == 0 || share == 1) {
      return 0;
    }
    double x = share;
    double y = 1;
    double z = 1 - x;
    double before;
    do {
      x = Math.sqrt(x);
      before = z;
      y *= 0.5;
      z -= (1 - x) * (1 - x) * y;
    } while (z != before);
    return z / 3;
  }

  record Add<T>() implements Function2<HyperLogLog, T, HyperLogLog> {
    @Override
    public HyperLogLog call(HyperLogLog sketch, T value) {
      sketch.add(value);
      return sketch;
    }
  }

  record Merge() implements Function2<HyperLogLog, HyperLogLog, HyperLogLog> {
    @Override
    public HyperLogLog call(HyperLogLog first, HyperLogLog second) {
      return first.merge(second);
    }
  }

  /** A sketch of a first value. */
  record Begin<T>(int precision) implements Function<T, HyperLogLog> {
    @Override
    public HyperLogLog call(T value) {
      HyperLogLog sketch = new HyperLogLog(precision);
      sketch.add(value);
      return sketch;
    }
  }

  record Estimate() implements Function<HyperLogLog, Long> {
    @Override
    public Long call(HyperLogLog sketch) {
      return sketch.estimate();
    }
  }
}
