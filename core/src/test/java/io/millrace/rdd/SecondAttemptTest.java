package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A function that combines may change its first argument. When it throws after that, the second
 * attempt reads the records as they were before the first, wherever they are held in memory.
 */
class SecondAttemptTest {

  private static final AtomicInteger CALLS = new AtomicInteger();
  private static volatile int throwsAt;

  private final RDDContext context = new RDDContext("local[1,2]", "test");

  @AfterEach
  void close() {
    context.close();
  }

  private static long[] add(long[] sum, long[] added) {
    sum[0] += added[0];
    if (CALLS.incrementAndGet() == throwsAt) {
      throw new IllegalStateException("call " + throwsAt);
    }
    return sum;
  }

  private static long onlyValue(PairRDD<String, long[]> sums) {
    return sums.values().collect().get(0)[0];
  }

  /** Sums up a dataset of pairs whose keys are all the same. */
  private static Arguments form(String name, ToLongFunction<PairRDD<String, long[]>> sum) {
    return Arguments.of(name, sum);
  }

  static Stream<Arguments> forms() {
    return Stream.of(
        form("reduceByKey", rdd -> onlyValue(rdd.reduceByKey(SecondAttemptTest::add))),
        form("foldByKey", rdd -> onlyValue(rdd.foldByKey(new long[1], SecondAttemptTest::add))),
        form(
            "aggregateByKey that returns its value",
            rdd ->
                onlyValue(
                    rdd.<long[]>aggregateByKey(
                        new long[0],
                        (sum, value) -> sum.length == 0 ? value : add(sum, value),
                        SecondAttemptTest::add))),
        form(
            "combineByKey of the value itself",
            rdd ->
                onlyValue(
                    rdd.combineByKey(
                        value -> value, SecondAttemptTest::add, SecondAttemptTest::add))),
        form(
            "combineByKey of a tuple with the value",
            rdd ->
                rdd.combineByKey(
                        value -> Tuple2.of(value, 1),
                        (sum, value) -> Tuple2.of(add(sum._1(), value), sum._2() + 1),
                        (a, b) -> Tuple2.of(add(a._1(), b._1()), a._2() + b._2()))
                    .values()
                    .collect()
                    .get(0)
                    ._1()[0]),
        form(
            "reduceByKey of what was grouped",
            rdd ->
                onlyValue(
                    rdd.groupByKey()
                        .flatMapValues(values -> values.iterator())
                        .reduceByKey(SecondAttemptTest::add))),
        form(
            "reduceByKeyLocally",
            rdd -> rdd.reduceByKeyLocally(SecondAttemptTest::add).get("key")[0]),
        form("reduce", rdd -> rdd.values().reduce(SecondAttemptTest::add)[0]),
        form("fold", rdd -> rdd.values().fold(new long[1], SecondAttemptTest::add)[0]),
        form(
            "aggregate that returns its record",
            rdd ->
                rdd.values()
                    .<long[]>aggregate(
                        new long[0],
                        (sum, value) -> sum.length == 0 ? value : add(sum, value),
                        (a, b) -> a.length == 0 ? b : add(a, b))[0]),
        form("treeReduce", rdd -> rdd.values().treeReduce(SecondAttemptTest::add, 3)[0]),
        form(
            "treeAggregate that returns its record",
            rdd ->
                rdd.values()
                    .<long[]>treeAggregate(
                        new long[0],
                        (sum, value) -> sum.length == 0 ? value : add(sum, value),
                        SecondAttemptTest::add,
                        3)[0]));
  }

  private PairRDD<String, long[]> numbers(int numPartitions) {
    return context.parallelizePairs(
        Stream.of(1L, 2L, 3L, 4L).map(i -> Tuple2.of("key", new long[] {i})).toList(),
        numPartitions);
  }

  private static void check(
      String name, PairRDD<String, long[]> rdd, ToLongFunction<PairRDD<String, long[]>> sum) {
    for (int k = 0; k < 8; k++) {
      // A call on the thread that joins the results of partitions is not in a task.
      throwsAt = k;
      CALLS.set(0);
      long result;
      try {
        result = sum.applyAsLong(rdd);
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("call " + k);
        assertThat(rdd.getNumPartitions() > 1 || name.equals("fold")).as(name).isTrue();
        continue;
      }
      assertThat(result).as("%s, call %s throws", name, k).isEqualTo(10);
    }
    throwsAt = 0;
    assertThat(rdd.values().map(value -> value[0]).collect())
        .as("%s leaves the records as they are", name)
        .isEqualTo(List.of(1L, 2L, 3L, 4L));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void ofAList(String name, ToLongFunction<PairRDD<String, long[]>> sum) {
    check(name, numbers(1), sum);
    check(name, numbers(4), sum);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void ofAPersistedDataset(String name, ToLongFunction<PairRDD<String, long[]>> sum) {
    for (int partitions : new int[] {1, 2}) {
      check(name, numbers(partitions).mapValues(value -> value.clone()).cache(), sum);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void ofAPersistedDatasetThatIsReadFirst(int partitions) {
    throwsAt = 0;
    PairRDD<String, long[]> cached = numbers(partitions).mapValues(value -> value.clone()).cache();
    cached.count();
    check("reduceByKey", cached, rdd -> onlyValue(rdd.reduceByKey(SecondAttemptTest::add)));
  }
}
