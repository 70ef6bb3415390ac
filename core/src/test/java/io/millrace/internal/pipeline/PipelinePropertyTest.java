package io.millrace.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.spi.StableHash;
import io.millrace.spi.Terminal;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.RecordReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains of operators drawn at random yield what plain Java does, however they are run. */
class PipelinePropertyTest {

  private static final int MAX_PARTS = 12;
  private static final int NUM_CHAINS = 150;

  /** Some chains find room for their copies, later ones run on shared templates. */
  private final Specializer specializer = new Specializer(600, true);

  @Test
  void push_yieldsWhatPlainJavaDoes() throws Exception {
    for (long seed = 0; seed < NUM_CHAINS; seed++) {
      List<Object> numbers = numbers(seed);
      RandomChain chain = chain(seed, numbers);
      String about = "seed " + seed + ":" + chain;
      List<Object> expected = chain.expected();

      assertThat(run(chain, numbers, seed, new Terminal.Collect<>())).as(about).isEqualTo(expected);
      assertThat(run(chain, numbers, seed, new Terminal.Count<>()))
          .as(about)
          .isEqualTo(expected.size());
      assertThat(run(chain, numbers, seed, new Terminal.Reduce<>((first, second) -> second)))
          .as(about)
          .isEqualTo(expected.subList(Math.max(0, expected.size() - 1), expected.size()));
    }
  }

  @Test
  void push_keepsWhatPassedAndCompletesOnce() throws Exception {
    for (long seed = 0; seed < NUM_CHAINS; seed++) {
      List<Object> numbers = numbers(seed);
      RandomChain chain = chain(seed, numbers);
      run(chain, numbers, seed, new Terminal.Count<>());

      for (int i = 0; i < chain.keepers().size(); i++) {
        assertThat(chain.keepers().get(i).records)
            .as("seed %s:%s", seed, chain)
            .isEqualTo(chain.passing().get(i));
        assertThat(chain.keepers().get(i).completions).isEqualTo(1);
      }
    }
  }

