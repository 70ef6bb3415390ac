package io.millrace.jdbc;

import io.millrace.sink.SinkContext;
import io.millrace.sink.StageContext;
import io.millrace.sink.StagedRows;
import io.millrace.sink.TransactionalSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;

/** What one partition staged. */
record StagedList<R>(List<R> rows) implements StagedRows<R> {

  static final String CHECKPOINT = "4a1f0a36-2f0b-4d7a-8a34-7a8c1c0e5b11";

  @SafeVarargs
  static <T, R> StagedList<R> of(TransactionalSink<T, R> sink, T... records) throws Exception {
    StageContext context = new StageContext(CHECKPOINT, "out", 1, 1_000, 1, 0, 1);
    List<R> rows = new ArrayList<>();
    sink.stage(Arrays.asList(records).iterator(), context, rows::add);
    return new StagedList<>(rows);
  }

  static SinkContext driver(long epoch) {
    return driver(CHECKPOINT, epoch);
  }

  static SinkContext driver(String checkpoint, long epoch) {
    return new SinkContext(checkpoint, "out", epoch, new UUID(7, epoch));
  }

  @Override
  public long numRows() {
    return rows.size();
  }

  @Override
  public Iterator<R> iterator() {
    return rows.iterator();
  }
}
