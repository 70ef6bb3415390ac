package io.millrace.benchmarks;

import io.millrace.Tuple2;
import io.millrace.rdd.PairRDD;
import io.millrace.stream.BatchInfo;
import io.millrace.stream.CheckpointInfo;
import io.millrace.stream.StateSpec;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a batch of 1,000 records waits for the disk: beside one write of 4 KiB with its sync and a
 * link, taken in turns in the same directory tree. {@code commit} is from the last output to the
 * end of the batch in the log; {@code commit-and-plan} counts the plan too.
 */
final class CommitWorkload implements Workload {

  private static final int PER_BATCH = 1_000;
  private static final int NUM_KEYS = 100_000;
  private static final int WARM_UP_BATCHES = 200;
  private static final int BATCHES = 600;
  private static final int WRITE_BYTES = 4096;

  @Override
  public List<Row> run() throws Exception {
    List<List<Tuple2<Long, Long>>> inputs = KeyedEvents.uniform(8, PER_BATCH, NUM_KEYS);
    try (ScratchDirectory scratch = new ScratchDirectory();
        BatchStepper stepper = new BatchStepper("local[2]")) {
      Path plain = Files.createDirectory(scratch.path().resolve("plain"));
      stepper.context().checkpoint(scratch.path().resolve("checkpoint").toString());
      PairRDD<Long, Long> none =
          stepper.context().rddContext().parallelizePairs(List.<Tuple2<Long, Long>>of(), 2);
      KeyedTurn turn = new KeyedTurn(stepper, inputs, 2, events -> 0);
      turn.digest(
          turn.input().mapWithState(StateSpec.function(StateWorkload::add).initialState(none)));
      stepper.start();
      double[] writes = new double[BATCHES];
      double[] commits = new double[BATCHES];
      double[] totals = new double[BATCHES];
      for (int i = -WARM_UP_BATCHES; i < BATCHES; i++) {
        double write = write(plain, i + WARM_UP_BATCHES);
        turn.begin();
        BatchInfo batch = turn.millrace();
        CheckpointInfo info = batch.checkpoint().orElseThrow();
        if (i >= 0) {
          writes[i] = write;
          commits[i] = (info.totalNanos() - info.planNanos()) / 1e6;
          totals[i] = info.totalNanos() / 1e6;
        }
      }
      List<Row> rows = new ArrayList<>();
      rows.add(row("commit", writes, commits));
      rows.add(row("commit-and-plan", writes, totals));
      return rows;
    }
  }

  private static double write(Path directory, int number) throws Exception {
    Path temporary = directory.resolve("t" + number);
    long start = System.nanoTime();
    try (FileChannel file =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(WRITE_BYTES));
      file.force(true);
    }
    Files.createLink(directory.resolve("f" + number), temporary);
    double millis = (System.nanoTime() - start) / 1e6;
    Files.delete(temporary);
    return millis;
  }

  private static Row row(String name, double[] writes, double[] commits) {
    Percentiles times = Percentiles.of(commits);
    return new Row(
        name,
        "ms/batch",
        Percentiles.of(writes).at(0.5),
        times.at(0.5),
        times.at(0.5),
        times.at(0.99),
        true);
  }
}
