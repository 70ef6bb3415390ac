package io.millrace.examples;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDDContext;
import io.millrace.stream.DStream;
import io.millrace.stream.PairDStream;
import io.millrace.stream.StreamingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keeps the stock of each article as goods come and go: {@code updateStateByKey} that begins with
 * what was counted before.
 *
 * <p>Each batch has the whole stock, so it costs what all articles cost; to pay for changes alone,
 * use {@code mapWithState}.
 */
public final class RunningTotals {

  private static final List<Tuple2<String, Long>> COUNTED =
      List.of(new Tuple2<>("apples", 100L), new Tuple2<>("pears", 50L));

  private RunningTotals() {}

  /**
   * The stock after each batch. Articles of which nothing is left are forgotten.
   *
   * @param movements how many of an article came, or went if negative
   * @param opening the stock before the first batch
   */
  public static PairDStream<String, Long> define(
      PairDStream<String, Long> movements, PairRDD<String, Long> opening) {
    RDDContext context = opening.context();
    return movements.updateStateByKey(
        RunningTotals::update, new HashPartitioner(context.defaultParallelism()), opening);
  }

  private static Optional<Long> update(List<Long> movements, Optional<Long> stock) {
    long total = stock.orElse(0L) + movements.stream().mapToLong(Long::longValue).sum();
    return total == 0 ? Optional.empty() : Optional.of(total);
  }

  /** Prints the stock after lines such as {@code apples -3}; others are left out. */
  public static void run(
      Conf conf, Duration interval, Function<StreamingContext, DStream<String>> input)
      throws InterruptedException {
    try (StreamingContext context = new StreamingContext(conf, interval)) {
      PairDStream<String, Long> movements =
          input
              .apply(context)
              .filter(line -> line.matches("\\w+ -?\\d{1,9}"))
              .map(line -> line.split(" "))
              .mapToPair(words -> new Tuple2<>(words[0], Long.valueOf(words[1])));

      define(movements, context.rddContext().parallelizePairs(COUNTED)).print();

      context.start();
      context.awaitTermination();
    }
  }

  public static void main(String[] args) throws InterruptedException {
    LineProgram.main("RunningTotals", args, RunningTotals::run);
  }
}
