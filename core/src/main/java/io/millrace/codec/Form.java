package io.millrace.codec;

/** How values of one class are written. */
interface Form {

  /** Writes a value that is not null, its tag first. */
  void write(Object value, ValueWriter out);
}
