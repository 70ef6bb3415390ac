package io.millrace.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.StableHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against a plain map, for keys of every kind. */
class DictionaryTest {

  private static final int NUM_RUNS = 40;
  private static final int NUM_CALLS = 60;

  private static Dictionary dictionary() {
    return new Dictionary(ObjectKeyTable::new);
  }

  static Stream<Arguments> keys() {
    return Stream.of(
        Arguments.of("dense numbers", (IntFunction<Object>) i -> (long) i),
        Arguments.of("numbers of equal low bits", (IntFunction<Object>) i -> (long) i << 20),
        Arguments.of("numbers of one hash", (IntFunction<Object>) i -> (long) i << 32 | i),
        Arguments.of("negative numbers", (IntFunction<Object>) i -> -1L - i),
        Arguments.of("strings", (IntFunction<Object>) i -> "key " + i),
        Arguments.of("objects of one hash", (IntFunction<@Nullable Object>) i -> equalHash(i)),
        Arguments.of("numbers, later null too", (IntFunction<Object>) DictionaryTest::mixed));
  }

  /** Strings of one length whose hashes are all equal: "Aa" and "BB" are. */
  private static String equalHash(int i) {
    return IntStream.range(0, 10)
        .mapToObj(bit -> (i >> bit & 1) == 0 ? "Aa" : "BB")
        .reduce("", String::concat);
  }

