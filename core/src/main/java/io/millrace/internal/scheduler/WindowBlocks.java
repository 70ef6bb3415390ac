package io.millrace.internal.scheduler;

import io.millrace.TaskContext;
import io.millrace.internal.checkpoint.CheckpointState;
import io.millrace.internal.checkpoint.Fact;
import io.millrace.internal.checkpoint.RowFileReader;
import io.millrace.internal.checkpoint.RowFileWriter;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Engine;
import io.millrace.spi.Job;
import io.millrace.spi.Terminal;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.RecordSource;
import io.millrace.spi.plan.SourceNode;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import io.millrace.stream.graph.StreamNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The records that plain windows will read again, durable for as long as a window reaches back to
 * them. They are written as they were computed, and never computed again.
 */
final class WindowBlocks {

  private final Engine engine;
  private final Cancellation cancellation;
  private final StatePlace place;
  private final List<Reach> windows;
  private final Patience patience;

  /**
   * How far back a window reads a stream. What is kept belongs to the window, so that it stays when
   * another window over the same stream goes; the files are those of all.
   *
   * @param id of the window
   * @param stream that it reads
   * @param lengthMillis how far back
   */
  record Reach(String id, StreamNode<?> stream, long lengthMillis) {}

  /**
   * @param windows in order of declaration
   */
  WindowBlocks(
      Engine engine,
      Cancellation cancellation,
      StatePlace place,
      List<Reach> windows,
      Patience patience) {
    this.engine = engine;
    this.cancellation = cancellation;
    this.place = place;
    this.windows = List.copyOf(windows);
    this.patience = patience;
  }

  /** Writes down what the open batch has of these streams, and says what can go. */
  Map<String, Fact.WindowChange> persist(
      StreamPlans plans,
      OpenBatch batch,
      CheckpointState state,
      Function<String, String> newPrefix) {
    Map<StreamNode<?>, List<StateFile>> written = new HashMap<>();
    Map<String, Fact.WindowChange> changes = new TreeMap<>();
    for (Reach window : windows) {
      List<StateFile> files =
          written.computeIfAbsent(window.stream(), node -> write(node, plans, newPrefix));
      long forgotten = batch.time().milliseconds() - window.lengthMillis();
      if (!files.isEmpty() || isAnyForgotten(state.windows().get(window.id()), forgotten)) {
        changes.put(window.id(), new Fact.WindowChange(files, forgotten));
      }
    }
    return changes;
  }

  private List<StateFile> write(
      StreamNode<?> node, StreamPlans plans, Function<String, String> newPrefix) {
    PlanNode<?> plan = plans.known(node);
    return plan == null
        ? List.of()
        : patience.writeRows(
            "the records of " + node + " for windows",
            () -> write(node, plan, newPrefix.apply("w")));
  }

  private static boolean isAnyForgotten(
      CheckpointState.@Nullable WindowContents contents, long millis) {
    return contents != null
        && !contents.batches().isEmpty()
        && contents.batches().firstKey().timeMillis() <= millis;
  }

  @SuppressWarnings("unchecked")
  private List<StateFile> write(StreamNode<?> node, PlanNode<?> plan, String prefix) {
    List<List<StateFile>> files =
        engine.run(
            Job.over(
                (PlanNode<Object>) plan,
                new Terminal.Iterate<>(new WriteBody(place, prefix, plan.numPartitions())),
                "the records of " + node + " for windows",
                cancellation));
    List<StateFile> all = new ArrayList<>();
    files.forEach(all::addAll);
    return all;
  }

  /** Runs in tasks. */
  private record WriteBody(StatePlace place, String prefix, int numPartitions)
      implements Terminal.Body<Object, List<StateFile>> {

    @Override
    public List<StateFile> apply(TaskContext task, Iterator<Object> records) throws Exception {
      int partition = task.partitionId();
      RowFileWriter rows =
          new RowFileWriter(
              place, prefix + "-" + partition + "-" + task.attemptId(), partition, numPartitions);
      while (records.hasNext()) {
        rows.write(records.next());
      }
      return rows.finish(place.maxInlineBytes());
    }
  }

  /** Gives windows what an earlier process has written. */
  void restore(StreamPlans plans, CheckpointState state) {
    for (Reach window : windows) {
      CheckpointState.WindowContents contents = state.windows().get(window.id());
      if (contents != null) {
        contents
            .batches()
            .forEach(
                (batch, files) ->
                    plans.remember(
                        window.stream(),
                        batch,
                        new SourceNode<>(window.id(), source(window.id(), files))));
      }
    }
  }

  private RecordSource<Object> source(String id, List<StateFile> files) {
    Map<Integer, List<StateFile>> byPartition = new TreeMap<>();
    for (StateFile file : files) {
      byPartition.computeIfAbsent(file.partition(), key -> new ArrayList<>()).add(file);
    }
    return new StoredRecords(id, place, List.copyOf(byPartition.values()));
  }

  /** Records that are in files, those of a partition in one list. */
  private record StoredRecords(String id, StatePlace place, List<List<StateFile>> partitions)
      implements RecordSource<Object> {

    @Override
    public int numPartitions() {
      return partitions.size();
    }

    @Override
    public RecordReader<Object> open(int partition, TaskContext context) {
      RowFileReader rows = new RowFileReader(place, partitions.get(partition));
      return (into, max) -> {
        int count = 0;
        while (count < max && rows.hasNext()) {
          into[count++] = rows.next();
        }
        return count == 0 ? -1 : count;
      };
    }

    @Override
    public long numRecords() {
      return partitions.stream().flatMap(List::stream).mapToLong(StateFile::numEntries).sum();
    }

    @Override
    public String description() {
      return "the kept records of " + id;
    }
  }
}
