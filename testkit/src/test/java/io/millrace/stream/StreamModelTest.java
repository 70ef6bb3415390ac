package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every operation that works within a batch against a plain computation, over batches that are
 * empty, missing, of one record or of many, where most records have one key and keys and values may
 * be null.
 */
@Timeout(120)
class StreamModelTest {

  private static final int NUM_BATCHES = 6;

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  private static <A, B> Tuple2<A, B> pair(A first, B second) {
    return Tuple2.of(first, second);
  }

  private List<List<Tuple2<String, Integer>>> batches() {
    List<List<Tuple2<String, Integer>>> batches = new ArrayList<>();
    batches.add(List.of());
    batches.add(null);
    batches.add(records(1));
    for (int i = 3; i < NUM_BATCHES; i++) {
      batches.add(random.nextInt(5) == 0 ? null : records(random.nextInt(60)));
    }
    return batches;
  }

  private List<Tuple2<String, Integer>> records(int size) {
    List<Tuple2<String, Integer>> records = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      records.add(pair(key(), random.nextInt(9) == 0 ? null : random.nextInt(100)));
    }
    return records;
  }

  private String key() {
    int draw = random.nextInt(10);
    return draw < 7 ? "most" : draw == 7 ? null : "k" + random.nextInt(4);
  }

  private static List<Tuple2<String, Integer>> orNone(List<Tuple2<String, Integer>> batch) {
    return batch == null ? List.of() : batch;
  }

  /** Values of each key in order of arrival. */
  private static <V> Map<String, List<V>> grouped(List<Tuple2<String, V>> records) {
    Map<String, List<V>> groups = new LinkedHashMap<>();
    records.forEach(
        record -> groups.computeIfAbsent(record._1(), key -> new ArrayList<>()).add(record._2()));
    return groups;
  }

  private static <T> List<T> listOf(Iterable<T> records) {
    List<T> list = new ArrayList<>();
    records.forEach(list::add);
    return list;
  }

  private static List<Integer> values(List<Tuple2<String, Integer>> batch) {
    List<Integer> values = new ArrayList<>();
    batch.forEach(record -> values.add(record._2()));
    return values;
  }

  private static Integer sum(Integer a, Integer b) {
    return a == null ? b : b == null ? a : Integer.valueOf(a + b);
  }

  private static Integer sum(List<Integer> values) {
    return values.stream().filter(Objects::nonNull).reduce(Integer::sum).orElse(null);
  }

  private static <V, W> List<Tuple2<String, W>> eachGroup(
      List<Tuple2<String, V>> records, Function<List<V>, W> f) {
    List<Tuple2<String, W>> results = new ArrayList<>();
    grouped(records).forEach((key, values) -> results.add(pair(key, f.apply(values))));
    return results;
  }

  /** Runs an operation over random batches and compares each batch with the model, as multisets. */
  private <T> void check(
      int numPartitions,
      Function<PairDStream<String, Integer>, ? extends DStreamLike<T, ?, ?>> operation,
      Function<List<Tuple2<String, Integer>>, List<T>> model)
      throws InterruptedException {
    random.setSeed(seed);
    List<List<Tuple2<String, Integer>>> batches = batches();
    try (StreamTest test = new StreamTest()) {
      Recorded<T> recorded = test.record(operation.apply(test.pairInput(batches, numPartitions)));
      test.run(NUM_BATCHES);
      for (int i = 0; i < NUM_BATCHES; i++) {
        List<Tuple2<String, Integer>> batch = batches.get(i);
        List<T> actual = recorded.batches().get(i);
        if (actual == null) {
          assertThat(batch).as("no dataset in batch %d, seed %d", i, seed).isNull();
        } else {
          assertThat(actual)
              .as("batch %d of %s, seed %d", i, batch, seed)
              .containsExactlyInAnyOrderElementsOf(model.apply(orNone(batch)));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void groupByKey_keepsEachKeysValuesInOrder(int numPartitions) throws Exception {
    check(
        numPartitions,
        pairs -> pairs.groupByKey().mapValues(StreamModelTest::listOf),
        batch -> eachGroup(batch, values -> values));
    check(
        numPartitions,
        pairs -> pairs.groupByKey(3).mapValues(StreamModelTest::listOf),
        batch -> eachGroup(batch, values -> values));
    check(
        numPartitions,
        pairs -> pairs.groupByKey(new HashPartitioner(5)).mapValues(StreamModelTest::listOf),
        batch -> eachGroup(batch, values -> values));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void reduceByKey_isAFoldOfEachKey(int numPartitions) throws Exception {
    check(
        numPartitions,
        pairs -> pairs.reduceByKey(StreamModelTest::sum),
        batch -> eachGroup(batch, StreamModelTest::sum));
    check(
        numPartitions,
        pairs -> pairs.reduceByKey(StreamModelTest::sum, 3),
        batch -> eachGroup(batch, StreamModelTest::sum));
    check(
        numPartitions,
        pairs -> pairs.reduceByKey(StreamModelTest::sum, new HashPartitioner(5)),
        batch -> eachGroup(batch, StreamModelTest::sum));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void combineByKey_isAFoldInOrderOfArrival(int numPartitions) throws Exception {
    for (boolean mapSideCombine : new boolean[] {true, false}) {
      check(
          numPartitions,
          pairs ->
              pairs.combineByKey(
                  value -> "" + value,
                  (text, value) -> text + "," + value,
                  (left, right) -> left + "," + right,
                  new HashPartitioner(3),
                  mapSideCombine),
          batch ->
              eachGroup(
                  batch, values -> String.join(",", values.stream().map(v -> "" + v).toList())));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void countByValue_countsNullsToo(int numPartitions) throws Exception {
    Function<List<Tuple2<String, Integer>>, List<Tuple2<Tuple2<String, Integer>, Long>>> model =
        batch -> {
          Map<Tuple2<String, Integer>, Long> counts = new HashMap<>();
          batch.forEach(record -> counts.merge(record, 1L, Long::sum));
          return counts.entrySet().stream().map(e -> pair(e.getKey(), e.getValue())).toList();
        };
    check(numPartitions, pairs -> pairs.countByValue(), model);
    check(numPartitions, pairs -> pairs.countByValue(4), model);
    check(
        numPartitions,
        pairs -> pairs.map(Tuple2::_1).countByValue(3),
        batch -> {
          Map<String, Long> counts = new HashMap<>();
          batch.forEach(record -> counts.merge(record._1(), 1L, Long::sum));
          return counts.entrySet().stream().map(e -> pair(e.getKey(), e.getValue())).toList();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void wholeBatches_areCountedReducedSpreadAndJoined(int numPartitions) throws Exception {
    check(numPartitions, pairs -> pairs.count(), batch -> List.of((long) batch.size()));
    check(
        numPartitions,
        pairs -> pairs.map(Tuple2::_2).reduce(StreamModelTest::sum),
        batch ->
            batch.isEmpty()
                ? List.of()
                : Arrays.asList(sum(batch.stream().map(Tuple2::_2).toList())));
    check(numPartitions, pairs -> pairs.repartition(4), batch -> batch);
    check(
        numPartitions,
        pairs -> pairs.union(pairs),
        batch -> {
          List<Tuple2<String, Integer>> twice = new ArrayList<>(batch);
          twice.addAll(batch);
          return twice;
        });
    check(numPartitions, pairs -> pairs.glom().flatMap(List::iterator), batch -> batch);
    check(
        numPartitions,
        pairs -> pairs.map(Tuple2::_2).repartition(3).glom().flatMap(List::iterator),
        StreamModelTest::values);
    check(
        numPartitions,
        pairs -> pairs.map(Tuple2::_2).mapPartitions(part -> part),
        StreamModelTest::values);
    check(
        numPartitions,
        pairs -> pairs.transform(rdd -> rdd.values().coalesce(1)),
        StreamModelTest::values);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void recordsAndValues_mayBeNull(int numPartitions) throws Exception {
    check(numPartitions, pairs -> pairs.map(Tuple2::_2), StreamModelTest::values);
    check(
        numPartitions,
        pairs -> pairs.map(Tuple2::_1).mapToPair(key -> pair(key, (Integer) null)),
        batch -> batch.stream().map(record -> pair(record._1(), (Integer) null)).toList());
    check(
        numPartitions,
        pairs -> pairs.filter(record -> record._1() == null),
        batch -> batch.stream().filter(record -> record._1() == null).toList());
    check(
        numPartitions,
        pairs -> pairs.mapValues(value -> value == null ? "none" : null),
        batch ->
            batch.stream()
                .map(record -> pair(record._1(), record._2() == null ? "none" : null))
                .toList());
    check(
        numPartitions,
        pairs -> pairs.flatMapValues(value -> Arrays.asList(value, null).iterator()),
        batch ->
            batch.stream()
                .flatMap(
                    record -> Arrays.asList(record, pair(record._1(), (Integer) null)).stream())
                .toList());
  }

  /** Runs an operation over two streams of random batches and compares it with the model. */
  private <T> void checkBoth(
      int numPartitions,
      BiFunction<PairDStream<String, Integer>, PairDStream<String, Integer>, DStreamLike<T, ?, ?>>
          operation,
      BiFunction<Map<String, List<Integer>>, Map<String, List<Integer>>, List<T>> model)
      throws InterruptedException {
    random.setSeed(seed);
    List<List<Tuple2<String, Integer>>> left = batches();
    List<List<Tuple2<String, Integer>>> right = new ArrayList<>(batches());
    right.add(0, right.remove(right.size() - 1));
    try (StreamTest test = new StreamTest()) {
      Recorded<T> recorded =
          test.record(
              operation.apply(test.pairInput(left, numPartitions), test.pairInput(right, 2)));
      test.run(NUM_BATCHES);
      for (int i = 0; i < NUM_BATCHES; i++) {
        assertThat(recorded.batches().get(i))
            .as("batch %d of %s and %s, seed %d", i, left.get(i), right.get(i), seed)
            .containsExactlyInAnyOrderElementsOf(
                model.apply(grouped(orNone(left.get(i))), grouped(orNone(right.get(i)))));
      }
    }
  }

  private static <V> List<Optional<V>> orMissing(List<V> values) {
    List<Optional<V>> optional = new ArrayList<>();
    if (values == null) {
      optional.add(Optional.empty());
    } else {
      values.forEach(value -> optional.add(Optional.ofNullable(value)));
    }
    return optional;
  }

  private static List<String> keys(Map<String, ?> left, Map<String, ?> right) {
    Map<String, Boolean> keys = new HashMap<>();
    left.keySet().forEach(key -> keys.put(key, true));
    right.keySet().forEach(key -> keys.put(key, true));
    return new ArrayList<>(keys.keySet());
  }

  private static <A, B> void cross(
      String key, List<A> left, List<B> right, List<Tuple2<String, Tuple2<A, B>>> into) {
    if (left != null && right != null) {
      left.forEach(a -> right.forEach(b -> into.add(pair(key, pair(a, b)))));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void cogroup_hasAllKeysOfBoth(int numPartitions) throws Exception {
    BiFunction<
            Map<String, List<Integer>>,
            Map<String, List<Integer>>,
            List<Tuple2<String, Tuple2<List<Integer>, List<Integer>>>>>
        model =
            (left, right) ->
                keys(left, right).stream()
                    .map(
                        key ->
                            pair(
                                key,
                                pair(
                                    left.getOrDefault(key, List.of()),
                                    right.getOrDefault(key, List.of()))))
                    .toList();
    io.millrace.function.Function<
            Tuple2<Iterable<Integer>, Iterable<Integer>>, Tuple2<List<Integer>, List<Integer>>>
        lists = both -> pair(listOf(both._1()), listOf(both._2()));
    checkBoth(numPartitions, (a, b) -> a.cogroup(b).mapValues(lists), model);
    checkBoth(numPartitions, (a, b) -> a.cogroup(b, 3).mapValues(lists), model);
    checkBoth(
        numPartitions, (a, b) -> a.cogroup(b, new HashPartitioner(1)).mapValues(lists), model);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void join_hasEachPairOfValues(int numPartitions) throws Exception {
    BiFunction<
            Map<String, List<Integer>>,
            Map<String, List<Integer>>,
            List<Tuple2<String, Tuple2<Integer, Integer>>>>
        model =
            (left, right) -> {
              List<Tuple2<String, Tuple2<Integer, Integer>>> joined = new ArrayList<>();
              left.forEach((key, values) -> cross(key, values, right.get(key), joined));
              return joined;
            };
    checkBoth(numPartitions, (a, b) -> a.join(b), model);
    checkBoth(numPartitions, (a, b) -> a.join(b, 3), model);
    checkBoth(numPartitions, (a, b) -> a.join(b, new HashPartitioner(1)), model);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void leftOuterJoin_keepsTheLeft(int numPartitions) throws Exception {
    BiFunction<
            Map<String, List<Integer>>,
            Map<String, List<Integer>>,
            List<Tuple2<String, Tuple2<Integer, Optional<Integer>>>>>
        model =
            (left, right) -> {
              List<Tuple2<String, Tuple2<Integer, Optional<Integer>>>> joined = new ArrayList<>();
              left.forEach((key, values) -> cross(key, values, orMissing(right.get(key)), joined));
              return joined;
            };
    checkBoth(numPartitions, (a, b) -> a.leftOuterJoin(b), model);
    checkBoth(numPartitions, (a, b) -> a.leftOuterJoin(b, 3), model);
    checkBoth(numPartitions, (a, b) -> a.leftOuterJoin(b, new HashPartitioner(1)), model);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void rightOuterJoin_keepsTheRight(int numPartitions) throws Exception {
    BiFunction<
            Map<String, List<Integer>>,
            Map<String, List<Integer>>,
            List<Tuple2<String, Tuple2<Optional<Integer>, Integer>>>>
        model =
            (left, right) -> {
              List<Tuple2<String, Tuple2<Optional<Integer>, Integer>>> joined = new ArrayList<>();
              right.forEach((key, values) -> cross(key, orMissing(left.get(key)), values, joined));
              return joined;
            };
    checkBoth(numPartitions, (a, b) -> a.rightOuterJoin(b), model);
    checkBoth(numPartitions, (a, b) -> a.rightOuterJoin(b, 3), model);
    checkBoth(numPartitions, (a, b) -> a.rightOuterJoin(b, new HashPartitioner(1)), model);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void fullOuterJoin_keepsBoth(int numPartitions) throws Exception {
    BiFunction<
            Map<String, List<Integer>>,
            Map<String, List<Integer>>,
            List<Tuple2<String, Tuple2<Optional<Integer>, Optional<Integer>>>>>
        model =
            (left, right) -> {
              List<Tuple2<String, Tuple2<Optional<Integer>, Optional<Integer>>>> joined =
                  new ArrayList<>();
              for (String key : keys(left, right)) {
                cross(key, orMissing(left.get(key)), orMissing(right.get(key)), joined);
              }
              return joined;
            };
    checkBoth(numPartitions, (a, b) -> a.fullOuterJoin(b), model);
    checkBoth(numPartitions, (a, b) -> a.fullOuterJoin(b, 3), model);
    checkBoth(numPartitions, (a, b) -> a.fullOuterJoin(b, new HashPartitioner(1)), model);
  }
}
