package io.millrace.internal.state;

/**
 * A column of numbers was to hold something else. Thrown and caught within a step, which then
 * begins again with columns of objects; it happens once in the life of a window at most.
 */
final class MisfitException extends Exception {

  private static final long serialVersionUID = 1L;

  MisfitException() {
    super("a value that a column does not take", null, false, false);
  }
}
