package io.millrace.source;

/**
 * What a source hands to one batch: offsets, file names, positions. Small and immutable; reading it
 * twice yields the same records in the same order.
 */
public interface InputRange {

  /** Number of records, or -1 if that is not known before they are read. */
  long numRecords();

  /** Whether the batch gets nothing from this source. */
  boolean isEmpty();

  /** The range in a few words, for the batch's facts and for errors. */
  String description();
}
