package io.millrace.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Tuple2;
import io.millrace.spi.StableHash;
import io.millrace.spi.state.StateSize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Entries and their versions against plain maps, and case by case. */
class EntriesTest {

  private static final int NUM_RUNS = 60;
  private static final int NUM_STEPS = 60;
  private static final int NUM_KEYS = 40;

  private static Entries entries() {
    return new Entries(ObjectKeyTable::new);
  }

  private static int locate(Entries entries, @Nullable Object key) {
    int[] positions = new int[1];
    Object[] keys = {key};
    entries.locate(keys, new int[] {StableHash.of(key)}, 1, positions);
    return positions[0];
  }

  private static void set(Entries entries, @Nullable Object key, Object value) {
    entries.set(locate(entries, key), value);
  }

  private static Version adopt(Entries entries) {
    Version version = entries.seal();
    entries.adopt(Entries.Adoption.NONE);
    return version;
  }

  private static Map<@Nullable Object, Object> read(Entries entries, Version version)
      throws Exception {
    return map(RandomReader.pairs(new EntryReader(entries, version), 7));
  }

  private static Map<@Nullable Object, Object> map(List<Tuple2<Object, Object>> pairs) {
    Map<@Nullable Object, Object> map = new HashMap<>();
    pairs.forEach(pair -> assertThat(map.put(pair._1(), pair._2())).isNull());
    return map;
  }

  /** What keys and values a run has. */
  enum Kind {
    NUMBERS,
    STRINGS,
    /** Numbers first; keys and values of other types once the run is half over. */
    MISFITS,
    /** Lists, which are changed in place. */
    LISTS;

    @Nullable Object key(Random random, int step) {
      int number = random.nextInt(NUM_KEYS);
      return switch (this) {
        case NUMBERS, LISTS -> (long) number;
        case STRINGS -> number == 0 ? null : "k" + number;
        case MISFITS -> step < NUM_STEPS / 2 || number % 2 == 0 ? (Object) (long) number : number;
      };
    }

    Object value(Random random, int step) {
      int number = random.nextInt(5);
      return switch (this) {
        case NUMBERS -> (long) number;
        case STRINGS -> "v" + number;
        case MISFITS -> step < NUM_STEPS / 2 || number != 0 ? (Object) (long) number : "misfit";
        case LISTS -> new ArrayList<>(List.of(number));
      };
    }
  }

  /** A version that somebody holds, with a reader in the middle of it. */
  private static final class Held {
    final Version version;
    final Map<@Nullable Object, Object> expected;
    final EntryReader reader;
    final List<Tuple2<Object, Object>> seen = new ArrayList<>();

    Held(Entries entries, Version version, Map<@Nullable Object, Object> expected) {
      this.version = version;
      this.expected = expected;
      this.reader = new EntryReader(entries, version);
    }

    @SuppressWarnings("unchecked")
    void readSome(Random random) {
      Object[] chunk = new Object[3];
      int count = reader.read(chunk, 1 + random.nextInt(3));
      for (int i = 0; i < count; i++) {
        seen.add((Tuple2<Object, Object>) chunk[i]);
      }
    }
  }

  private static Object copy(Object value) {
    return value instanceof List<?> list ? new ArrayList<>(list) : value;
  }

  private static Map<@Nullable Object, Object> deepCopy(Map<@Nullable Object, Object> map) {
    Map<@Nullable Object, Object> copy = new HashMap<>();
    map.forEach((key, value) -> copy.put(key, copy(value)));
    return copy;
  }

