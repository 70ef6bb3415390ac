package io.millrace.internal.state;

/** The loop over keys that meet all their records at once. */
interface KeyUpdate {

  /**
   * Calls the user's function for the keys at positions {@code [from, to)} that have records or
   * state.
   */
  void apply(Entries entries, Groups groups, int from, int to) throws Exception;
}
