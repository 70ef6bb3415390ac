package io.millrace.sink;

import io.millrace.spi.checkpoint.LogName;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of data objects: {@code data/<batch /
 * 1000>/<batch>-<epoch>-<partition>-<attempt>-<checkpoint id>-<count>} and the extension; those of
 * earlier releases have no checkpoint id. No two attempts share a name, and those of a thousand
 * batches share a directory, so that looking for strays does not list all that was ever written.
 *
 * <p>Merged files are {@code merged/<last batch>-<epoch>-<count>-<checkpoint id>} and the
 * extension.
 */
final class DataName {

  static final String MERGED = "merged";

  private static final long BATCHES_PER_DIRECTORY = 1_000;
  private static final Pattern NAME =
      Pattern.compile(
          "data/[0-9]+/([0-9]{1,18})-[0-9]+-[0-9]+-[0-9]+(?:-([0-9a-f]{32}))?-[0-9]+\\..*");
  private static final Pattern MERGED_NAME =
      Pattern.compile(MERGED + "/[0-9]{1,18}-([0-9]{1,18})-[0-9]+-([0-9a-f]{32})\\..*");

  private DataName() {}

  static String directory(long batch) {
    return "data/" + batch / BATCHES_PER_DIRECTORY;
  }

  static String of(StageContext context, int count, String extension) {
    return String.format(
        Locale.ROOT,
        "%s/%d-%d-%d-%d-%s-%d.%s",
        directory(context.batch()),
        context.batch(),
        context.epoch(),
        context.partition(),
        context.attemptId(),
        LogName.text(UUID.fromString(context.checkpointId())),
        count,
        extension);
  }

  static String ofMerged(
      long lastBatch, long epoch, long count, UUID checkpoint, String extension) {
    return String.format(
        Locale.ROOT,
        "%s/%d-%d-%d-%s.%s",
        MERGED,
        lastBatch,
        epoch,
        count,
        LogName.text(checkpoint),
        extension);
  }

  /** Whether an object is a data object of this output. */
  static boolean isOf(String name, SinkIdentity identity) {
    return batch(name, identity).isPresent();
  }

  /** The batch of a data object of this output; empty for a name that is none. */
  static OptionalLong batch(String name, SinkIdentity identity) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() && identity.isOwn(matcher.group(2))
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /** The epoch that files of this output were merged in; empty for a name that is none. */
  static OptionalLong epochOfMerged(String name, SinkIdentity identity) {
    Matcher matcher = MERGED_NAME.matcher(name);
    return matcher.matches() && identity.isOwn(matcher.group(2))
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }
}