  @ParameterizedTest
  @EnumSource
  void everyVersionStaysWhatItWas(Kind kind) throws Exception {
    for (long seed = 0; seed < NUM_RUNS; seed++) {
      Random random = new Random(seed);
      Entries entries = new Entries(ObjectKeyTable::new, Entries.MAX_STEP - NUM_STEPS / 3);
      Map<@Nullable Object, Object> model = new HashMap<>();
      List<Held> held = new ArrayList<>();
      for (int step = 0; step < NUM_STEPS; step++) {
        String about = "seed " + seed + ", step " + step;
        if (entries.step() >= Entries.MAX_STEP - 1) {
          entries.rollBack();
          entries.renumber(entries.step());
        }
        entries.begin();
        Map<@Nullable Object, Object> tried = deepCopy(model);
        int numOperations = random.nextInt(30);
        for (int i = 0; i < numOperations; i++) {
          operate(entries, tried, kind, random, step);
          if (random.nextInt(5) == 0) {
            held.forEach(one -> one.readSome(random));
          }
        }
        assertThat(entries.size()).as(about).isEqualTo(tried.size());
        if (random.nextInt(4) == 0) {
          if (random.nextBoolean()) {
            entries.rollBack();
          } // else the next step's begin does
        } else {
          Version version = entries.seal();
          if (random.nextBoolean()) {
            assertThat(read(entries, version)).as(about).isEqualTo(tried);
          }
          entries.adopt(Entries.Adoption.NONE);
          model = tried;
          assertThat(entries.bound()).as(about).isLessThanOrEqualTo(2 * NUM_KEYS);
          held.add(new Held(entries, version, deepCopy(model)));
        }
        for (Held one : held) {
          assertThat(read(entries, one.version)).as(about).isEqualTo(one.expected);
          assertThat(one.version.numEntries()).isEqualTo(one.expected.size());
        }
        while (held.size() > 8) {
          Held oldest = held.remove(0);
          oldest.seen.addAll(RandomReader.pairs(oldest.reader, 5));
          assertThat(map(oldest.seen)).as(about).isEqualTo(oldest.expected);
        }
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static void operate(
      Entries entries, Map<@Nullable Object, Object> model, Kind kind, Random random, int step) {
    Object key = kind.key(random, step);
    int position = locate(entries, key);
    assertThat(entries.isPresent(position)).isEqualTo(model.containsKey(key));
    switch (random.nextInt(6)) {
      case 0 -> entries.touch(position);
      case 1 -> {
        entries.remove(position);
        model.remove(key);
      }
      case 2 -> {
        Object value = kind.value(random, step);
        entries.replace(position, value);
        model.put(key, copy(value));
      }
      case 3 -> {
        if (entries.isPresent(position)) {
          Object value = entries.valueToChange(position);
          assertThat(value).isEqualTo(model.get(key));
          if (value instanceof List<?>) {
            ((List<Object>) value).add(step);
            ((List<Object>) model.get(key)).add(step);
          }
        }
      }
      default -> {
        Object value = kind.value(random, step);
        entries.set(position, value);
        model.put(key, copy(value));
      }
    }
  }

  @Test
  void keysWithoutValueAreForgotten_andTheirPositionsUsedAgain() throws Exception {
    Entries entries = entries();
    entries.begin();
    set(entries, "a", 1L);
    set(entries, "b", 2L);
    locate(entries, "only looked up");
    Version first = adopt(entries);
    assertThat(entries.bound()).isEqualTo(3);

    entries.begin();
    entries.remove(locate(entries, "a"));
    adopt(entries);
    entries.begin();
    set(entries, "c", 3L);
    set(entries, "d", 4L);
    Version third = adopt(entries);

    assertThat(entries.bound()).isEqualTo(3);
    assertThat(read(entries, first)).isEqualTo(Map.of("a", 1L, "b", 2L));
    assertThat(read(entries, third)).isEqualTo(Map.of("b", 2L, "c", 3L, "d", 4L));
  }

  @Test
  void aValueThatWasTouchedFirst_isStillCopiedBeforeItIsChanged() throws Exception {
    Entries entries = entries();
    entries.begin();
    set(entries, "a", new ArrayList<>(List.of(1)));
    Version first = adopt(entries);

    entries.begin();
    int position = locate(entries, "a");
    entries.touch(position);
    ((List<?>) entries.valueToChange(position)).clear();

    assertThat(read(entries, first)).isEqualTo(Map.of("a", List.of(1)));
    entries.rollBack();
    assertThat(entries.value(position)).isEqualTo(List.of(1));
  }

  @Test
  void adoption_isToldOfEachTouchedPositionOnce() {
    Entries entries = entries();
    entries.begin();
    Stream.of("kept", "touched", "removed", "not touched").forEach(key -> set(entries, key, 1L));
    adopt(entries);

    entries.begin();
    set(entries, "kept", 2L);
    set(entries, "kept", 3L);
    entries.touch(locate(entries, "touched"));
    entries.remove(locate(entries, "removed"));
    set(entries, "new", 1L);
    set(entries, "came and went", 1L);
    entries.remove(locate(entries, "came and went"));
    locate(entries, "only looked up");
    entries.seal();
    List<Object> told = new ArrayList<>();
    Entries.Changes changes =
        entries.adopt(
            new Entries.Adoption() {
              @Override
              public void kept(int position) {
                told.add(entries.key(position));
              }
            });
    assertThat(told).containsExactlyInAnyOrder("kept", "touched", "new");
    assertThat(changes).isEqualTo(new Entries.Changes(3, 1));
    assertThat(entries.size()).isEqualTo(4);
  }

  @Test
  void changes_areCountedAlike_whetherOrNotAKeyWasRemoved() {
    Entries entries = entries();
    entries.begin();
    Stream.of("a", "b", "c").forEach(key -> set(entries, key, 1L));
    entries.seal();
    assertThat(entries.triedSize(7)).isEqualTo(new StateSize(3, 7, 3, 0));
    assertThat(entries.adopt(Entries.Adoption.NONE)).isEqualTo(new Entries.Changes(3, 0));

    entries.begin();
    set(entries, "a", 2L);
    entries.remove(locate(entries, "b"));
    set(entries, "d", 1L);
    entries.seal();
    assertThat(entries.triedSize(7)).isEqualTo(new StateSize(3, 7, 2, 1));
    int[] present = new int[3];
    assertThat(entries.presentTouched(0, 3, present)).isEqualTo(2);
    assertThat(Stream.of(present[0], present[1]).map(entries::key)).containsExactly("a", "d");
    assertThat(entries.adopt(Entries.Adoption.NONE)).isEqualTo(new Entries.Changes(2, 1));

    entries.begin();
    int only = locate(entries, "b");
    entries.seal();
    assertThat(entries.isPresent(only)).as("its value went with the step before").isFalse();
    assertThat(entries.triedSize(7)).isEqualTo(new StateSize(3, 7, 0, 0));
    assertThat(entries.adopt(Entries.Adoption.NONE)).isEqualTo(new Entries.Changes(0, 0));
    assertThat(entries.size()).isEqualTo(3);
  }

  @Test
  void replace_byAnEqualNumberTouchesNothing() {
    Entries entries = entries();
    entries.begin();
    set(entries, 1L, 5L);
    adopt(entries);
    entries.begin();
    entries.replace(locate(entries, 1L), 5L);
    assertThat(entries.numTouched()).isZero();
    entries.replace(locate(entries, 1L), 6L);
    assertThat(entries.numTouched()).isEqualTo(1);
  }

  @Test
  void begin_atTheLastStep_asksForNewNumbers() {
    Entries entries = new Entries(ObjectKeyTable::new, Entries.MAX_STEP);
    assertThatThrownBy(entries::begin)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("numbered anew");
    entries.renumber(Entries.MAX_STEP);
    entries.begin();
    assertThat(entries.step()).isEqualTo(1);
  }

  @Test
  void withoutStep_changesAreRefused() {
    Entries entries = entries();
    assertThatThrownBy(() -> set(entries, "a", 1L))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no step is under way");
  }
}
