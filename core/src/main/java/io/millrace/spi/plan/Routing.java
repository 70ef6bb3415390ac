package io.millrace.spi.plan;

import java.io.Serializable;
import java.util.Objects;

/** Which partition of an exchange a record goes to. */
public sealed interface Routing extends Serializable {

  /** Number of partitions on the far side. */
  int numPartitions();

  /** By the key of {@code Tuple2} records. */
  record ByKey(Placement placement) implements Routing {
    public ByKey {
      Objects.requireNonNull(placement);
    }

    @Override
    public int numPartitions() {
      return placement.numPartitions();
    }
  }

  /**
   * Round robin: the record with number <i>g</i>, counted from 0 through all partitions in order,
   * goes to {@code g mod numPartitions}. So the sizes of the result differ by one at most, and are
   * the same at each run.
   */
  record RoundRobin(int numPartitions) implements Routing {
    public RoundRobin {
      if (numPartitions < 1) {
        throw new IllegalArgumentException("numPartitions must be at least 1: " + numPartitions);
      }
    }
  }
}
