package io.millrace.spark;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.examples.WordCount;
import io.millrace.rdd.RDD;
import io.millrace.stream.StreamingContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;

/** The word count of the examples over three batches, whose master is its argument. */
final class CountedWords {

  private static final List<List<String>> BATCHES =
      List.of(List.of("to be or", "not to be"), List.of(), List.of("that is", "the question is"));

  private CountedWords() {}

  /** All counts, batch by batch, each batch ordered by word. */
  static List<Tuple2<String, Integer>> count(String master) throws InterruptedException {
    Conf conf = new Conf().setMaster(master).setAppName("word count");
    try (StreamingContext context = new StreamingContext(conf, Duration.ofMillis(50))) {
      Queue<RDD<String>> batches = new ArrayDeque<>();
      BATCHES.forEach(lines -> batches.add(context.rddContext().parallelize(lines, 2)));
      List<Tuple2<String, Integer>> counts = new ArrayList<>();
      CountDownLatch left = new CountDownLatch(BATCHES.size());
      WordCount.define(context.queueStream(batches))
          .foreachRDD(
              (rdd, time) -> {
                List<Tuple2<String, Integer>> ofBatch = new ArrayList<>(rdd.collect());
                ofBatch.sort(Comparator.comparing(Tuple2::_1));
                counts.addAll(ofBatch);
                left.countDown();
              });
      context.start();
      left.await();
      context.stop();
      return counts;
    }
  }

  public static void main(String[] args) throws InterruptedException {
    System.out.println(count(args[0]));
  }
}
