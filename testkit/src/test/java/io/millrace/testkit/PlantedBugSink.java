package io.millrace.testkit;

import io.millrace.sink.ForeignLedgerException;
import io.millrace.sink.Marker;
import io.millrace.sink.SinkContext;
import io.millrace.sink.SinkSession;
import io.millrace.sink.StageContext;
import io.millrace.sink.StagedRows;
import io.millrace.sink.TransactionalSink;
import io.millrace.spi.checkpoint.FencedException;
import io.millrace.testkit.SinkContract.Entry;
import io.millrace.testkit.SinkContract.Faults;
import io.millrace.testkit.SinkContract.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** A sink to memory, as simple as can be, with one mistake or none. */
final class PlantedBugSink implements Target<Entry>, Faults {

  enum Bug {
    NONE,
    COMMIT_DOES_NOT_FENCE,
    OPEN_LETS_LOWER_EPOCHS_IN,
    OPEN_LETS_ANOTHER_DRIVER_OF_THE_EPOCH_IN,
    OPEN_LETS_OTHER_CHECKPOINTS_IN,
    OPEN_FORGETS_THE_MARKER,
    STAGE_WRITES_THROUGH,
    COMMIT_REPEATS_WHAT_IS_THERE,
    COMMIT_TAKES_EARLIER_BATCHES,
    COMMIT_SKIPS_BATCHES_WITHOUT_ROWS,
    COMMIT_TURNS_THE_ORDER_ROUND,
    COMMIT_DROPS_NULLS,
    COMMIT_WRITES_ROWS_ONE_BY_ONE,
    COMMIT_WRITES_ROWS_BEFORE_THE_MARKER,
    COMMIT_WRITES_THE_MARKER_BEFORE_ROWS,
    MARKER_HAS_THE_EPOCH_OF_THE_DRIVER,
    FAILED_COMMIT_MOVES_THE_MARKER
  }

  private static final int READ_BATCH_SIZE = 40;
  private static final long MAX_WAIT_NANOS = 10_000_000_000L;

  private final Bug bug;
  private final List<Entry> rows = new ArrayList<>();
  private Optional<Marker> stored = Optional.empty();
  private SinkContext fence;
  private long numLooks;
  private boolean hasWaited;
  private boolean failsBefore;
  private boolean failsAfter;

  PlantedBugSink(Bug bug) {
    this.bug = bug;
  }

  @Override
  public synchronized List<Entry> visible() {
    numLooks++;
    notifyAll();
    return List.copyOf(rows);
  }

  @Override
  public Optional<Faults> faults() {
    return Optional.of(this);
  }

  @Override
  public void failBeforeNextStep() {
    failsBefore = true;
  }

  @Override
  public void failAfterNextStep() {
    failsAfter = true;
  }

  @Override
  public TransactionalSink<Entry, Entry> sink() {
    return new MemorySink();
  }

  private final class MemorySink implements TransactionalSink<Entry, Entry> {

    private static final long serialVersionUID = 1L;

    @Override
    public String description() {
      return "memory";
    }

    @Override
    public void stage(Iterator<Entry> records, StageContext context, RowOutput<Entry> out)
        throws Exception {
      while (records.hasNext()) {
        Entry entry = records.next();
        out.write(entry);
        if (bug == Bug.STAGE_WRITES_THROUGH) {
          synchronized (PlantedBugSink.this) {
            rows.add(entry);
          }
        }
      }
    }

    @Override
    public SinkSession<Entry> open(SinkContext context) throws Exception {
      synchronized (PlantedBugSink.this) {
        if (fence != null) {
          refuse(context);
        }
        fence = context;
        return new Session(context, bug == Bug.OPEN_FORGETS_THE_MARKER ? Optional.empty() : stored);
      }
    }

