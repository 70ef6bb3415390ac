package io.millrace.examples;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.stream.PairDStream;
import io.millrace.stream.StreamingContext;
import io.millrace.stream.Time;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** The program of the README, between the two marks word for word; a test compares them. */
public final class ReadmeExample {

  private ReadmeExample() {}

  /**
   * Counts words of files that appear in a directory, until stopped.
   *
   * @param onTop hears the three most frequent words of each window
   */
  public static void run(String directory, BiConsumer<Time, List<Tuple2<Integer, String>>> onTop)
      throws InterruptedException {
    // README.md begin
    Conf conf = new Conf().setMaster("local[2]").setAppName("word count");
    try (StreamingContext context = new StreamingContext(conf, Duration.ofMillis(100))) {
      PairDStream<String, Integer> words =
          context
              .textFileStream(directory)
              .flatMap(line -> Arrays.asList(line.split(" ")).iterator())
              .mapToPair(word -> new Tuple2<>(word, 1));

      words.reduceByKey((a, b) -> a + b).print();

      words
          .reduceByKeyAndWindow((a, b) -> a + b, Duration.ofSeconds(2), Duration.ofMillis(200))
          .mapToPair(Tuple2::swap)
          .transformToPair(counts -> counts.sortByKey(false))
          .foreachRDD((top, time) -> onTop.accept(time, top.take(3)));

      context.start();
      context.awaitTermination();
    }
    // README.md end
  }
}
