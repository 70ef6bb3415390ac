package io.millrace.internal.pipeline;

import java.util.Iterator;

/** The source loop of a fused stage; the rest of the stage is inlined into it. */
interface Loop {

  /**
   * Pushes records until the signal is full.
   *
   * @return index of the first record not pushed, {@code to} if all were
   */
  int push(Object[] records, int from, int to) throws Exception;

  /**
   * Pushes at most {@code max} records of an iterator until the signal is full.
   *
   * @return whether the iterator has ended
   */
  boolean push(Iterator<?> records, int max) throws Exception;

  /** Continues what a full signal interrupted. */
  void resume() throws Exception;
}
