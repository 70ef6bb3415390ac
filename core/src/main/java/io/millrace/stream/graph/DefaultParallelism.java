package io.millrace.stream.graph;

import java.util.OptionalInt;

/**
 * How many partitions a batch has where the program does not say: those of the engine and the
 * configuration, or, while a batch of an earlier process runs again, those that it was planned
 * with. So whatever depends on it is decided when a batch is planned, not when it is declared.
 *
 * <p>Set on the batch thread, or before there is one; read by any.
 */
public final class DefaultParallelism {

  private static final int NONE = 0;

  private volatile int recorded = NONE;

  /** The number of the batch that runs again; empty for the present one. */
  public OptionalInt recorded() {
    int number = recorded;
    return number == NONE ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** From here on, and until {@link #usePresent}, this many. */
  public void use(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("there are no " + number + " partitions");
    }
    recorded = number;
  }

  /** From here on as many as the engine and the configuration say. */
  public void usePresent() {
    recorded = NONE;
  }
}
