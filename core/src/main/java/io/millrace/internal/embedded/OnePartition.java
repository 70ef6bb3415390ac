package io.millrace.internal.embedded;

import io.millrace.spi.plan.Placement;
import org.jspecify.annotations.Nullable;

/** Everything in one place: for combining within a partition. */
enum OnePartition implements Placement {
  PLACEMENT;

  @Override
  public int numPartitions() {
    return 1;
  }

  @Override
  public int partition(@Nullable Object key) {
    return 0;
  }
}
