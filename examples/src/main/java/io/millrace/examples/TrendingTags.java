package io.millrace.examples;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDD;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Ranks the hashtags of the last minutes: a window that counts with an inverse, and a job in {@code
 * transform} that takes the top of each window.
 *
 * <p>A slide costs what came in and what went out, however long the window is.
 */
public final class TrendingTags {

  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final int NUM_TAGS = 10;

  private TrendingTags() {}

  /**
   * The most frequent tags of each window with their counts, most frequent first; of equally
   * frequent ones the first by alphabet.
   *
   * @param numTags how many at most
   */
  public static DStream<Tuple2<String, Long>> define(
      DStream<String> lines, Duration window, Duration slide, int numTags) {
    return lines
        .flatMap(TrendingTags::tags)
        .mapToPair(tag -> new Tuple2<>(tag, 1L))
        .reduceByKeyAndWindow(
            (count, entering) -> count + entering,
            (count, leaving) -> count - leaving,
            window,
            slide,
            lines.context().rddContext().defaultParallelism(),
            tag -> tag._2() > 0)
        .transform(counts -> top(counts, numTags));
  }

  private static Iterator<String> tags(String line) {
    return Stream.of(line.split("\\s+")).filter(word -> word.matches("#\\w+")).iterator();
  }

  /** Runs a job, on the batch thread, whose few results are the next dataset. */
  private static RDD<Tuple2<String, Long>> top(PairRDD<String, Long> counts, int numTags) {
    return counts.context().parallelize(counts.top(numTags, TrendingTags::compare), 1);
  }

  private static int compare(Tuple2<String, Long> a, Tuple2<String, Long> b) {
    int byCount = Long.compare(a._2(), b._2());
    return byCount != 0 ? byCount : b._1().compareTo(a._1());
  }

  /** Prints the trends of the last ten minutes with every batch. */
  public static void run(
      Conf conf, Duration interval, Function<StreamingContext, DStream<String>> input)
      throws InterruptedException {
    try (StreamingContext context = new StreamingContext(conf, interval)) {
      define(input.apply(context), WINDOW, interval, NUM_TAGS).print(NUM_TAGS);

      context.start();
      context.awaitTermination();
    }
  }

  public static void main(String[] args) throws InterruptedException {
    LineProgram.main("TrendingTags", args, TrendingTags::run);
  }
}
