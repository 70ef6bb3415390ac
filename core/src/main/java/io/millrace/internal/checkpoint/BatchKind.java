package io.millrace.internal.checkpoint;

/** Where the records of a batch come from. In the log by its ordinal. */
public enum BatchKind {

  /** From sources, or from states that have emitted: every window over its time holds records. */
  INPUT,

  /** From windows that fire, if there are any: the sources had nothing. */
  IDLE,

  /**
   * From windows that fire: the batch was cut at the end of a window that had passed, and has asked
   * no source.
   */
  CATCH_UP
}
