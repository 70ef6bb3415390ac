package io.millrace.benchmarks;

import io.millrace.Tuple2;
import io.millrace.rdd.RDD;
import io.millrace.stream.PairDStream;
import io.millrace.stream.StreamingContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** A stream that is given batches in turn, over and over; datasets are made once. */
final class CyclingInput {

  private final Queue<RDD<Tuple2<Long, Long>>> queue = new ArrayDeque<>();
  private final List<RDD<Tuple2<Long, Long>>> datasets = new ArrayList<>();
  private final PairDStream<Long, Long> stream;
  private int next;

  CyclingInput(
      StreamingContext context, List<List<Tuple2<Long, Long>>> batches, int numPartitions) {
    for (List<Tuple2<Long, Long>> batch : batches) {
      datasets.add(context.rddContext().parallelize(batch, numPartitions));
    }
    this.stream = PairDStream.fromDStream(context.queueStream(queue));
  }

  PairDStream<Long, Long> stream() {
    return stream;
  }

  /** Gives the next batch; returns its number. */
  int offer() {
    int number = next;
    queue.add(datasets.get(number));
    next = (next + 1) % datasets.size();
    return number;
  }
}