    private void refuse(SinkContext context) throws Exception {
      boolean isForeign = !fence.checkpointId().equals(context.checkpointId());
      if (isForeign && bug != Bug.OPEN_LETS_OTHER_CHECKPOINTS_IN) {
        throw new ForeignLedgerException(
            "of " + fence.checkpointId() + ", not of " + context.checkpointId());
      }
      boolean isLower = context.epoch() < fence.epoch();
      boolean isOther = context.epoch() == fence.epoch() && !context.owner().equals(fence.owner());
      if ((isLower && bug != Bug.OPEN_LETS_LOWER_EPOCHS_IN)
          || (isOther && bug != Bug.OPEN_LETS_ANOTHER_DRIVER_OF_THE_EPOCH_IN)) {
        throw new FencedException("of " + fence);
      }
    }
  }

  private final class Session implements SinkSession<Entry> {

    private final SinkContext context;
    private Optional<Marker> marker;

    Session(SinkContext context, Optional<Marker> marker) {
      this.context = context;
      this.marker = marker;
    }

    @Override
    public Optional<Marker> marker() {
      return marker;
    }

    @Override
    public void commit(Marker next, StagedRows<Entry> staged) throws Exception {
      if (!context.equals(fence) && bug != Bug.COMMIT_DOES_NOT_FENCE) {
        throw new FencedException("by " + fence);
      }
      if (stored.equals(Optional.of(next)) && bug != Bug.COMMIT_REPEATS_WHAT_IS_THERE) {
        marker = stored;
        return;
      }
      if (stored.isPresent()
          && next.batch() <= stored.get().batch()
          && !next.equals(stored.get())
          && bug != Bug.COMMIT_TAKES_EARLIER_BATCHES) {
        throw new IllegalStateException(next + " after " + stored);
      }
      if (staged.numRows() > 0 || bug != Bug.COMMIT_SKIPS_BATCHES_WITHOUT_ROWS) {
        step(next, staged);
        marker = stored;
      }
    }

    private void step(Marker next, StagedRows<Entry> staged) throws IOException {
      Marker written =
          bug == Bug.MARKER_HAS_THE_EPOCH_OF_THE_DRIVER
              ? new Marker(next.batch(), context.epoch())
              : next;
      if (bug == Bug.COMMIT_WRITES_THE_MARKER_BEFORE_ROWS) {
        stored = Optional.of(written);
      }
      if (bug == Bug.COMMIT_WRITES_ROWS_BEFORE_THE_MARKER) {
        write(staged);
      }
      if (failsBefore) {
        failsBefore = false;
        if (bug == Bug.FAILED_COMMIT_MOVES_THE_MARKER) {
          marker = Optional.of(written);
          stored = marker;
        }
        throw new IOException("lost");
      }
      stored = Optional.of(written);
      if (bug != Bug.COMMIT_WRITES_ROWS_BEFORE_THE_MARKER) {
        write(staged);
      }
      if (failsAfter) {
        failsAfter = false;
        throw new IOException("answer lost");
      }
    }

    private void write(StagedRows<Entry> staged) {
      List<Entry> batch = new ArrayList<>();
      staged.forEach(batch::add);
      if (bug == Bug.COMMIT_TURNS_THE_ORDER_ROUND) {
        Collections.reverse(batch);
      }
      if (bug == Bug.COMMIT_DROPS_NULLS) {
        batch.removeIf(entry -> entry.text() == null);
      }
      if (bug == Bug.COMMIT_WRITES_ROWS_ONE_BY_ONE) {
        for (Entry entry : batch) {
          letAReaderLook(add(List.of(entry)), batch.size());
        }
      } else {
        add(batch);
      }
    }

    /**
     * Once, if there may be a reader beside the commit, as there is for middling batches: it ends
     * when it has looked.
     *
     * @param looksBefore how many looks there had been when there was something new to see
     */
    private void letAReaderLook(long looksBefore, int batchSize) {
      synchronized (PlantedBugSink.this) {
        if (hasWaited || batchSize != READ_BATCH_SIZE) {
          return;
        }
        hasWaited = true;
        long endNanos = System.nanoTime() + MAX_WAIT_NANOS;
        while (numLooks == looksBefore && System.nanoTime() < endNanos) {
          try {
            PlantedBugSink.this.wait(10);
          } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
          }
        }
      }
    }

    /** Returns how many looks there had been before. */
    private long add(List<Entry> entries) {
      synchronized (PlantedBugSink.this) {
        rows.addAll(entries);
        return numLooks;
      }
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
