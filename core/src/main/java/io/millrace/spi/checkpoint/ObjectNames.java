package io.millrace.spi.checkpoint;

import java.util.regex.Pattern;

/** The names that objects of a {@link CheckpointStorage} may have; for who implements one. */
public final class ObjectNames {

  private static final String PART = "(?!\\.)[a-z0-9._-]{1,200}";
  private static final Pattern PART_PATTERN = Pattern.compile(PART);
  private static final Pattern NAME_PATTERN = Pattern.compile(PART + "(?:/" + PART + ")*");

  private ObjectNames() {}

  /**
   * Refuses what is not the name of an object.
   *
   * @throws IllegalArgumentException if it is not; says what names are like
   */
  public static void check(String name) {
    if (!NAME_PATTERN.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "not the name of an object: '"
              + name
              + "'; its parts, separated by /, are 1 to 200 of a-z 0-9 . _ - and don't begin with .");
    }
  }

  /** {@link #check}, of what may also be empty: the directory of names with a single part. */
  public static void checkDirectory(String directory) {
    if (!directory.isEmpty()) {
      check(directory);
    }
  }

  /** Whether a name, or what follows a {@code /} in one, may be this. */
  public static boolean isPart(String part) {
    return PART_PATTERN.matcher(part).matches();
  }

  /** The directory that a name is in, empty for that of all. */
  public static String parent(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('/')));
  }

  /** The name of a part in a directory; the directory may be empty. */
  public static String child(String directory, String part) {
    return directory.isEmpty() ? part : directory + "/" + part;
  }
}
