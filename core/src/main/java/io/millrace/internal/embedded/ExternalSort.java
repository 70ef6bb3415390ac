package io.millrace.internal.embedded;

import io.millrace.internal.pipeline.ArrayReader;
import io.millrace.internal.pipeline.KeyedBlock;
import io.millrace.internal.pipeline.Overflow;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.pipeline.Rows;
import io.millrace.internal.pipeline.WatchedRows;
import io.millrace.spi.plan.RecordReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Stable merge sort of more records than memory holds: runs that fit are sorted and spilled, then
 * merged, {@value #MAX_FAN_IN} at a time (Knuth, The Art of Computer Programming, volume 3, section
 * 5.4). Of equal records those of an earlier run come first, so that the order is the same as if
 * all had been sorted at once.
 */
final class ExternalSort implements Overflow {

  private static final int MAX_FAN_IN = 32;
  private static final int CHUNK = 256;

  private final Comparator<Object> order;
  private final SpillScope scope;
  private final ExecutionMemory.Claim claim;
  private final Pipeline.Poll poll;
  private final List<SpillFile.Segment> runs = new ArrayList<>();

  private ExternalSort(Comparator<Object> order, SpillScope scope, Pipeline.Poll poll) {
    this.order = order;
    this.scope = scope;
    this.claim = scope.newClaim();
    this.poll = poll;
  }

  /** The records in order, to be read as often as needed until the scope is closed. */
  static Joining.Opening sort(
      RecordReader<?> records, Comparator<Object> order, SpillScope scope, Pipeline.Poll poll)
      throws Exception {
    return new ExternalSort(order, scope, poll).sort(records);
  }

  private Joining.Opening sort(RecordReader<?> records) throws Exception {
    WatchedRows watched = new WatchedRows(1, this);
    Rows rows = watched.rows()[0];
    Object[] chunk = new Object[CHUNK];
    for (int n = records.read(chunk, CHUNK); n >= 0; n = records.read(chunk, CHUNK)) {
      for (int i = 0; i < n; i++) {
        rows.add(chunk[i]);
      }
      poll.poll();
    }
    if (runs.isEmpty()) {
      Arrays.sort(rows.elements(), 0, rows.size(), order);
      return () -> new ArrayReader(rows.elements(), rows.size());
    }
    spill(watched.rows());
    claim.close();
    List<SpillFile.Segment> last = runs;
    while (last.size() > MAX_FAN_IN) {
      last = mergedInGroups(last);
    }
    List<Joining.Opening> sorted = new ArrayList<>();
    last.forEach(run -> sorted.add(run::open));
    return () -> MergedReader.open(sorted, order);
  }

  private List<SpillFile.Segment> mergedInGroups(List<SpillFile.Segment> all) throws Exception {
    SpillFile file = scope.newFile();
    List<SpillFile.Segment> merged = new ArrayList<>();
    Object[] chunk = new Object[CHUNK];
    for (int from = 0; from < all.size(); from += MAX_FAN_IN) {
      List<Joining.Opening> group = new ArrayList<>();
      all.subList(from, Math.min(all.size(), from + MAX_FAN_IN))
          .forEach(run -> group.add(run::open));
      SpillFile.SegmentWriter into = file.begin();
      try (MergedReader records = MergedReader.open(group, order)) {
        for (int n = records.read(chunk, CHUNK); n >= 0; n = records.read(chunk, CHUNK)) {
          for (int i = 0; i < n; i++) {
            into.write(chunk[i]);
          }
          poll.poll();
        }
      }
      merged.add(into.complete());
    }
    file.finish();
    return merged;
  }

  @Override
  public long sizeOf(Object[] elements, int size, int maxSamples) {
    return SizeEstimate.ofElements(elements, size, maxSamples);
  }

  @Override
  public long claim(long bytes) {
    return claim.resize(bytes);
  }

  @Override
  public void spill(Rows[] rows) {
    Rows run = rows[0];
    Arrays.sort(run.elements(), 0, run.size(), order);
    SpillFile file = scope.newFile();
    runs.add(file.write(run.elements(), run.size()));
    file.finish();
    claim.close();
  }

  @Override
  public void spill(KeyedBlock[] blocks) {
    throw new IllegalStateException("records are sorted one by one");
  }
}
