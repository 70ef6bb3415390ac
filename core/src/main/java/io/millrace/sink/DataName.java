package io.millrace.sink;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * Names of data objects: {@code data/<batch / 1000>/<batch>-<epoch>-<partition>-<attempt>-<count>}
 * and the extension. No two attempts share a name, and those of a thousand batches share a
 * directory, so that looking for strays does not list all that was ever written.
 */
final class DataName {

  private static final long BATCHES_PER_DIRECTORY = 1_000;

  private DataName() {}

  static String directory(long batch) {
    return "data/" + batch / BATCHES_PER_DIRECTORY;
  }

  static String of(StageContext context, int count, String extension) {
    return String.format(
        Locale.ROOT,
        "%s/%d-%d-%d-%d-%d.%s",
        directory(context.batch()),
        context.batch(),
        context.epoch(),
        context.partition(),
        context.attemptId(),
        count,
        extension);
  }

  /** The batch of a data object; empty for a name that is none. */
  static OptionalLong batch(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    int end = last.indexOf('-');
    try {
      return end < 1 ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(last, 0, end, 10));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
