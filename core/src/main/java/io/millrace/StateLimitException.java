package io.millrace;

/** A state has outgrown the limit that was set for it. The batch fails; the state is unchanged. */
public final class StateLimitException extends MillraceException {

  private static final long serialVersionUID = 1L;

  private StateLimitException(String message) {
    super(message);
  }

  /** By number of keys. */
  public static StateLimitException entries(String state, long entries, long maxEntries) {
    return of(state, entries + " keys", maxEntries, Settings.STATE_MAX_ENTRIES);
  }

  /** By estimated size. */
  public static StateLimitException bytes(String state, long bytes, long maxBytes) {
    return of(state, "about " + bytes + " bytes", maxBytes, Settings.STATE_MAX_BYTES);
  }

  private static StateLimitException of(
      String state, String size, long limit, Setting<Long> setting) {
    return new StateLimitException(
        "the state of "
            + state
            + " has grown to "
            + size
            + ", more than the limit of "
            + limit
            + ": remove keys that are no longer needed, for instance by a timeout, or raise "
            + setting.key());
  }
}
