package io.millrace.stream;

/** What a batch that has run goes through until it is final, in this order. */
public enum CheckpointPhase {
  /** What it has changed is written down. */
  PREPARE,
  /** Transactional sinks make it visible, if there is something for any. */
  SINKS,
  /** Its end is written into the log. */
  COMMIT
}
