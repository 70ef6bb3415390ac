package io.millrace.stream;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Tuple2;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDD;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TransformTest {

  private static final List<List<Integer>> NUMBERS =
      asList(List.of(3, 1, 2), List.of(), null, List.of(4));

  @Test
  @Tag("one-run")
  void transform_mayRunJobsAndUseAnything() throws Exception {
    List<Long> counts = new ArrayList<>(); // not serializable work of the driver
    try (StreamTest test = new StreamTest()) {
      Recorded<Integer> recorded =
          test.record(
              test.input(NUMBERS, 2)
                  .transform(
                      rdd -> {
                        counts.add(rdd.count());
                        return rdd.sortBy(i -> i, true, 1);
                      }));
      test.run(4);
      assertThat(recorded.batches())
          .containsExactly(List.of(1, 2, 3), List.of(), List.of(), List.of(4));
      assertThat(counts).containsExactly(3L, 0L, 0L, 1L);
    }
  }

  @Test
  void transform_withTime_getsTheBatchTime() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<String> recorded =
          test.record(
              test.input(NUMBERS, 1)
                  .transform((rdd, time) -> rdd.map(i -> i + "@" + time.milliseconds())));
      test.run(4);
      assertThat(recorded.batches())
          .containsExactly(
              List.of("3@1000", "1@1000", "2@1000"), List.of(), List.of(), List.of("4@4000"));
    }
  }

  @Test
  void transformToPair_givesAStreamOfPairs() throws Exception {
    try (StreamTest test = new StreamTest()) {
      DStream<Integer> numbers = test.input(NUMBERS, 1);
      Recorded<Tuple2<Integer, Integer>> plain =
          test.record(
              numbers
                  .transformToPair(rdd -> rdd.mapToPair(i -> Tuple2.of(i % 2, i)))
                  .reduceByKey(Integer::sum, 1));
      Recorded<Tuple2<Long, Integer>> timed =
          test.record(
              numbers.transformToPair(
                  (rdd, time) -> rdd.mapToPair(i -> Tuple2.of(time.milliseconds(), i))));
      test.run(1);
      assertThat(plain.batches().get(0))
          .containsExactlyInAnyOrder(Tuple2.of(1, 4), Tuple2.of(0, 2));
      assertThat(timed.batches().get(0)).contains(Tuple2.of(1000L, 3));
    }
  }

  @Test
  void transformWith_getsBothDatasets_aMissingOneAsEmpty() throws Exception {
    try (StreamTest test = new StreamTest()) {
      DStream<Integer> numbers = test.input(NUMBERS, 1);
      DStream<Integer> others = test.input(asList(List.of(1), List.of(5), List.of(6), null), 1);
      Recorded<Integer> without =
          test.record(numbers.transformWith(others, (mine, its, time) -> mine.subtract(its)));
      Recorded<Integer> all =
          test.record(numbers.transformWith(others, (mine, its, time) -> mine.union(its)));
      test.run(4);
      assertThat(without.batches().get(0)).containsExactlyInAnyOrder(3, 2);
      assertThat(all.batches())
          .containsExactly(List.of(3, 1, 2, 1), List.of(5), List.of(6), List.of(4));
    }
  }

  @Test
  void transformWith_pairs_inAllForms() throws Exception {
    try (StreamTest test = new StreamTest()) {
      DStream<Integer> numbers = test.input(NUMBERS, 1);
      PairDStream<Integer, String> names =
          test.pairInput(List.of(List.of(Tuple2.of(3, "three"), Tuple2.of(9, "nine"))), 1);
      Recorded<Integer> toRecords =
          test.record(numbers.transformWith(names, (mine, its, time) -> mine.union(its.keys())));
      Recorded<Tuple2<Integer, Integer>> toPairs =
          test.record(
              numbers.transformWithToPair(
                  numbers, (mine, its, time) -> mine.zip(its.map(i -> -i))));
      Recorded<Tuple2<Integer, String>> pairsToPairs =
          test.record(
              numbers.transformWithToPair(
                  names,
                  (mine, its, time) ->
                      mine.mapToPair(i -> Tuple2.of(i, time))
                          .join(its)
                          .mapValues(both -> both._1().milliseconds() + both._2())));
      test.run(1);
      assertThat(toRecords.batches().get(0)).containsExactly(3, 1, 2, 3, 9);
      assertThat(toPairs.batches().get(0))
          .containsExactly(Tuple2.of(3, -3), Tuple2.of(1, -1), Tuple2.of(2, -2));
      assertThat(pairsToPairs.batches().get(0)).containsExactly(Tuple2.of(3, "1000three"));
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void contextTransform_getsDatasetsInTheOrderOfStreams() throws Exception {
    try (StreamTest test = new StreamTest()) {
      DStream<Integer> numbers = test.input(NUMBERS, 1);
      DStream<String> words = test.input(asList(List.of("x"), null, List.of("y")), 1);
      Recorded<String> joined =
          test.record(
              test.context()
                  .transform(
                      List.of(words, numbers),
                      (rdds, time) -> {
                        RDD<String> left = (RDD<String>) rdds.get(0);
                        RDD<Integer> right = (RDD<Integer>) rdds.get(1);
                        return left.union(right.map(i -> "n" + i));
                      }));
      Recorded<Tuple2<String, Long>> pairs =
          test.record(
              test.context()
                  .transformToPair(
                      List.of(words, numbers),
                      (rdds, time) -> {
                        PairRDD<String, Long> only =
                            ((RDD<String>) rdds.get(0))
                                .mapToPair(word -> Tuple2.of(word, time.milliseconds()));
                        return only;
                      }));
      test.run(3);
      assertThat(joined.batches())
          .containsExactly(List.of("x", "n3", "n1", "n2"), List.of(), List.of("y"));
      assertThat(pairs.batches())
          .containsExactly(
              List.of(Tuple2.of("x", 1000L)), List.of(), List.of(Tuple2.of("y", 3000L)));
    }
  }

  @Test
  void transform_thatReturnsNull_failsWithWhatToDo() {
    try (StreamTest test = new StreamTest()) {
      test.record(test.input(NUMBERS, 1).<Integer>transform(rdd -> null));
      assertThatThrownBy(() -> test.run(1))
          .isInstanceOf(BatchFailedException.class)
          .hasMessageContaining("the function of transform returned null")
          .hasMessageContaining("emptyRDD()")
          .hasMessageContaining("transform#1");
    }
  }

  @Test
  void transform_refusesStreamsOfAnotherContext() {
    try (StreamTest test = new StreamTest();
        StreamTest other = new StreamTest()) {
      DStream<Integer> mine = test.input(NUMBERS, 1);
      DStream<Integer> its = other.input(NUMBERS, 1);
      assertThatThrownBy(() -> mine.transformWith(its, (a, b, time) -> a.union(b)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("another streaming context");
      assertThatThrownBy(() -> test.context().transform(List.of(), (rdds, time) -> mineOf(rdds)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least one stream");
    }
  }

  @SuppressWarnings("unchecked")
  private static RDD<Integer> mineOf(List<RDD<?>> rdds) {
    return (RDD<Integer>) rdds.get(0);
  }
}
