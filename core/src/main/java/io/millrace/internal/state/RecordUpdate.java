package io.millrace.internal.state;

import io.millrace.internal.pipeline.Rows;

/** The loop over records that meet their state one by one. */
interface RecordUpdate {

  /** Calls the user's function for the first {@code count} records, in order. */
  void apply(Object[] keys, Object[] values, int[] positions, int count, Rows emitted)
      throws Exception;

  /** Calls the user's function for a key that is timing out. */
  void timeOut(Object key, int position, Rows emitted) throws Exception;
}
