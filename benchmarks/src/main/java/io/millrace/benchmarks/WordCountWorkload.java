package io.millrace.benchmarks;

import io.millrace.Tuple2;
import io.millrace.rdd.RDD;
import io.millrace.stream.BatchInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Batches of 100,000 lines of 10 words, counted per word, against {@code HashMap.merge} in one
 * thread over the same lines. The two take turns, batch by batch.
 */
final class WordCountWorkload implements Workload {

  private static final int NUM_LINES = 100_000;
  private static final int WARM_UP_BATCHES = 15;
  private static final int BATCHES = 26;

  private List<Tuple2<String, Integer>> counts = List.of();

  @Override
  public List<Row> run() throws Exception {
    List<String> lines = ZipfLines.lines(NUM_LINES);
    List<Row> rows = new ArrayList<>();
    for (int parallelism = 1; parallelism <= 2; parallelism++) {
      rows.add(run(lines, parallelism));
    }
    return rows;
  }

  private Row run(List<String> lines, int parallelism) throws Exception {
    String master = "local[" + parallelism + "]";
    try (BatchStepper stepper = new BatchStepper(master)) {
      RDD<String> input = stepper.context().rddContext().parallelize(lines, parallelism);
      stepper
          .context()
          .queueStream(new ArrayDeque<>(), true, input)
          .flatMap(ZipfLines::split)
          .mapToPair(word -> new Tuple2<>(word, 1))
          .reduceByKey((a, b) -> a + b)
          .foreachRDD(
              rdd -> {
                counts = rdd.collect();
              });
      stepper.start();
      return new Turns(WARM_UP_BATCHES, BATCHES)
          .take(
              "wordcount-" + master,
              "words/s",
              (double) NUM_LINES * ZipfLines.WORDS_PER_LINE,
              new Turns.Turn() {
                private Map<String, Integer> expected = Map.of();

                @Override
                public BatchInfo millrace() throws Exception {
                  return stepper.step();
                }

                @Override
                public void byHand() {
                  expected = countByHand(lines);
                }

                @Override
                public boolean areEqual() {
                  return Digest.of(expected) == Digest.of(counts);
                }
              });
    }
  }

  private static Map<String, Integer> countByHand(List<String> lines) {
    Map<String, Integer> counts = new HashMap<>();
    for (String line : lines) {
      for (Iterator<String> words = ZipfLines.split(line); words.hasNext(); ) {
        counts.merge(words.next(), 1, (a, b) -> a + b);
      }
    }
    return counts;
  }
}
