package io.millrace.stream;

import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs, after each batch, how the delays of the last batches are distributed.
 *
 * <pre>
 * the last 10 batches, in ms    min   25 %   50 %   75 %    max
 * total delay                     3      4      4      6     31
 * processing delay                3      3      4      5     30
 * </pre>
 */
public class StatsReportListener implements StreamingListener {

  private static final Logger LOG = LoggerFactory.getLogger(StatsReportListener.class);
  private static final int[] PERCENTS = {0, 25, 50, 75, 100};

  private final int numBatchInfos;

  // Guarded by itself.
  private final Deque<BatchInfo> last = new ArrayDeque<>();

  /** Of the last ten batches. */
  public StatsReportListener() {
    this(10);
  }

  /**
   * @param numBatchInfos how many batches to look back at, at least 1
   */
  public StatsReportListener(int numBatchInfos) {
    if (numBatchInfos < 1) {
      throw new IllegalArgumentException("a report is of 1 batch or more, not " + numBatchInfos);
    }
    this.numBatchInfos = numBatchInfos;
  }

  @Override
  public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
    synchronized (last) {
      last.addLast(completed.batchInfo());
      if (last.size() > numBatchInfos) {
        last.removeFirst();
      }
    }
    if (LOG.isInfoEnabled()) {
      LOG.info("{}", report());
    }
  }

  /** The report over the batches so far, as it is logged. */
  public String report() {
    synchronized (last) {
      if (last.isEmpty()) {
        return "no batch has completed";
      }
      return String.format(
          Locale.ROOT,
          "the last %d batches, in ms    min   25 %%   50 %%   75 %%    max%n%s%n%s",
          last.size(),
          line("total delay", BatchInfo::totalDelay),
          line("processing delay", BatchInfo::processingDelay));
    }
  }

  private String line(String name, ToLongFunction<BatchInfo> delay) {
    long[] sorted = last.stream().mapToLong(delay).sorted().toArray();
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-25s", name));
    for (int percent : PERCENTS) {
      line.append(String.format(Locale.ROOT, "%7d", quantile(sorted, percent)));
    }
    return line.toString();
  }

  /** The value at or below which lie {@code percent} of all: nearest rank, no interpolation. */
  private static long quantile(long[] sorted, int percent) {
    int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
    return sorted[Math.max(0, rank - 1)];
  }
}