  @Test
  void take_yieldsThePrefixAndReadsNoFurtherThanItsChunk() throws Exception {
    for (long seed = 0; seed < NUM_CHAINS; seed++) {
      List<Object> numbers = numbers(seed);
      RandomChain chain = chain(seed, numbers);
      List<Object> expected = chain.expected();
      int count = new Random(seed).nextInt(expected.size() + 3);

      List<Object> taken = run(chain, numbers, seed, new Terminal.Take<>(count));

      assertThat(taken)
          .as("seed %s, take %s:%s", seed, count, chain)
          .isEqualTo(expected.subList(0, Math.min(count, expected.size())));
      if (count < expected.size()) {
        assertThat(chain.keepers()).allMatch(keeper -> keeper.completions == 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1000})
  void pull_yieldsWhatPlainJavaDoesAndNeverMoreThanAsked(int max) throws Exception {
    for (long seed = 0; seed < NUM_CHAINS; seed++) {
      List<Object> numbers = numbers(seed);
      RandomChain chain = chain(seed, numbers);
      RecordReader<?> reader = pipeline(chain, numbers, seed).reader();

      List<Object> pulled = new ArrayList<>();
      Object[] into = new Object[max + 1];
      for (int n = reader.read(into, max); n >= 0; n = reader.read(into, max)) {
        assertThat(n).isBetween(1, max);
        assertThat(into[max]).isNull();
        Collections.addAll(pulled, Arrays.copyOf(into, n));
      }

      assertThat(pulled).as("seed %s, max %s:%s", seed, max, chain).isEqualTo(chain.expected());
      assertThat(reader.read(into, max)).isEqualTo(-1);
      assertThat(chain.keepers()).allMatch(keeper -> keeper.completions == 1);
    }
  }

  @Test
  void iterator_ofAReaderYieldsWhatPlainJavaDoes() throws Exception {
    for (long seed = 0; seed < NUM_CHAINS; seed++) {
      List<Object> numbers = numbers(seed);
      RandomChain chain = chain(seed, numbers);
      Terminal.Iterate<Object, List<Object>> iterate =
          new Terminal.Iterate<>(
              (context, records) -> {
                List<Object> all = new ArrayList<>();
                records.forEachRemaining(all::add);
                return all;
              });

      assertThat(run(chain, numbers, seed, iterate))
          .as("seed %s:%s", seed, chain)
          .isEqualTo(chain.expected());
    }
  }

  @RepeatedTest(20)
  void combine_yieldsKeysInOrderOfArrivalWithTheirValuesCombined(RepetitionInfo repetition)
      throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    int numTargets = 1 + random.nextInt(5);
    List<Object> pairs = new ArrayList<>();
    for (int i = random.nextInt(3_000); i > 0; i--) {
      int key = random.nextInt(1 + random.nextInt(500));
      pairs.add(new Tuple2<>(key == 0 ? null : "k" + key, i));
    }

    assertThat(combined(new Combiner.Group(), pairs, numTargets))
        .isEqualTo(grouped(pairs, numTargets));
    Function2<String, Integer, String> append = (all, value) -> all + "," + value;
    Function2<String, String, String> join = (a, b) -> a + "," + b;
    assertThat(
            combined(
                new Combiner.Aggregate(
                    (Function<Integer, String>) Object::toString, append, join, true),
                pairs,
                numTargets))
        .isEqualTo(
            grouped(pairs, numTargets).stream()
                .map(pair -> new Tuple2<>(pair._1(), commas((List<?>) pair._2())))
                .toList());
    Function2<Integer, Integer, Integer> sum = Integer::sum;
    assertThat(combined(new Combiner.Reduce(sum), pairs, numTargets))
        .isEqualTo(
            grouped(pairs, numTargets).stream()
                .map(pair -> new Tuple2<>(pair._1(), sum((List<?>) pair._2())))
                .toList());
  }

  @RepeatedTest(20)
  void reduce_takesValuesAndResultsOfAnyType(RepetitionInfo repetition) throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    int oneInThisManyIsOdd = 1 + random.nextInt(400);
    Function2<Object, Object, Object> mix = PipelinePropertyTest::mixed;
    List<Object> pairs = new ArrayList<>();
    Map<Object, Object> expected = new LinkedHashMap<>();
    for (int i = 0; i < 2_000; i++) {
      Object value = random.nextInt(oneInThisManyIsOdd) == 0 ? oddValue(random) : (Object) i;
      int key = random.nextInt(60);
      pairs.add(new Tuple2<>(key, value));
      expected.put(key, expected.containsKey(key) ? mixed(expected.get(key), value) : value);
    }

    assertThat(combined(new Combiner.Reduce(mix), pairs, 1))
        .isEqualTo(
            expected.entrySet().stream()
                .map(entry -> new Tuple2<>(entry.getKey(), entry.getValue()))
                .toList());
    assertThat(
            pairs(
                Pipeline.merge(
                    new Combiner.Reduce((a, b) -> List.of(a + "", b + "")),
                    List.of(
                        block(new Combiner.Reduce(mix), pairs),
                        block(new Combiner.Reduce(mix), pairs)))))
        .isEqualTo(
            expected.entrySet().stream()
                .map(
                    entry ->
                        new Tuple2<>(
                            entry.getKey(), (Object) Collections.nCopies(2, entry.getValue() + "")))
                .toList());
  }

