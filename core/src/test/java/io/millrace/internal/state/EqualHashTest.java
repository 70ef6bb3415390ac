package io.millrace.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.internal.pipeline.CrowdedKeys;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The cost of keys of equal hash, counted in comparisons; and user code that throws in them. */
class EqualHashTest {

  private static final int NUM_KEYS = 16_384;

  private static final AtomicLong CALLS = new AtomicLong();
  private static volatile long throwsAt;

  private static void call() {
    if (CALLS.incrementAndGet() == throwsAt) {
      throw new IllegalStateException("call " + throwsAt);
    }
  }

  private record Key(int number) implements Comparable<Key> {

    @Override
    public boolean equals(@Nullable Object other) {
      call();
      return other instanceof Key key && key.number == number;
    }

    @Override
    public int hashCode() {
      call();
      return 7;
    }

    @Override
    public int compareTo(Key other) {
      call();
      return Integer.compare(number, other.number);
    }
  }

  private static Object[] keys(int from, int to) {
    return IntStream.range(from, to).mapToObj(Key::new).toArray();
  }

  private static int[] hashes(int count) {
    int[] hashes = new int[count];
    Arrays.fill(hashes, 7);
    return hashes;
  }

  private static Dictionary dictionary() {
    return new Dictionary(ObjectKeyTable::new);
  }

  @Test
  void manyKeysOfEqualHash_costAboutALogarithmEach() {
    throwsAt = 0;
    CALLS.set(0);
    Dictionary dictionary = dictionary();
    int[] positions = new int[NUM_KEYS];
    dictionary.locate(keys(0, NUM_KEYS), hashes(NUM_KEYS), NUM_KEYS, positions);
    dictionary.locate(keys(0, NUM_KEYS), hashes(NUM_KEYS), NUM_KEYS, positions);
    assertThat(positions).isEqualTo(IntStream.range(0, NUM_KEYS).toArray());
    // Two rounds, each the probes of the table and the path in a tree with a few comparisons a
    // level.
    assertThat(CALLS.get() / NUM_KEYS).isLessThan(2 * (CrowdedKeys.MAX_PROBES + 6 * 14));
    for (int i = 0; i < NUM_KEYS; i += 2) {
      dictionary.remove(positions[i]);
    }
    dictionary.locate(keys(0, NUM_KEYS), hashes(NUM_KEYS), NUM_KEYS, positions);
    for (int i = 0; i < NUM_KEYS; i++) {
      assertThat(positions[i] < 0).isEqualTo(i % 2 == 0);
    }
    assertThat(dictionary.size()).isEqualTo(NUM_KEYS);
  }

  @Test
  void aComparisonThatThrows_leavesNoKeyBehind() {
    int before = CrowdedKeys.MAX_PROBES + 20;
    int more = 12;
    for (long k = 1; k < 2_000; k += 7) {
      throwsAt = 0;
      Dictionary dictionary = dictionary();
      int[] positions = new int[before + more];
      dictionary.locate(keys(0, before), hashes(before), before, positions);
      dictionary.begin();
      throwsAt = k;
      CALLS.set(0);
      boolean hasThrown = false;
      try {
        dictionary.locate(keys(before, before + more), hashes(more), more, positions);
      } catch (IllegalStateException e) {
        hasThrown = true;
        dictionary.rollBack();
      }
      throwsAt = 0;
      assertThat(dictionary.size()).isEqualTo(hasThrown ? before : before + more);
      dictionary.locate(keys(0, before + more), hashes(before + more), before + more, positions);
      for (int i = 0; i < before + more; i++) {
        int position = positions[i] < 0 ? ~positions[i] : positions[i];
        assertThat(position).isEqualTo(i);
        assertThat(positions[i] < 0)
            .as("call %s, key %s", k, i)
            .isEqualTo(hasThrown && i >= before);
      }
    }
  }
}
