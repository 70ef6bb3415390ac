package io.millrace.internal.scheduler;

import io.millrace.sink.ForeignLedgerException;
import io.millrace.sink.Marker;
import io.millrace.sink.SinkContext;
import io.millrace.sink.SinkSession;
import io.millrace.sink.StageContext;
import io.millrace.sink.StagedRows;
import io.millrace.sink.TransactionalSink;
import io.millrace.spi.checkpoint.FencedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Writes to a target of {@link Outside}; opening and commit are calls of the process, at which it
 * may die.
 *
 * @param life key of the {@link Life}
 * @param target its name
 */
record OutsideSink(String life, String target) implements TransactionalSink<String, String> {

  @Override
  public String description() {
    return "target " + target;
  }

  @Override
  public void stage(Iterator<String> records, StageContext context, RowOutput<String> rows)
      throws Exception {
    while (records.hasNext()) {
      rows.write(records.next());
    }
  }

  @Override
  public SinkSession<String> open(SinkContext context) throws Exception {
    Life of = Life.of(life);
    boolean isOpen =
        of.process()
            .call(
                "open",
                target,
                () -> of.outside().target(target).open(context.checkpointId(), context.epoch()));
    requireUnfenced(isOpen);
    Optional<String> owner = of.outside().target(target).checkpointId();
    if (!owner.equals(Optional.of(context.checkpointId()))) {
      throw new ForeignLedgerException(target + " is that of checkpoint " + owner);
    }
    return new Session(of, context.epoch(), of.outside().target(target).marker());
  }

  private void requireUnfenced(boolean isOpen) throws FencedException {
    if (!isOpen) {
      throw new FencedException(description() + " was opened by a later driver");
    }
  }

  private final class Session implements SinkSession<String> {

    private final Life of;
    private final long epoch;
    private Optional<Marker> marker;

    Session(Life of, long epoch, Optional<Marker> marker) {
      this.of = of;
      this.epoch = epoch;
      this.marker = marker;
    }

    @Override
    public Optional<Marker> marker() {
      return marker;
    }

    @Override
    public void commit(Marker next, StagedRows<String> staged) throws IOException {
      List<String> rows = new ArrayList<>();
      staged.forEach(rows::add);
      if (rows.size() != staged.numRows()) {
        throw new AssertionError(rows + " are not " + staged.numRows());
      }
      requireUnfenced(
          of.process()
              .call(
                  "commit",
                  target,
                  () -> of.outside().target(target).commit(next, List.copyOf(rows), epoch)));
      marker = Optional.of(next);
    }

    @Override
    public void close() {}
  }
}
