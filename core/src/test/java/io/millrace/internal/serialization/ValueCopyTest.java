package io.millrace.internal.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.NotSerializableRecordException;
import io.millrace.Tuple2;
import java.io.Serializable;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ValueCopyTest {
  enum Level {
    LOW
  }

  record Total(long count, Object held) {}

  static Stream<Object> immutable() {
    return Stream.of(
        "a",
        1,
        2.5,
        Instant.EPOCH,
        ZoneId.of("UTC"),
        Level.LOW,
        Optional.of("a"),
        Optional.empty(),
        Tuple2.of(0L, null),
        new Total(1, Tuple2.of("a", 1)));
  }

  @ParameterizedTest
  @MethodSource("immutable")
  void copier_sharesWhatCannotChange(Object value) {
    assertThat(ValueCopy.isImmutable(value)).isTrue();
    assertThat(ValueCopy.copier(value, "zero").get()).isSameAs(value);
  }

  @Test
  void copier_sharesNull() {
    assertThat(ValueCopy.copier(null, "zero").get()).isNull();
  }

  static Stream<Arguments> mutable() {
    return Stream.of(
            new long[] {1, 2},
            new String[] {"a"},
            new int[][] {{1}, {2}},
            new ArrayList<>(),
            new ArrayList<>(List.of("a", 1)),
            new ArrayDeque<>(List.of(1)),
            new HashSet<>(),
            new HashSet<>(List.of(1)),
            new HashMap<>(),
            new HashMap<>(Map.of("a", 1)),
            new TreeSet<>(List.of(2, 1)),
            List.of("a"))
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("mutable")
  void copier_givesAnEqualObjectOfTheSameClassEachTime(Object value) {
    Supplier<Object> copier = ValueCopy.copier(value, "zero");

    Object first = copier.get();
    Object second = copier.get();

    assertThat(ValueCopy.isImmutable(value)).isFalse();
    assertThat(first).isNotSameAs(value).isNotSameAs(second).hasSameClassAs(value);
    assertThat(first).usingRecursiveComparison().isEqualTo(value);
    assertThat(second).usingRecursiveComparison().isEqualTo(value);
  }

  @Test
  void copier_isNotAffectedByChangesToTheValueOrToACopy() {
    List<Integer> list = new ArrayList<>(List.of(1));
    List<Integer> empty = new ArrayList<>();
    long[] array = {1};
    Supplier<List<Integer>> listCopier = ValueCopy.copier(list, "zero");
    Supplier<List<Integer>> emptyCopier = ValueCopy.copier(empty, "zero");
    Supplier<long[]> arrayCopier = ValueCopy.copier(array, "zero");

    list.add(2);
    empty.add(2);
    array[0] = 2;
    listCopier.get().add(3);
    emptyCopier.get().add(3);
    arrayCopier.get()[0] = 3;

    assertThat(listCopier.get()).containsExactly(1);
    assertThat(emptyCopier.get()).isEmpty();
    assertThat(arrayCopier.get()).containsExactly(1);
  }

  @Test
  void copier_copiesTheWholeGraphUnderARecordOrTuple() {
    Tuple2<Long, List<String>> value = Tuple2.of(0L, new ArrayList<>());

    Supplier<Tuple2<Long, List<String>>> copier = ValueCopy.copier(value, "zero");
    copier.get()._2().add("a");

    assertThat(copier.get()).isEqualTo(Tuple2.of(0L, List.of()));
  }

  @Test
  void copier_keepsTheOrderOfAnEmptySortedOrLinkedCollection() {
    TreeSet<Integer> descending = new TreeSet<>(java.util.Collections.reverseOrder());
    LinkedHashMap<Integer, Integer> byAccess = new LinkedHashMap<>(16, 0.75f, true);

    Collection<Integer> copy = ValueCopy.copier(descending, "zero").get();
    Map<Integer, Integer> map = ValueCopy.copier(byAccess, "zero").get();
    copy.addAll(List.of(1, 2));
    map.putAll(new LinkedHashMap<>(Map.of(1, 1)));
    map.put(2, 2);
    map.get(1);

    assertThat(copy).containsExactly(2, 1);
    assertThat(map.keySet()).containsExactly(2, 1);
  }

  @Test
  void copier_refusesWhatItCannotCopyAndNamesTheField() {
    assertThatThrownBy(() -> ValueCopy.copier(new Holder(), "the zero value of foldByKey"))
        .isInstanceOf(NotSerializableRecordException.class)
        .hasMessageStartingWith("the zero value of foldByKey cannot be copied, ")
        .hasMessageContaining("holds field 'lock' of type java.lang.Object, which is not");
    assertThatThrownBy(() -> ValueCopy.copier(new Object(), "the zero value"))
        .hasMessageContaining("its type java.lang.Object is not Serializable");
  }

  @ParameterizedTest
  @MethodSource({"mutable", "immutableButSerializable"})
  void copier_survivesJavaSerializationItself(Object value) throws Exception {
    byte[] bytes = JavaSerialization.write(ValueCopy.copier(value, "zero"), new ClassTable());
    Supplier<?> copier = (Supplier<?>) JavaSerialization.read(bytes, new ClassTable());

    assertThat(copier.get()).usingRecursiveComparison().isEqualTo(value);
  }

  static Stream<Arguments> immutableButSerializable() {
    return Stream.of(Arguments.of("a"), Arguments.of(Tuple2.of(1, 2)));
  }

  @Test
  void isImmutable_looksIntoRecords() {
    assertThat(ValueCopy.isImmutable(new Total(1, new int[1]))).isFalse();
    assertThat(ValueCopy.isImmutable(Optional.of(Arrays.asList(1)))).isFalse();
    assertThat(ValueCopy.isImmutable(Tuple2.of(1, Tuple2.of(2, new StringBuilder())))).isFalse();
  }

  static final class Holder implements Serializable {
    final Object lock = new Object();
  }
}
