package io.millrace.sink;

/**
 * A target holds what another checkpoint has written for the same output. A program that lost its
 * checkpoint, or was given a fresh one, would write everything again that the old one has written.
 */
public class ForeignLedgerException extends Exception {

  private static final long serialVersionUID = 1L;

  public ForeignLedgerException(String message) {
    super(message);
  }
}
