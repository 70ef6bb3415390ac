package io.millrace.internal.scheduler;

import io.millrace.TaskContext;
import io.millrace.internal.checkpoint.Checkpoint;
import io.millrace.internal.checkpoint.RowFileReader;
import io.millrace.internal.checkpoint.RowFileWriter;
import io.millrace.sink.StageContext;
import io.millrace.sink.StagedRows;
import io.millrace.sink.TransactionalSink;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Engine;
import io.millrace.spi.Job;
import io.millrace.spi.Terminal;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import io.millrace.stream.graph.Output;
import io.millrace.stream.graph.SinkBinding;
import io.millrace.stream.graph.Staging;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks that stage what transactional sinks are to make visible, and holds what they have
 * staged until the batch is final. If the program has one sink, rows need not survive a crash: the
 * sink has the batch or the batch is run again. If it has several, one may have the batch and
 * another not, so their rows are durable before the first of them commits.
 */
final class Stager {

  private final Engine engine;
  private final Cancellation cancellation;
  private final StatePlace place;
  private final StreamIds ids;
  private final Checkpoint checkpoint;
  private final Patience patience;
  private final int numSinks;
  private final Map<String, List<StateFile>> staged = new LinkedHashMap<>();
  private @Nullable OpenBatch batch;

  Stager(
      Engine engine,
      Cancellation cancellation,
      StatePlace place,
      StreamIds ids,
      Checkpoint checkpoint,
      Patience patience,
      int numSinks) {
    this.engine = engine;
    this.cancellation = cancellation;
    this.place = place;
    this.ids = ids;
    this.checkpoint = checkpoint;
    this.patience = patience;
    this.numSinks = numSinks;
  }

  /** Forgets what was staged; what comes belongs to this batch. */
  void begin(OpenBatch opened) {
    staged.clear();
    batch = opened;
  }

  /** Where an output stages its rows. */
  Staging of(Output output) {
    return (sink, plan) -> stage(id(output, sink), sink, plan);
  }

  private String id(Output output, TransactionalSink<?, ?> sink) {
    for (SinkBinding binding : output.sinks()) {
      if (binding.sink() == sink) {
        return ids.ofSink(binding);
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s was not declared with %s: name the sink where the output is declared,"
                + " foreachBatch(function, sink)",
            output.label(),
            sink.description()));
  }

  @SuppressWarnings("unchecked")
  private void stage(String id, TransactionalSink<?, ?> sink, PlanNode<?> plan) {
    OpenBatch current = batch;
    if (current == null) {
      throw new IllegalStateException("no batch is open");
    }
    String what = "what output " + id + " stages";
    List<List<StateFile>> files =
        patience.writeRows(
            what,
            () ->
                engine.run(
                    Job.over(
                        (PlanNode<Object>) plan,
                        new Terminal.Iterate<>(body(id, sink, plan, current)),
                        what,
                        cancellation)));
    List<StateFile> all = staged.computeIfAbsent(id, key -> new ArrayList<>());
    files.forEach(all::addAll);
    if (all.isEmpty()) {
      staged.remove(id);
    }
  }

  @SuppressWarnings("unchecked")
  private StageBody body(
      String id, TransactionalSink<?, ?> sink, PlanNode<?> plan, OpenBatch current) {
    return new StageBody(
        (TransactionalSink<Object, Object>) sink,
        place,
        new StageContext(
            checkpoint.id().toString(),
            id,
            current.number(),
            current.time().milliseconds(),
            checkpoint.epoch(),
            0,
            0),
        checkpoint.newName("r"),
        plan.numPartitions(),
        numSinks > 1);
  }

  /** Runs in tasks. */
  private record StageBody(
      TransactionalSink<Object, Object> sink,
      StatePlace place,
      StageContext context,
      String prefix,
      int numPartitions,
      boolean isDurable)
      implements Terminal.Body<Object, List<StateFile>> {

    @Override
    public List<StateFile> apply(TaskContext task, Iterator<Object> records) throws Exception {
      long attempt = task.attemptId();
      int partition = task.partitionId();
      RowFileWriter rows =
          new RowFileWriter(
              place, prefix + "-" + partition + "-" + attempt, partition, numPartitions);
      if (records.hasNext()) {
        sink.stage(
            records,
            new StageContext(
                context.checkpointId(),
                context.outputId(),
                context.batch(),
                context.batchTimeMillis(),
                context.epoch(),
                partition,
                attempt),
            rows::write);
      }
      return rows.finish(isDurable ? place.maxInlineBytes() : Integer.MAX_VALUE);
    }
  }

  /** The outputs that have rows, in order of staging. */
  List<String> inOrder() {
    return List.copyOf(staged.keySet());
  }

  /**
   * What the log is to say of the staged rows: all that is durable, if they have to be; else the
   * objects alone that memory had no room for, so that they are deleted some day.
   */
  Map<String, List<StateFile>> durable() {
    Map<String, List<StateFile>> said = new LinkedHashMap<>();
    staged.forEach(
        (id, files) ->
            said.put(
                id,
                files.stream().filter(file -> numSinks > 1 || file.inline().isEmpty()).toList()));
    return said;
  }

  /** The rows of an output. */
  StagedRows<Object> rows(String id) {
    return rows(staged.getOrDefault(id, List.of()));
  }

  /** The rows that files hold. */
  StagedRows<Object> rows(List<StateFile> files) {
    return new StagedRows<>() {
      @Override
      public long numRows() {
        return files.stream().mapToLong(StateFile::numEntries).sum();
      }

      @Override
      public Iterator<Object> iterator() {
        return new RowFileReader(place, files);
      }
    };
  }
}
