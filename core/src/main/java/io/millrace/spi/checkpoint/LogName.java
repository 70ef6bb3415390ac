package io.millrace.spi.checkpoint;

import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names the slots of a {@link SlotLog}. The log's id is part of each name, so that writers of two
 * logs in one directory can't take each other's slots: a writer whose directory was deleted and
 * begun anew by others goes on in a log that nobody reads.
 *
 * <p>Logs of earlier releases have slots without an id. Such a log is gone on with: the claim that
 * follows its last slot of the old form has a name without id too, which fences writers of those
 * releases, and every slot after that claim has the id.
 *
 * @param directory that the slots are in
 * @param id of the log
 * @param mayBeOlder whether slots without id belong to the log
 */
public record LogName(String directory, UUID id, boolean mayBeOlder) {

  private static final int NUMBER_DIGITS = 19;
  private static final Pattern OLDER = Pattern.compile("([0-9]{19})");
  private static final Pattern NAMED = Pattern.compile("([0-9]{19})-([0-9a-f]{32})");

  public LogName {
    Objects.requireNonNull(directory);
    Objects.requireNonNull(id);
  }

  /** A log all of whose slots have its id. */
  public static LogName of(String directory, UUID id) {
    return new LogName(directory, id, false);
  }

  /** An id as it is part of names: 32 hexadecimal digits. */
  public static String text(UUID id) {
    return String.format(
        Locale.ROOT, "%016x%016x", id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  /** The id of {@link #text}. */
  public static UUID id(String text) {
    return new UUID(
        Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16));
  }

  /** Whether an object has the name of a slot, of whatever log. */
  public static boolean isSlot(String name) {
    String part = part(name);
    return OLDER.matcher(part).matches() || NAMED.matcher(part).matches();
  }

  /** The text of the id in the name of a slot; empty if there is none. */
  public static String idOf(String name) {
    Matcher matcher = NAMED.matcher(part(name));
    return matcher.matches() ? matcher.group(2) : "";
  }

  private static String part(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** The name of a slot. */
  public String slot(long number) {
    return olderSlot(number) + "-" + text(id);
  }

  String olderSlot(long number) {
    String digits = Long.toString(number);
    return directory + "/" + "0".repeat(NUMBER_DIGITS - digits.length()) + digits;
  }

  /** The number of a slot whose name has the log's id; empty for all other names. */
  OptionalLong number(String name) {
    Matcher matcher = NAMED.matcher(part(name));
    return matcher.matches() && matcher.group(2).equals(text(id))
        ? parsed(matcher.group(1))
        : OptionalLong.empty();
  }

  /** The number of a slot of an older release; empty for all other names. */
  OptionalLong olderNumber(String name) {
    Matcher matcher = OLDER.matcher(part(name));
    return mayBeOlder && matcher.matches() ? parsed(matcher.group(1)) : OptionalLong.empty();
  }

  private static OptionalLong parsed(String digits) {
    try {
      long number = Long.parseLong(digits);
      return number > 0 ? OptionalLong.of(number) : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public String toString() {
    return directory;
  }
}
