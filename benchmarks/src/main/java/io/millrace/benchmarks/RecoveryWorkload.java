package io.millrace.benchmarks;

import io.millrace.Tuple2;
import io.millrace.rdd.PairRDD;
import io.millrace.stream.StateSpec;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * From the start of a process to the end of its first new batch, with a state of a million keys to
 * restore from snapshots and deltas.
 */
final class RecoveryWorkload implements Workload {

  private static final int NUM_KEYS = 1_000_000;
  private static final int PER_BATCH = 200_000;
  private static final int BATCHES = 30;
  private static final int RUNS = 5;
  private static final String FIRST_BATCH = "first batch";

  @Override
  public List<Row> run() throws Exception {
    try (ScratchDirectory scratch = new ScratchDirectory()) {
      Path directory = scratch.path().resolve("checkpoint");
      try (BatchStepper stepper = new BatchStepper("local[2]")) {
        KeyedTurn turn = define(stepper, directory, KeyedEvents.zeros(NUM_KEYS));
        for (int i = 0; i < BATCHES; i++) {
          turn.begin();
          turn.millrace();
        }
      }
      double[] seconds = new double[RUNS];
      for (int i = 0; i < RUNS; i++) {
        seconds[i] = restart(directory, i + 1);
      }
      Percentiles times = Percentiles.of(seconds);
      return List.of(
          new Row(
              "recovery",
              "s",
              Double.NaN,
              times.at(0.5),
              1e3 * times.at(0.5),
              1e3 * times.at(0.99),
              true));
    }
  }

  private static KeyedTurn define(
      BatchStepper stepper, Path directory, List<Tuple2<Long, Long>> initialState)
      throws Exception {
    stepper.context().checkpoint(directory.toString());
    PairRDD<Long, Long> initial = stepper.context().rddContext().parallelizePairs(initialState, 2);
    KeyedTurn turn =
        new KeyedTurn(stepper, KeyedEvents.uniform(1, PER_BATCH, NUM_KEYS), 2, events -> 0);
    turn.digest(
        turn.input().mapWithState(StateSpec.function(StateWorkload::add).initialState(initial)));
    stepper.start();
    return turn;
  }

  private static double restart(Path directory, int number) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(RecoveryWorkload.class.getName());
    command.add(directory.toString());
    command.add(Integer.toString(number));
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      double seconds = (System.nanoTime() - start) / 1e9;
      if (!Objects.equals(line, FIRST_BATCH) || process.waitFor() != 0) {
        throw new IllegalStateException("the restarted program said " + line);
      }
      return seconds;
    }
  }

  /**
   * The program that is restarted; arguments are the checkpoint's directory and which restart it
   * is.
   */
  public static void main(String[] args) throws Exception {
    try (BatchStepper stepper = new BatchStepper("local[2]")) {
      stepper.skipTo(1_000L * BATCHES * (1 + Integer.parseInt(args[1])));
      KeyedTurn turn = define(stepper, Path.of(args[0]), List.of());
      turn.begin();
      if (turn.millrace().number() <= BATCHES) {
        throw new IllegalStateException("the checkpoint was not attached");
      }
      System.out.println(FIRST_BATCH);
    }
  }
}
