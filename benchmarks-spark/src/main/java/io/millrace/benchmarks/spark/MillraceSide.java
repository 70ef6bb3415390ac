package io.millrace.benchmarks.spark;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.benchmarks.BatchStepper;
import io.millrace.benchmarks.CyclingInput;
import io.millrace.benchmarks.Digest;
import io.millrace.benchmarks.KeyedEvents;
import io.millrace.benchmarks.ZipfLines;
import io.millrace.benchmarks.cluster.Figures;
import io.millrace.benchmarks.cluster.JobTime;
import io.millrace.benchmarks.cluster.Load;
import io.millrace.benchmarks.cluster.LoadData;
import io.millrace.benchmarks.cluster.Side;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDD;
import io.millrace.stream.PairDStream;
import io.millrace.stream.State;
import io.millrace.stream.StateSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;

/** The programs with Millrace; {@link #main} is a process that runs one of them. */
final class MillraceSide implements Side {

  private static final int NUM_PARTITIONS = 2;

  private final Load load;
  private final BatchStepper stepper;
  private final JobListener jobs;
  private List<CyclingInput<?>> inputs = List.of();
  private long digest;

  private MillraceSide(Load load, BatchStepper stepper, JobListener jobs) {
    this.load = load;
    this.stepper = stepper;
    this.jobs = jobs;
  }

  /**
   * Starts the program of a load.
   *
   * @param checkpoint where, if the load is durable
   */
  static MillraceSide start(Conf conf, Load load, Path checkpoint) throws Exception {
    BatchStepper stepper = new BatchStepper(conf);
    try {
      if (load.isDurable()) {
        stepper.context().checkpoint(checkpoint.toAbsolutePath().toString());
      }
      JobListener jobs = JobListener.on(SparkContext.getOrCreate());
      MillraceSide side = new MillraceSide(load, stepper, jobs);
      side.declare();
      stepper.start();
      return side;
    } catch (Exception e) {
      // Else Spark's threads keep the process.
      stepper.close();
      throw e;
    }
  }

  private void declare() {
    switch (load.program()) {
      case WORD_COUNT -> countWords();
      case RUNNING_SUM -> sumUp();
      case SUM_BY_KEY -> sumByKey();
    }
  }

  /**
   * Runs one load and prints what was measured: {@code MillraceSide MASTER SCRATCH LOAD…}. Settings
   * are taken from system properties.
   */
  public static void main(String[] args) throws Exception {
    Conf conf = new Conf().setMaster(args[0]);
    System.getProperties().stringPropertyNames().stream()
        .filter(key -> key.startsWith("spark.") || key.startsWith("millrace."))
        .forEach(key -> conf.set(key, System.getProperty(key)));
    Load load = Load.parse(Arrays.asList(args).subList(2, args.length));
    try (MillraceSide side = start(conf, load, Path.of(args[1]))) {
      System.out.println(Figures.of(side, load).toLine());
    }
  }

  /** Data that executors hold before the first batch. */
  private <T> CyclingInput<T> input(List<List<T>> batches) {
    List<RDD<T>> datasets = new ArrayList<>();
    for (List<T> batch : batches) {
      RDD<T> dataset = stepper.context().rddContext().parallelize(batch, NUM_PARTITIONS).cache();
      dataset.count();
      datasets.add(dataset);
    }
    CyclingInput<T> input = new CyclingInput<>(stepper.context(), datasets);
    inputs = List.of(input);
    return input;
  }

  private void countWords() {
    input(List.of(LoadData.lines(load))).stream()
        .flatMap(ZipfLines::split)
        .mapToPair(word -> new Tuple2<>(word, 1))
        .reduceByKey((a, b) -> a + b, NUM_PARTITIONS)
        .foreachRDD(
            rdd -> {
              digest = Digest.of(rdd.collect());
            });
  }

  private void sumUp() {
    PairRDD<Long, Long> initial =
        stepper.context().rddContext().parallelizePairs(LoadData.zeros(load), NUM_PARTITIONS);
    PairDStream.fromDStream(input(LoadData.events(load)).stream())
        .mapWithState(
            StateSpec.function(MillraceSide::add)
                .initialState(initial)
                .numPartitions(NUM_PARTITIONS))
        .foreachRDD(
            rdd -> {
              digest =
                  rdd.aggregate(
                      0L, (sum, pair) -> sum + KeyedEvents.mix(pair._1(), pair._2()), Long::sum);
            });
  }

  private static Tuple2<Long, Long> add(Long key, Optional<Long> value, State<Long> state) {
    long sum = (state.exists() ? state.get() : 0) + value.get();
    state.update(sum);
    return new Tuple2<>(key, sum);
  }

  private void sumByKey() {
    input(List.of(LoadData.numbers(load))).stream()
        .mapToPair(number -> new Tuple2<>(LoadData.group(number), number + 1))
        .reduceByKey((a, b) -> a + b, NUM_PARTITIONS)
        .foreachRDD(
            rdd -> {
              digest = Digest.of(rdd.collect());
            });
  }

  @Override
  public void step() throws Exception {
    digest = 0;
    inputs.forEach(CyclingInput::offer);
    stepper.step();
  }

  @Override
  public long digest() {
    return digest;
  }

  @Override
  public List<JobTime> jobs() throws Exception {
    return jobs.times();
  }

  @Override
  public void close() {
    stepper.close();
  }
}
