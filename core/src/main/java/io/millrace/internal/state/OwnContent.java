package io.millrace.internal.state;

import io.millrace.spi.plan.Placement;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what is said of the keys that a placement puts into one partition, and counts the rest.
 */
final class OwnContent implements ContentSink {

  private final Placement placement;
  private final int partition;
  private final ContentSink into;
  private long numForeign;

  OwnContent(Placement placement, int partition, ContentSink into) {
    this.placement = placement;
    this.partition = partition;
    this.into = into;
  }

  /** Number of keys of other partitions that were left out. */
  long numForeign() {
    return numForeign;
  }

  /** The indexes of the keys that belong here, or null if all do. */
  private int @Nullable [] own(Cells keys) {
    int[] indexes = new int[keys.size()];
    int[] hashes = placement.isStableHash() ? keys.hashes() : new int[0];
    int numPartitions = placement.numPartitions();
    int count = 0;
    for (int i = 0; i < indexes.length; i++) {
      int owner =
          hashes.length > 0
              ? Math.floorMod(hashes[i], numPartitions)
              : placement.partition(keys.get(i));
      if (owner == partition) {
        indexes[count++] = i;
      }
    }
    if (count == indexes.length) {
      return null;
    }
    numForeign += indexes.length - count;
    return Arrays.copyOf(indexes, count);
  }

  @Override
  public void values(Cells keys, Cells values, @Nullable Cells notes) throws IOException {
    int[] own = own(keys);
    if (own == null) {
      into.values(keys, values, notes);
    } else if (own.length > 0) {
      into.values(
          keys.select(own, own.length),
          values.select(own, own.length),
          notes == null ? null : notes.select(own, own.length));
    }
  }

  @Override
  public void removed(Cells keys) throws IOException {
    int[] own = own(keys);
    if (own == null) {
      into.removed(keys);
    } else if (own.length > 0) {
      into.removed(keys.select(own, own.length));
    }
  }

  @Override
  public void pane(long endMillis, Cells keys, Cells values) throws IOException {
    int[] own = own(keys);
    if (own == null) {
      into.pane(endMillis, keys, values);
    } else if (own.length > 0) {
      into.pane(endMillis, keys.select(own, own.length), values.select(own, own.length));
    }
  }

  @Override
  public void bounds(Bounds bounds) throws IOException {
    into.bounds(bounds);
  }
}
