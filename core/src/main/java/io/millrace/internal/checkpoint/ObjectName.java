package io.millrace.internal.checkpoint;

import io.millrace.spi.checkpoint.LogName;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of data files: {@code data/<kind>-<epoch>-<number>-<id of the checkpoint>} and what a
 * writer adds. Those of earlier releases have no id.
 */
final class ObjectName {

  private static final Pattern ANY =
      Pattern.compile(
          Checkpoint.OBJECTS + "/[a-z]{1,8}-([0-9]{1,18})-[0-9]{1,18}(?:-([0-9a-f]{32}))?(?:-.*)?");

  private ObjectName() {}

  static String of(String kind, long epoch, long number, UUID checkpoint) {
    return String.format(
        Locale.ROOT,
        "%s/%s-%d-%d-%s",
        Checkpoint.OBJECTS,
        kind,
        epoch,
        number,
        LogName.text(checkpoint));
  }

  /** Whether an object has the name of a data file, of whatever checkpoint. */
  static boolean isOne(String name) {
    return ANY.matcher(name).matches();
  }

  /** Whether an object has the name of a data file of this checkpoint. */
  static boolean isOf(String name, Identity checkpoint) {
    return epoch(name, checkpoint).isPresent();
  }

  /** The epoch that a data file of this checkpoint was written in; empty for other objects. */
  static Optional<Long> epoch(String name, Identity checkpoint) {
    Matcher matcher = ANY.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String id = matcher.group(2);
    boolean isOwn = id == null ? checkpoint.isOlder() : id.equals(LogName.text(checkpoint.id()));
    return isOwn ? Optional.of(Long.parseLong(matcher.group(1))) : Optional.empty();
  }
}
