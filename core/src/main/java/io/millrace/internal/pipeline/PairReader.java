package io.millrace.internal.pipeline;

import io.millrace.spi.plan.RecordReader;

/**
 * A reader whose records are pairs that were never made: who can do without them takes keys and
 * values as they are, with the stable hashes of the keys, which were computed before.
 */
public interface PairReader extends RecordReader<Object> {

  /**
   * As {@link #read}, into three arrays.
   *
   * @return number of pairs, or -1 if there are no more
   */
  int readPairs(Object[] keys, Object[] values, int[] hashes, int max) throws Exception;
}
