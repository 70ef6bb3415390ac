package io.millrace.internal.pipeline;

import java.util.Arrays;

/** Rows for several targets whose memory is bounded together. */
public final class WatchedRows {

  private static final int MIN_SAMPLES = 2;
  private static final int MIN_STEP = 16;
  private static final int MAX_STEP = 4096;

  private final Rows[] rows;
  private final Overflow overflow;
  private final Look look;
  private final int step;

  public WatchedRows(int numTargets, Overflow overflow) {
    this.rows = new Rows[numTargets];
    this.overflow = overflow;
    this.look = new Look(overflow);
    this.step = Math.max(MIN_STEP, MAX_STEP / numTargets);
    Arrays.setAll(rows, i -> new Rows(this));
  }

  public Rows[] rows() {
    return rows;
  }

  /** How many records a target takes before it tells. */
  int step() {
    return step;
  }

  /** Some records were added; empties all rows if that is too much. */
  void added(int records) throws Exception {
    if (look.isDue(records) && look.mustSpill(bytes())) {
      overflow.spill(rows);
      for (Rows each : rows) {
        each.clear();
      }
    }
  }

  private long bytes() {
    int samples = Math.max(MIN_SAMPLES, look.samples() / rows.length);
    long bytes = 0;
    for (Rows each : rows) {
      if (each.size() > 0) {
        bytes += overflow.sizeOf(each.elements(), each.size(), samples);
      }
    }
    return bytes;
  }
}
