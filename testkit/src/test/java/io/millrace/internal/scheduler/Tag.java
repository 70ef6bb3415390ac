package io.millrace.internal.scheduler;

import io.millrace.function.Function;

/**
 * Marks a number as read by this call, {@code 3@1.7}: a function that is not deterministic, so that
 * what is computed twice is seen to be.
 *
 * @param life key of the {@link Life}
 */
record Tag(String life) implements Function<Integer, String> {

  @Override
  public String call(Integer number) {
    return number + "@" + Life.of(life).tag();
  }

  /** The number in a tagged record. */
  static int number(String record) {
    return Integer.parseInt(record.substring(0, record.indexOf('@')));
  }

  /** A number that no other attempt's record has, nor the sum of any few. */
  static long weight(String record) {
    String[] parts = record.substring(record.indexOf('@') + 1).split("\\.");
    return 1_000_003L * Integer.parseInt(parts[0]) + 1_009L * Integer.parseInt(parts[1]);
  }
}
