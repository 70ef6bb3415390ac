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
import org.junit.jupiter.params.provider.ValueSource;

class OpenKeyIndexTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void locate_agreesWithALinkedHashMapWhateverTheHashes(long seed) {
    check(seed, 5_000, Object::hashCode);
    check(seed, 400, key -> 7);
    check(seed, 400, key -> 0);
    check(seed, 400, key -> -1);
    check(seed, 2_000, key -> key.hashCode() % 13);
    check(seed, 5_000, key -> key.hashCode() << 20);
    check(seed, 5_000, key -> Integer.reverse(key.hashCode()));
    check(seed, 5_000, key -> key.hashCode() * 0x85EBCA6B ^ 0x80000000);
  }

  private static void check(long seed, int numKeys, ToIntFunction<Object> hash) {
    Random random = new Random(seed);
    KeyIndex index = new OpenKeyIndex();
    Map<Object, Integer> positions = new LinkedHashMap<>();
    for (int i = 0; i < 3 * numKeys; i++) {
      Object key = key(random, numKeys);
      Integer known = positions.putIfAbsent(key, positions.size());
      int expected = known == null ? ~(positions.size() - 1) : known;

      assertThat(index.locate(key, hash(key, hash)))
          .as("seed %s, %s keys, key %s at %s", seed, numKeys, key, i)
          .isEqualTo(expected);
    }
    assertThat(index.size()).isEqualTo(positions.size());
    List<Object> inOrder = new ArrayList<>(positions.keySet());
    assertThat(Arrays.copyOf(index.keys(), index.size())).containsExactly(inOrder.toArray());
    assertThat(Arrays.copyOf(index.hashes(), index.size()))
        .containsExactly(inOrder.stream().mapToInt(key -> hash(key, hash)).toArray());
  }

  private static Object key(Random random, int numKeys) {
    int number = random.nextInt(numKeys);
    if (number == 0) {
      return null;
    }
    return number % 3 == 0 ? (Object) ("key" + number) : (Object) number;
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
  void locateAll_agreesWithLocateAlsoWhereItGrows() {
    Random random = new Random(6);
    KeyIndex one = new OpenKeyIndex();
    KeyIndex all = new OpenKeyIndex();
    for (int round = 0; round < 100; round++) {
      int from = random.nextInt(3);
      int count = random.nextInt(60);
      Object[] keys = new Object[from + count];
      Arrays.setAll(keys, i -> key(random, 1_500));
      int[] hashes = Arrays.stream(keys).mapToInt(key -> hash(key, Object::hashCode)).toArray();
      int[] expected = new int[count];
      Arrays.setAll(expected, i -> one.locate(keys[from + i], hashes[from + i]));
      int[] positions = new int[count];

      all.locateAll(keys, hashes, from, count, positions);

      assertThat(positions).as("round %s", round).isEqualTo(expected);
    }
  }
}
