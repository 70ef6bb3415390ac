package io.millrace.benchmarks;

import io.millrace.Tuple2;
import io.millrace.stream.BatchInfo;
import io.millrace.stream.DStreamLike;
import io.millrace.stream.PairDStream;
import java.util.List;
import java.util.function.ToLongFunction;

/** A turn over keyed events, whose results are compared by the sum of a number for each. */
final class KeyedTurn implements Turns.Turn {

  private final BatchStepper stepper;
  private final List<List<Tuple2<Long, Long>>> batches;
  private final CyclingInput<Tuple2<Long, Long>> input;
  private final ToLongFunction<List<Tuple2<Long, Long>>> byHand;
  private int number;
  private long digest;
  private long expected;

  /**
   * @param byHand does a batch by hand and returns its digest
   */
  KeyedTurn(
      BatchStepper stepper,
      List<List<Tuple2<Long, Long>>> batches,
      int numPartitions,
      ToLongFunction<List<Tuple2<Long, Long>>> byHand) {
    this.stepper = stepper;
    this.batches = batches;
    this.input = CyclingInput.of(stepper.context(), batches, numPartitions);
    this.byHand = byHand;
  }

  PairDStream<Long, Long> input() {
    return PairDStream.fromDStream(input.stream());
  }

  /** Makes the digest of a stream what is compared. */
  void digest(DStreamLike<Tuple2<Long, Long>, ?, ?> results) {
    results.foreachRDD(
        rdd -> {
          digest =
              rdd.aggregate(
                  0L, (sum, pair) -> sum + KeyedEvents.mix(pair._1(), pair._2()), Long::sum);
        });
  }

  @Override
  public void begin() {
    number = input.offer();
  }

  @Override
  public BatchInfo millrace() throws Exception {
    return stepper.step();
  }

  @Override
  public void byHand() {
    expected = byHand.applyAsLong(batches.get(number));
  }

  @Override
  public boolean areEqual() {
    return expected == digest;
  }
}