  private static Object oddValue(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> null;
      case 1 -> "text";
      case 2 -> random.nextLong();
      default -> random.nextDouble();
    };
  }

  /** A number while both are, now and then of another type. */
  private static Object mixed(Object a, Object b) {
    if (a instanceof Integer first && b instanceof Integer second) {
      int sum = first + second;
      return sum % 97 == 0 ? (Object) (long) sum : (Object) sum;
    }
    if (a instanceof Long first && b instanceof Long second) {
      return first + second;
    }
    return (a + "," + b).hashCode();
  }

  @Test
  void merge_combinesBlocksInTheirOrder() throws Exception {
    Combiner group = new Combiner.Group();
    List<Object> first = List.of(new Tuple2<>("a", 1), new Tuple2<>("b", 2));
    List<Object> second = List.of(new Tuple2<>("b", 3), new Tuple2<>("c", 4), new Tuple2<>("a", 5));

    KeyedBlock merged = Pipeline.merge(group, List.of(block(group, first), block(group, second)));

    assertThat(pairs(merged))
        .containsExactly(
            new Tuple2<>("a", List.of(1, 5)),
            new Tuple2<>("b", List.of(2, 3)),
            new Tuple2<>("c", List.of(4)));
  }

  private List<Object> numbers(long seed) {
    Random random = new Random(~seed);
    int size = seed % 10 == 0 ? 0 : random.nextInt(700);
    return IntStream.range(0, size).mapToObj(i -> (Object) random.nextInt(100)).toList();
  }

  private RandomChain chain(long seed, List<Object> numbers) {
    Random random = new Random(seed);
    return new RandomChain(random, numbers, random.nextInt(MAX_PARTS));
  }

  private Pipeline pipeline(RandomChain chain, List<Object> numbers, long seed) {
    RecordReader<?> source =
        seed % 3 == 0 ? new IteratorReader(numbers.iterator()) : new RecordsInChunks(numbers, seed);
    return new Pipeline(source, chain.parts(), () -> {}, specializer);
  }

  private <R> R run(RandomChain chain, List<Object> numbers, long seed, Terminal<Object, R> end)
      throws Exception {
    return pipeline(chain, numbers, seed).run(end, new NoTask());
  }

  private static List<Tuple2<Object, Object>> combined(
      Combiner combiner, List<Object> pairs, int numTargets) throws Exception {
    KeyedBlock[] blocks =
        new Pipeline(new RecordsInChunks(pairs, 1), List.of(), () -> {})
            .combine(combiner, new ByHash(numTargets), first -> {}, null);
    List<Tuple2<Object, Object>> all = new ArrayList<>();
    for (KeyedBlock block : blocks) {
      all.addAll(pairs(block));
    }
    return all;
  }

  private static KeyedBlock block(Combiner combiner, List<Object> pairs) throws Exception {
    return new Pipeline(new RecordsInChunks(pairs, 1), List.of(), () -> {})
        .combine(combiner, new ByHash(1), first -> {}, null)[0];
  }

  private static List<Tuple2<Object, Object>> pairs(KeyedBlock block) {
    return IntStream.range(0, block.size())
        .mapToObj(i -> new Tuple2<>(block.keys()[i], block.values()[i]))
        .toList();
  }

  private static List<Tuple2<Object, Object>> grouped(List<Object> pairs, int numTargets) {
    List<Tuple2<Object, Object>> all = new ArrayList<>();
    for (int target = 0; target < numTargets; target++) {
      Map<Object, List<Object>> groups = new LinkedHashMap<>();
      for (Object record : pairs) {
        Tuple2<?, ?> pair = (Tuple2<?, ?>) record;
        if (new ByHash(numTargets).partition(pair._1()) == target) {
          groups.computeIfAbsent(pair._1(), key -> new ArrayList<>()).add(pair._2());
        }
      }
      groups.forEach((key, values) -> all.add(new Tuple2<>(key, values)));
    }
    return all;
  }

  private static Object commas(List<?> values) {
    return String.join(",", values.stream().map(Object::toString).toList());
  }

  private static Object sum(List<?> values) {
    return values.stream().mapToInt(value -> (Integer) value).sum();
  }

  private record ByHash(int numPartitions) implements Placement {
    @Override
    public int partition(Object key) {
      return Math.floorMod(StableHash.of(key), numPartitions);
    }

    @Override
    public boolean isStableHash() {
      return true;
    }
  }
}
