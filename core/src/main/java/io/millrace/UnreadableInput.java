package io.millrace;

/** What becomes of a batch when one of its inputs, such as a file, can't be read. */
public enum UnreadableInput {
  /** The batch fails; it needs the input as it was, or an operator who gives the input up. */
  FAIL,
  /** The batch is run again without the whole input, of which nothing is read any more. */
  SKIP
}