  private static Object mixed(int i) {
    return i < 150 ? (Object) (long) i : i == 150 ? null : i % 2 == 0 ? (Object) i : "key " + i;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("keys")
  void keysKeepTheirPositionUntilTheyAreRemoved(String kind, IntFunction<Object> keyOf) {
    for (long seed = 0; seed < NUM_RUNS; seed++) {
      Random random = new Random(seed);
      Dictionary dictionary = dictionary();
      Map<@Nullable Object, Integer> model = new HashMap<>();
      int bound = 0;
      for (int call = 0; call < NUM_CALLS; call++) {
        String about = kind + ", seed " + seed + ", call " + call;
        int numKeys = 20 + 10 * call;
        locate(dictionary, model, keyOf, numKeys, random, about);
        bound = Math.max(bound, model.size());
        List<@Nullable Object> known = new ArrayList<>(model.keySet());
        int numRemoved = random.nextInt(known.size() + 1);
        for (int i = 0; i < numRemoved; i++) {
          Object key = known.remove(random.nextInt(known.size()));
          dictionary.remove(model.remove(key));
        }
        assertThat(dictionary.size()).as(about).isEqualTo(model.size());
        assertThat(dictionary.bound()).as(about).isLessThanOrEqualTo(bound);
        model.forEach(
            (key, position) -> {
              assertThat(dictionary.key(position)).as(about).isEqualTo(key);
              assertThat(dictionary.hash(position)).as(about).isEqualTo(StableHash.of(key));
            });
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("keys")
  void aStepThatIsUndone_leavesTheSamePositionsAndRoom(String kind, IntFunction<Object> keyOf) {
    for (long seed = 0; seed < NUM_RUNS; seed++) {
      Random random = new Random(seed);
      Dictionary dictionary = dictionary();
      Dictionary untouched = dictionary();
      Map<@Nullable Object, Integer> model = new HashMap<>();
      for (int call = 0; call < NUM_CALLS; call++) {
        String about = kind + ", seed " + seed + ", call " + call;
        undone(dictionary, keyOf, random);
        int numKeys = 20 + 5 * call;
        long keysSeed = random.nextLong();
        locate(untouched, new HashMap<>(model), keyOf, numKeys, new Random(keysSeed), about);
        locate(dictionary, model, keyOf, numKeys, new Random(keysSeed), about);
        assertThat(dictionary.bytes()).as(about).isEqualTo(untouched.bytes());
        assertThat(dictionary.hasKeyObjects()).as(about).isEqualTo(untouched.hasKeyObjects());
        List<@Nullable Object> known = new ArrayList<>(model.keySet());
        for (int i = random.nextInt(known.size() + 1); i > 0; i--) {
          int position = model.remove(known.remove(random.nextInt(known.size())));
          dictionary.remove(position);
          untouched.remove(position);
        }
        model.forEach(
            (key, position) -> {
              assertThat(dictionary.key(position)).as(about).isEqualTo(key);
              assertThat(untouched.key(position)).as(about).isEqualTo(key);
            });
      }
    }
  }

  /** Locates many keys, and removes those that were not known, the last first. */
  private static void undone(Dictionary dictionary, IntFunction<Object> keyOf, Random random) {
    dictionary.begin();
    Object[] keys = random.ints(random.nextInt(600), 0, 600).mapToObj(keyOf).toArray();
    int[] hashes = Stream.of(keys).mapToInt(StableHash::of).toArray();
    int[] positions = new int[keys.length];
    dictionary.locate(keys, hashes, keys.length, positions);
    for (int i = keys.length - 1; i >= 0; i--) {
      if (positions[i] < 0) {
        dictionary.remove(~positions[i]);
      }
    }
    dictionary.rollBack();
  }

  /** Some keys at once, some of them twice. */
  private static void locate(
      Dictionary dictionary,
      Map<@Nullable Object, Integer> model,
      IntFunction<Object> keyOf,
      int numKeys,
      Random random,
      String about) {
    int count = random.nextInt(100);
    Object[] keys = random.ints(count, 0, numKeys).mapToObj(keyOf).toArray();
    int[] hashes = Stream.of(keys).mapToInt(StableHash::of).toArray();
    int[] positions = new int[count];
    dictionary.locate(keys, hashes, count, positions);
    for (int i = 0; i < count; i++) {
      Integer known = model.get(keys[i]);
      if (known == null) {
        assertThat(positions[i]).as(about).isNegative();
        assertThat(model).as(about).doesNotContainValue(~positions[i]);
        model.put(keys[i], ~positions[i]);
      } else {
        assertThat(positions[i]).as(about).isEqualTo(known);
      }
    }
  }

  @Test
  void manyNumbersAtOnce_areLocatedAsOneByOne() {
    for (long seed = 0; seed < NUM_RUNS; seed++) {
      Random random = new Random(seed);
      LongKeyTable boxed = new LongKeyTable(Growth.INITIAL);
      LongKeyTable unboxed = new LongKeyTable(Growth.INITIAL);
      Map<Long, Integer> model = new HashMap<>();
      for (int call = 0; call < 10; call++) {
        int spread = 1 << random.nextInt(16);
        int shift = random.nextInt(40);
        long[] numbers =
            random
                .ints(random.nextInt(3_000), -spread, spread)
                .mapToLong(i -> i == 0 ? Long.MIN_VALUE : (long) i << shift)
                .toArray();
        Object[] boxes = LongStream.of(numbers).boxed().toArray();
        int[] hashes = LongStream.of(numbers).mapToInt(Long::hashCode).toArray();
        int[] expected = new int[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
          Integer known = model.putIfAbsent(numbers[i], model.size());
          expected[i] = known == null ? ~(model.size() - 1) : known;
        }
        int[] positions = new int[numbers.length];

        assertThat(boxed.locateAll(boxes, hashes, 0, boxes.length, positions))
            .isEqualTo(boxes.length);
        assertThat(positions).as("seed %s, call %s", seed, call).isEqualTo(expected);

        unboxed.locateLongs(numbers, numbers.length, positions);
        assertThat(positions).as("seed %s, call %s", seed, call).isEqualTo(expected);
      }
    }
  }

  @Test
  void numbersOfOtherTypesAndNullAreOtherKeys() {
    Dictionary dictionary = dictionary();
    Object[] keys = {1L, 1, (short) 1, null, 1L, 1, null};
    int[] hashes = Stream.of(keys).mapToInt(StableHash::of).toArray();
    int[] positions = new int[keys.length];
    dictionary.locate(keys, hashes, keys.length, positions);
    assertThat(positions).containsExactly(~0, ~1, ~2, ~3, 0, 1, 3);
  }

  @Test
  void wholeNumbersAreKeptWithoutObjects() {
    Dictionary dictionary = dictionary();
    dictionary.locate(new Object[] {1L}, new int[] {1}, 1, new int[1]);
    assertThat(dictionary.hasKeyObjects()).isFalse();
    dictionary.locate(new Object[] {"a"}, new int[] {StableHash.of("a")}, 1, new int[1]);
    assertThat(dictionary.hasKeyObjects()).isTrue();
  }
}
