package io.millrace.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenKeyIndexTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void locate_agreesWithALinkedHashMapWhateverTheHashes(long seed) {
    for (Keys keys : Keys.values()) {
      check(keys, seed, 5_000, Object::hashCode);
      check(keys, seed, 400, key -> 7);
      check(keys, seed, 400, key -> 0);
      check(keys, seed, 400, key -> -1);
      check(keys, seed, 2_000, key -> key.hashCode() % 13);
      check(keys, seed, 5_000, key -> key.hashCode() << 20);
      check(keys, seed, 5_000, key -> Integer.reverse(key.hashCode()));
      check(keys, seed, 5_000, key -> key.hashCode() * 0x85EBCA6B ^ 0x80000000);
    }
  }

  private enum Keys {
    /** Text, numbers and null. */
    MIXED,
    /** Whole numbers, of which every box is another object. */
    NUMBERS,
    /** Whole numbers and, rarely, something else. */
    NUMBERS_AT_FIRST;

    Object key(Random random, int numKeys) {
      int number = random.nextInt(numKeys);
      return switch (this) {
        case MIXED -> mixed(number);
        case NUMBERS -> wholeNumber(number);
        case NUMBERS_AT_FIRST ->
            random.nextInt(200) == 0 ? mixed(number) : (Object) wholeNumber(number);
      };
    }

    private static Object mixed(int number) {
      if (number == 0) {
        return null;
      }
      return number % 3 == 0 ? (Object) ("key" + number) : (Object) number;
    }

    private static Long wholeNumber(int number) {
      return switch (number) {
        case 0 -> Long.MIN_VALUE;
        case 1 -> Long.MAX_VALUE;
        case 2 -> (long) Integer.MIN_VALUE;
        case 3 -> -1L;
        case 4 -> 0L;
        default -> number * 0x9E3779B97F4A7C15L;
      };
    }
  }

  private static void check(Keys keys, long seed, int numKeys, ToIntFunction<Object> hash) {
    Random random = new Random(seed);
    KeyIndex index = new OpenKeyIndex();
    Map<Object, Integer> positions = new LinkedHashMap<>();
    for (int i = 0; i < 3 * numKeys; i++) {
      Object key = keys.key(random, numKeys);
      Integer known = positions.putIfAbsent(key, positions.size());
      int expected = known == null ? ~(positions.size() - 1) : known;

      assertThat(index.locate(key, hash(key, hash)))
          .as("%s, seed %s, %s keys, key %s at %s", keys, seed, numKeys, key, i)
          .isEqualTo(expected);
    }
    assertThat(index.size()).isEqualTo(positions.size());
    List<Object> inOrder = new ArrayList<>(positions.keySet());
    assertThat(Arrays.copyOf(index.keys(), index.size())).containsExactly(inOrder.toArray());
    assertThat(Arrays.copyOf(index.hashes(), index.size()))
        .containsExactly(inOrder.stream().mapToInt(key -> hash(key, hash)).toArray());
  }

  private static int hash(Object key, ToIntFunction<Object> hash) {
    return key == null ? 0 : hash.applyAsInt(key);
  }

  @Test
  void locate_tellsANullKeyFromOthersOfTheSameHash() {
    KeyIndex index = new OpenKeyIndex();

    assertThat(index.locate("", 0)).isEqualTo(~0);
    assertThat(index.locate(null, 0)).isEqualTo(~1);
    assertThat(index.locate(0, 0)).isEqualTo(~2);
    assertThat(index.locate(null, 0)).isEqualTo(1);
    assertThat(index.locate("", 0)).isEqualTo(0);
  }

  @Test
  void locate_tellsAWholeNumberFromOthersOfTheSameHash() {
    KeyIndex index = new OpenKeyIndex();

    assertThat(index.locate(1L, 1)).isEqualTo(~0);
    assertThat(index.locate(1L << 32, 1)).isEqualTo(~1);
    assertThat(index.locate(1, 1)).isEqualTo(~2);
    assertThat(index.locate((short) 1, 1)).isEqualTo(~3);
    assertThat(index.locate(1L, 1)).isEqualTo(0);
    assertThat(index.locate(1L << 32, 1)).isEqualTo(1);
    assertThat(index.locate(1, 1)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void locateAll_agreesWithLocateAlsoWhereItGrows(Keys kind) {
    Random random = new Random(6);
    KeyIndex one = new OpenKeyIndex();
    KeyIndex all = new OpenKeyIndex();
    for (int round = 0; round < 100; round++) {
      int from = random.nextInt(3);
      int count = random.nextInt(60);
      Object[] keys = new Object[from + count];
      Arrays.setAll(keys, i -> kind.key(random, 1_500));
      int[] hashes = Arrays.stream(keys).mapToInt(key -> hash(key, Object::hashCode)).toArray();
      int[] expected = new int[count];
      Arrays.setAll(expected, i -> one.locate(keys[from + i], hashes[from + i]));
      int[] positions = new int[count];

      all.locateAll(keys, hashes, from, count, positions);

      assertThat(positions).as("%s, round %s", kind, round).isEqualTo(expected);
    }
  }
}
