package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a batch of {@code textFileStream} costs whose directory has 30,000 files that were read
 * before, beside a bare read of the directory's names.
 */
final class ListingWorkload implements Workload {

  private static final int NUM_FILES = 30_000;
  private static final int WARM_UP = 20;
  private static final int ROUNDS = 60;

  @Override
  public List<Row> run() throws Exception {
    try (ScratchDirectory scratch = new ScratchDirectory();
        BatchStepper stepper = new BatchStepper("local[2]")) {
      Path directory = Files.createDirectory(scratch.path().resolve("in"));
      for (int i = 0; i < NUM_FILES; i++) {
        Files.createFile(directory.resolve("part-" + i));
      }
      AtomicLong numLines = new AtomicLong();
      stepper
          .context()
          .textFileStream(directory.toString())
          .foreachRDD(rdd -> numLines.addAndGet(rdd.count()));
      stepper.start();
      List<Double> bare = new ArrayList<>();
      List<Double> batches = new ArrayList<>();
      boolean isWhole = true;
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        long startNanos = System.nanoTime();
        isWhole &= numNames(directory) == NUM_FILES;
        double bareMillis = (System.nanoTime() - startNanos) / 1e6;
        double batchMillis = stepper.step().processingNanos() / 1e6;
        if (round >= 0) {
          bare.add(bareMillis);
          batches.add(batchMillis);
        }
      }
      Files.writeString(scratch.path().resolve("new"), "one\n");
      Files.move(scratch.path().resolve("new"), directory.resolve("new"));
      stepper.step();
      Percentiles times = percentiles(batches);
      return List.of(
          new Row(
              "listing",
              "ms/batch",
              percentiles(bare).at(0.5),
              times.at(0.5),
              times.at(0.5),
              times.at(0.99),
              isWhole && numLines.get() == 1));
    }
  }

  private static int numNames(Path directory) throws IOException {
    int count = 0;
    try (DirectoryStream<Path> names = Files.newDirectoryStream(directory)) {
      for (Path name : names) {
        count += name.getFileName().toString().isEmpty() ? 0 : 1;
      }
    }
    return count;
  }

  private static Percentiles percentiles(List<Double> millis) {
    return Percentiles.of(millis.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
