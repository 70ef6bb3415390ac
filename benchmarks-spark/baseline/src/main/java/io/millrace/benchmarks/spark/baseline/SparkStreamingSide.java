package io.millrace.benchmarks.spark.baseline;

import io.millrace.benchmarks.Digest;
import io.millrace.benchmarks.KeyedEvents;
import io.millrace.benchmarks.ZipfLines;
import io.millrace.benchmarks.cluster.Figures;
import io.millrace.benchmarks.cluster.JobTime;
import io.millrace.benchmarks.cluster.Load;
import io.millrace.benchmarks.cluster.LoadData;
import io.millrace.benchmarks.cluster.Side;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.Optional;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.State;
import org.apache.spark.streaming.StateSpec;
import org.apache.spark.streaming.StreamingContextState;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.streaming.scheduler.StreamingListener;
import org.apache.spark.streaming.scheduler.StreamingListenerBatchCompleted;
import org.apache.spark.util.ManualClock;
import scala.Tuple2;

/** The programs with Spark Streaming; {@link #main} is a process that runs one of them. */
final class SparkStreamingSide implements Side {

  /** Not of an object, since functions that set it are written to the checkpoint. */
  private static volatile long digest;

  private static final int NUM_PARTITIONS = 2;
  private static final long BATCH_MILLIS = 1_000;
  private static final long LIMIT_MINUTES = 1;

  private final Load load;
  private final JavaStreamingContext context;
  private final JobListener jobs;
  private final Semaphore completed = new Semaphore(0);

  private SparkStreamingSide(Load load, JavaStreamingContext context, JobListener jobs) {
    this.load = load;
    this.context = context;
    this.jobs = jobs;
  }

  /**
   * Starts the program of a load.
   *
   * @param checkpoint where, if the load is durable
   */
  static SparkStreamingSide start(SparkConf conf, Load load, Path checkpoint) {
    conf.setAppName("bench").set("spark.streaming.clock", ManualClock.class.getName());
    JavaStreamingContext context = new JavaStreamingContext(conf, new Duration(BATCH_MILLIS));
    try {
      if (load.isDurable()) {
        context.checkpoint(checkpoint.toUri().toString());
      }
      JobListener jobs = JobListener.on(context.ssc().sparkContext());
      SparkStreamingSide side = new SparkStreamingSide(load, context, jobs);
      side.declare();
      context.start();
      return side;
    } catch (RuntimeException e) {
      // Else Spark's threads keep the process.
      context.stop(true, false);
      throw e;
    }
  }

  private void declare() {
    switch (load.program()) {
      case WORD_COUNT -> countWords();
      case RUNNING_SUM -> sumUp();
      case SUM_BY_KEY -> sumByKey();
    }
    context
        .ssc()
        .addStreamingListener(
            new StreamingListener() {
              @Override
              public void onBatchCompleted(StreamingListenerBatchCompleted batch) {
                completed.release();
              }
            });
  }

  /**
   * Runs one load and prints what was measured: {@code SparkStreamingSide MASTER SCRATCH LOAD…}.
   * Settings are taken from system properties.
   */
  public static void main(String[] args) throws Exception {
    SparkConf conf = new SparkConf().setMaster(args[0]);
    Load load = Load.parse(Arrays.asList(args).subList(2, args.length));
    try (SparkStreamingSide side = start(conf, load, Path.of(args[1]))) {
      System.out.println(Figures.of(side, load).toLine());
    }
  }

  /**
   * Data that executors hold before the first batch. It is cut off from the list that it was made
   * of, which would go out again with each task, cached or not.
   */
  private <T> JavaDStream<T> input(List<List<T>> batches) {
    List<JavaRDD<T>> datasets = new ArrayList<>();
    for (List<T> batch : batches) {
      JavaRDD<T> dataset = context.sparkContext().parallelize(batch, NUM_PARTITIONS);
      dataset.rdd().localCheckpoint();
      dataset.count();
      datasets.add(dataset);
    }
    return CyclingDStream.over(datasets, context);
  }

  private void countWords() {
    input(List.of(LoadData.lines(load)))
        .flatMap(ZipfLines::split)
        .mapToPair(word -> new Tuple2<>(word, 1))
        .reduceByKey(Integer::sum, NUM_PARTITIONS)
        .foreachRDD(rdd -> digest(rdd.collect()));
  }

  private void sumUp() {
    JavaPairRDD<Long, Long> initial =
        context.sparkContext().parallelizePairs(pairs(LoadData.zeros(load)));
    List<List<Tuple2<Long, Long>>> batches = new ArrayList<>();
    LoadData.events(load).forEach(batch -> batches.add(pairs(batch)));
    input(batches)
        .mapToPair(pair -> pair)
        .mapWithState(
            StateSpec.function(SparkStreamingSide::add)
                .initialState(initial)
                .numPartitions(NUM_PARTITIONS))
        .foreachRDD(
            rdd -> {
              digest =
                  rdd.aggregate(
                      0L, (sum, pair) -> sum + KeyedEvents.mix(pair._1(), pair._2()), Long::sum);
            });
  }

  private static List<Tuple2<Long, Long>> pairs(List<io.millrace.Tuple2<Long, Long>> pairs) {
    List<Tuple2<Long, Long>> converted = new ArrayList<>(pairs.size());
    pairs.forEach(pair -> converted.add(new Tuple2<>(pair._1(), pair._2())));
    return converted;
  }

  private static Tuple2<Long, Long> add(Long key, Optional<Long> value, State<Long> state) {
    long sum = (state.exists() ? state.get() : 0) + value.get();
    state.update(sum);
    return new Tuple2<>(key, sum);
  }

  private void sumByKey() {
    input(List.of(LoadData.numbers(load)))
        .mapToPair(number -> new Tuple2<>(LoadData.group(number), number + 1))
        .reduceByKey(Long::sum, NUM_PARTITIONS)
        .foreachRDD(rdd -> digest(rdd.collect()));
  }

  private static void digest(List<? extends Tuple2<?, ? extends Number>> counts) {
    Map<Object, Number> byKey = new HashMap<>();
    counts.forEach(pair -> byKey.put(pair._1(), pair._2()));
    digest = Digest.of(byKey);
  }

  @Override
  public void step() throws Exception {
    digest = 0; // Spark Streaming goes on after a batch that fails.
    ((ManualClock) context.ssc().scheduler().clock()).advance(BATCH_MILLIS);
    if (!completed.tryAcquire(LIMIT_MINUTES, TimeUnit.MINUTES)) {
      if (context.getState() != StreamingContextState.ACTIVE) {
        context.awaitTerminationOrTimeout(1);
      }
      throw new IllegalStateException("a batch has not ended within " + LIMIT_MINUTES + " minutes");
    }
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
    context.stop(true, false);
  }
}
