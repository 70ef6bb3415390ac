package io.millrace.internal.state;

import io.millrace.CorruptionException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Fills a partition that keeps one value per key. */
final class EntryRestoring implements StatePartition.Restoring {

  private final Entries entries;
  private final @Nullable Timeouts timeouts;
  private final Runnable account;
  private long[] touchedMillis = new long[0];

  /**
   * @param account is told whenever there are more entries, and throws if these are too many
   */
  EntryRestoring(Entries entries, @Nullable Timeouts timeouts, Runnable account) {
    this.entries = entries;
    this.timeouts = timeouts;
    this.account = account;
  }

  @Override
  public void values(Cells keys, Cells values, @Nullable Cells notes) {
    int[] positions = entries.restore(keys, values);
    if (timeouts != null) {
      note(positions, notes);
    }
    account.run();
  }

  private void note(int[] positions, @Nullable Cells notes) {
    if (entries.bound() > touchedMillis.length) {
      int capacity = Math.max(entries.bound(), Growth.next(touchedMillis.length));
      touchedMillis = Arrays.copyOf(touchedMillis, capacity);
    }
    for (int i = 0; i < positions.length; i++) {
      touchedMillis[positions[i]] = notes == null ? NO_NOTE : notes.longs()[i];
    }
  }

  @Override
  public void removed(Cells keys) {
    entries.restoreRemoval(keys);
  }

  @Override
  public void pane(long endMillis, Cells keys, Cells values) throws IOException {
    throw new CorruptionException("a pane in a state without panes");
  }

  @Override
  public void bounds(Bounds bounds) throws IOException {
    throw new CorruptionException("bounds of panes in a state without panes");
  }

  @Override
  public void end() {
    if (timeouts != null) {
      timeouts.restore(entries, touchedMillis);
    }
  }
}
