package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.function.SerializableComparator;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.Partitioner;
import io.millrace.testkit.StreamTest;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fault injection into user code: for every stateful and keyed operation, the k-th call of user
 * code throws, for every k. With a second attempt at tasks the results are those of a plain model;
 * with batches that may fail, a batch is in them wholly or not at all. Functions change their first
 * argument, before the call throws or after it.
 */
@Timeout(300)
@Tag("embedded") // counts calls, which are others on another engine
class UserCodeFaultTest {

  private static final List<List<String>> BATCHES =
      List.of(
          List.of("a1", "b2", "a3", "c4"),
          List.of("b5", "d6", "a7"),
          List.of(),
          List.of("e8", "a9", "e1", "c2"),
          List.of("b3"));

  /** A batch whose records are left out since it failed. */
  private static final List<String> SKIPPED = new ArrayList<>();

  /** Counts calls of user code and throws in one of them. */
  private static final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final AtomicLong CALLS = new AtomicLong();
    private static volatile long throwsAt;

    Fault(long call) {
      super("call " + call + " of user code");
    }

    static void begin(long at) {
      CALLS.set(0);
      throwsAt = at;
    }

    static void call() {
      long number = CALLS.incrementAndGet();
      if (number == throwsAt) {
        throw new Fault(number);
      }
    }
  }

  /** A key whose methods are user code; few hashes, so that most look-ups compare. */
  private static final class Key implements Comparable<Key>, Serializable {
    private static final long serialVersionUID = 1L;
    private final String name;

    Key(String name) {
      this.name = name;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      Fault.call();
      return other instanceof Key key && key.name.equals(name);
    }

    @Override
    public int hashCode() {
      Fault.call();
      return name.charAt(0) % 2;
    }

    @Override
    public int compareTo(Key other) {
      Fault.call();
      return name.compareTo(other.name);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Adds into its first argument. */
  private static long[] add(long[] sum, long[] added) {
    Fault.call();
    sum[0] += added[0];
    Fault.call();
    return sum;
  }

  private static long[] subtract(long[] sum, long[] taken) {
    Fault.call();
    sum[0] -= taken[0];
    Fault.call();
    return sum;
  }

  private static Optional<long[]> update(List<long[]> values, Optional<long[]> state) {
    Fault.call();
    long[] sum = null;
    for (long[] value : values) {
      sum = sum == null ? state.orElse(null) : sum;
      sum = sum == null ? value : add(sum, value); // the first record becomes the state
    }
    return sum == null ? state : Optional.of(sum);
  }

  private static Tuple2<Key, long[]> track(Key key, Optional<long[]> value, State<long[]> state) {
    Fault.call();
    if (state.isTimingOut()) {
      return new Tuple2<>(key, new long[] {-state.get()[0]});
    }
    long[] added = value.orElseThrow();
    if (state.exists()) {
      add(state.get(), added);
    } else {
      state.update(added); // the record becomes the state
    }
    Fault.call();
    return new Tuple2<>(key, state.get().clone());
  }

  private static long[] sum(Iterable<long[]> values) {
    long sum = 0;
    for (long[] value : values) {
      Fault.call();
      sum += value[0];
    }
    return new long[] {sum};
  }

  /** What a program makes of its input. */
  private interface Program {
    PairDStream<Key, long[]> of(PairDStream<Key, long[]> input);
  }

  /** What is right in the last of some batches. */
  private interface Model {
    @Nullable Map<String, Long> of(List<List<String>> batches);
  }

  private static Map<String, Long> sums(List<List<String>> batches, int last) {
    Map<String, Long> sums = new TreeMap<>();
    batches
        .subList(Math.max(0, batches.size() - last), batches.size())
        .forEach(
            batch ->
                batch.forEach(
                    record ->
                        sums.merge(
                            record.substring(0, 1), Long.valueOf(record.substring(1)), Long::sum)));
    return sums;
  }

  private static Model ofLast(int numBatches) {
    return batches -> sums(batches, numBatches);
  }

  private static final Model OF_BATCH = ofLast(1);
  private static final Model OF_ALL = ofLast(Integer.MAX_VALUE);
  private static final Duration THREE = Duration.ofSeconds(3);
  private static final Duration ONE = Duration.ofSeconds(1);

  private static Arguments operation(String name, Model model, Program program) {
    return Arguments.of(name, model, program);
  }

  private interface Datasets {
    PairRDD<Key, long[]> of(PairRDD<Key, long[]> input);
  }

  private static Arguments transformed(String name, Datasets datasets) {
    return operation(name, OF_BATCH, input -> input.transformToPair(datasets::of));
  }

  static Stream<Arguments> operations() {
    return Stream.of(
        operation("reduceByKey", OF_BATCH, in -> in.reduceByKey(UserCodeFaultTest::add)),
        operation(
            "combineByKey, of the value itself",
            OF_BATCH,
            in -> in.combineByKey(v -> v, UserCodeFaultTest::add, UserCodeFaultTest::add, in2())),
        operation("groupByKey", OF_BATCH, in -> in.groupByKey().mapValues(UserCodeFaultTest::sum)),
        operation("updateStateByKey", OF_ALL, in -> in.updateStateByKey(UserCodeFaultTest::update)),
        operation(
            "mapWithState, its snapshots",
            OF_ALL,
            in ->
                in.mapWithState(StateSpec.function(UserCodeFaultTest::track).numPartitions(2))
                    .stateSnapshots()),
        operation(
            "reduceByKeyAndWindow",
            ofLast(3),
            in -> in.reduceByKeyAndWindow(UserCodeFaultTest::add, THREE, ONE)),
        operation(
            "reduceByKeyAndWindow with inverse",
            ofLast(3),
            in ->
                in.reduceByKeyAndWindow(
                    UserCodeFaultTest::add,
                    UserCodeFaultTest::subtract,
                    THREE,
                    ONE,
                    2,
                    total -> total._2()[0] != 0)),
        operation(
            "groupByKeyAndWindow",
            ofLast(3),
            in -> in.groupByKeyAndWindow(THREE, ONE).mapValues(UserCodeFaultTest::sum)),
        operation(
            "window, then reduceByKey",
            ofLast(3),
            in -> in.window(THREE, ONE).reduceByKey(UserCodeFaultTest::add)),
        operation("cogroup", OF_BATCH, in -> in.cogroup(in).mapValues(groups -> sum(groups._1()))),
        operation(
            "reduceByKey, then updateStateByKey",
            OF_ALL,
            in ->
                in.reduceByKey(UserCodeFaultTest::add).updateStateByKey(UserCodeFaultTest::update)),
        operation(
            "reduceByKeyAndWindow of panes of two batches",
            ofLastEvery(4, 2),
            in ->
                in.reduceByKeyAndWindow(
                    UserCodeFaultTest::add, Duration.ofSeconds(4), Duration.ofSeconds(2))),
        operation(
            "reduceByKeyAndWindow with inverse of panes of two batches",
            ofLastEvery(4, 2),
            in ->
                in.reduceByKeyAndWindow(
                    UserCodeFaultTest::add,
                    UserCodeFaultTest::subtract,
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(2),
                    2,
                    total -> total._2()[0] != 0)),
        operation(
            "reduceByWindow",
            batches -> total(sums(batches, 3)),
            in ->
                in.map(pair -> pair._2())
                    .reduceByWindow(UserCodeFaultTest::add, THREE, ONE)
                    .mapToPair(sum -> new Tuple2<>(new Key("total"), sum))),
        operation(
            "reduce",
            batches -> total(sums(batches, 1)),
            in ->
                in.map(pair -> pair._2())
                    .reduce(UserCodeFaultTest::add)
                    .mapToPair(sum -> new Tuple2<>(new Key("total"), sum))),
        operation(
            "countByValueAndWindow",
            batches -> counts(batches, 3),
            in ->
                in.map(pair -> pair._1())
                    .countByValueAndWindow(THREE, ONE)
                    .filter(pair -> pair._2() != 0)
                    .mapToPair(pair -> new Tuple2<>(pair._1(), new long[] {pair._2()}))),
        operation(
            "mapWithState with a time-out, its snapshots",
            UserCodeFaultTest::timedOut,
            in ->
                in.mapWithState(
                        StateSpec.function(UserCodeFaultTest::track)
                            .numPartitions(2)
                            .timeout(Duration.ofSeconds(1)))
                    .stateSnapshots()),
        operation(
            "mapWithState, what it emits",
            batches -> {
              Map<String, Long> emitted = sums(batches, Integer.MAX_VALUE);
              emitted.keySet().retainAll(sums(batches, 1).keySet());
              return emitted;
            },
            in ->
                in.mapWithState(StateSpec.function(UserCodeFaultTest::track).numPartitions(2))
                    .mapToPair(pair -> pair)
                    .groupByKey()
                    .mapValues(UserCodeFaultTest::greatest)),
        transformed(
            "aggregateByKey",
            rdd -> rdd.aggregateByKey(new long[1], UserCodeFaultTest::add, UserCodeFaultTest::add)),
        transformed("foldByKey", rdd -> rdd.foldByKey(new long[1], UserCodeFaultTest::add)),
        transformed(
            "partitionBy and mapPartitions of sums",
            rdd -> rdd.groupByKey(3).mapValues(UserCodeFaultTest::sum).repartition(2)),
        transformed(
            "distinct",
            rdd ->
                rdd.keys()
                    .distinct()
                    .mapToPair(key -> new Tuple2<>(key, new long[] {1}))
                    .join(rdd.groupByKey())
                    .mapValues(both -> sum(both._2()))),
        transformed(
            "subtractByKey",
            rdd -> {
              PairRDD<Key, long[]> none = rdd.filter(pair -> pair._2()[0] > 100);
              return rdd.subtractByKey(none).reduceByKey(UserCodeFaultTest::add);
            }),
        transformed(
            "repartitionAndSortWithinPartitions",
            rdd ->
                rdd.reduceByKey(UserCodeFaultTest::add)
                    .repartitionAndSortWithinPartitions(
                        in2(), SerializableComparator.comparing(key -> key))),
        transformed(
            "leftOuterJoin",
            rdd -> {
              PairRDD<Key, long[]> sums = rdd.reduceByKey(UserCodeFaultTest::add);
              return sums.leftOuterJoin(sums).mapValues(both -> both._1());
            }));
  }

  private static Model ofLastEvery(int numBatches, int slide) {
    return batches -> batches.size() % slide == 0 ? sums(batches, numBatches) : null;
  }

  private static Map<String, Long> total(Map<String, Long> sums) {
    long total = sums.values().stream().mapToLong(Long::longValue).sum();
    return sums.isEmpty() ? Map.of() : Map.of("total", total);
  }

  private static Map<String, Long> counts(List<List<String>> batches, int last) {
    Map<String, Long> counts = new TreeMap<>();
    batches.subList(Math.max(0, batches.size() - last), batches.size()).stream()
        .flatMap(List::stream)
        .forEach(record -> counts.merge(record.substring(0, 1), 1L, Long::sum));
    return counts;
  }

  /** Keys that no record has come for in two batches are gone. */
  private static Map<String, Long> timedOut(List<List<String>> batches) {
    Map<String, Long> held = new TreeMap<>();
    Map<String, Integer> touched = new TreeMap<>();
    for (int i = 0; i < batches.size(); i++) {
      if (batches.get(i) == SKIPPED) {
        continue; // no step, and so no time-out either
      }
      for (Map.Entry<String, Long> sum : sums(List.of(batches.get(i)), 1).entrySet()) {
        held.merge(sum.getKey(), sum.getValue(), Long::sum);
        touched.put(sum.getKey(), i);
      }
      int now = i;
      held.keySet().removeIf(key -> touched.get(key) < now - 1);
    }
    return held;
  }

  private static long[] greatest(Iterable<long[]> values) {
    long greatest = Long.MIN_VALUE;
    for (long[] value : values) {
      Fault.call();
      greatest = Math.max(greatest, value[0]);
    }
    return new long[] {greatest};
  }

  private static Partitioner in2() {
    return new HashPartitioner(2);
  }

  private static List<List<Tuple2<Key, long[]>>> input(List<List<String>> batches) {
    List<List<Tuple2<Key, long[]>>> input = new ArrayList<>();
    for (List<String> batch : batches) {
      input.add(
          batch.stream()
              .map(
                  r ->
                      Tuple2.of(
                          new Key(r.substring(0, 1)), new long[] {Long.parseLong(r.substring(1))}))
              .toList());
    }
    return input;
  }

  /** What each batch gives, null for one without result; and how many batches failed. */
  private record Outcome(List<@Nullable Map<String, Long>> results, long numFailed) {}

  private static Outcome run(Program program, String batchFailure, int maxFailures)
      throws Exception {
    Conf conf =
        new Conf()
            .setMaster("local[1]")
            .set("millrace.task.maxFailures", Integer.toString(maxFailures))
            .set("millrace.streaming.batchFailure", batchFailure);
    try (StreamTest test = new StreamTest(conf, ONE)) {
      StreamTest.Recorded<Tuple2<String, Long>> recorded =
          test.record(
              program
                  .of(test.pairInput(input(BATCHES), 2))
                  .map(pair -> Tuple2.of(pair._1().name, pair._2()[0])));
      test.run(BATCHES.size());
      List<@Nullable Map<String, Long>> results = new ArrayList<>();
      for (List<Tuple2<String, Long>> batch : recorded.batches()) {
        Map<String, Long> result = batch == null ? null : new TreeMap<>();
        if (batch != null) {
          batch.forEach(pair -> assertThat(result.put(pair._1(), pair._2())).isNull());
        }
        results.add(result);
      }
      return new Outcome(results, test.context().progress().numFailedBatches());
    }
  }

  /** What is right if the records of a batch, or of none for -1, are left out. */
  private static List<@Nullable Map<String, Long>> expected(Model model, int leftOut) {
    List<@Nullable Map<String, Long>> expected = new ArrayList<>();
    List<List<String>> batches = new ArrayList<>();
    for (int i = 0; i < BATCHES.size(); i++) {
      batches.add(leftOut == i ? SKIPPED : BATCHES.get(i));
      expected.add(model.of(batches));
    }
    return expected;
  }

  private static long numCalls(Program program) throws Exception {
    Fault.begin(0);
    run(program, "stop", 1);
    return Fault.CALLS.get();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  @Tag("one-run")
  void aSecondAttempt_findsNothingOfTheFirst(String name, Model model, Program program)
      throws Exception {
    long numCalls = numCalls(program);
    assertThat(numCalls).isGreaterThan(10);
    for (long k = 0; k <= numCalls; k++) {
      Fault.begin(k);
      assertThat(run(program, "stop", 2).results())
          .as("%s, call %s of %s fails once", name, k, numCalls)
          .isEqualTo(expected(model, -1));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  @Tag("one-run")
  void aBatchThatFails_isLeftOutWhollyOrIsInTheStatesWhole(
      String name, Model model, Program program) throws Exception {
    List<List<@Nullable Map<String, Long>>> right = new ArrayList<>();
    for (int failed = 0; failed < BATCHES.size(); failed++) {
      for (int leftOut : new int[] {-1, failed}) {
        List<@Nullable Map<String, Long>> expected = expected(model, leftOut);
        expected.set(failed, null);
        right.add(expected);
      }
    }
    long numCalls = numCalls(program);
    for (long k = 1; k <= numCalls; k++) {
      Fault.begin(k);
      Outcome outcome = run(program, "continue", 1);
      String about = name + ", call " + k + " of " + numCalls + " fails";
      assertThat(outcome.numFailed()).as(about).isEqualTo(1);
      assertThat(right).as(about).contains(outcome.results());
    }
  }
}
