package io.millrace;

import java.io.IOException;
import java.util.Locale;

/** Stored bytes are intact but of a format version that this build can't read. */
public class FormatVersionException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Which way the versions differ. */
  public enum Age {
    /** Written by a release whose format this one has given up. */
    TOO_OLD,
    /** Written by a later release. */
    TOO_NEW
  }

  private final Age age;

  /**
   * @param what the kind of object and its name
   * @param oldest and {@code newest} the versions that this build reads
   */
  public FormatVersionException(String what, int version, int oldest, int newest) {
    super(
        String.format(
            Locale.ROOT,
            "%s has format version %d, this build reads %d to %d: %s",
            what,
            version,
            oldest,
            newest,
            version > newest
                ? "run the release that wrote it, or a later one"
                : "open it once with an older release that reads it and writes a newer one"));
    this.age = version > newest ? Age.TOO_NEW : Age.TOO_OLD;
  }

  public Age age() {
    return age;
  }
}
