package io.millrace.internal.serialization;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Lists, sets and maps: a count, then the elements in order of iteration. Hash tables are filled in
 * that order from their default capacity on, as they most likely grew the first time, so that they
 * most likely iterate in the same order again.
 */
final class CollectionEncodings {

  private CollectionEncodings() {}

  static void addTo(Encodings encodings) {
    encodings.<List<?>>add(
        80,
        ArrayList.class,
        CollectionEncodings::putAll,
        in -> {
          int count = in.count();
          return fill(new ArrayList<Object>(count), count, in);
        });
    collection(encodings, 81, LinkedList.class, LinkedList::new);
    collection(encodings, 82, ArrayDeque.class, ArrayDeque::new);
    collection(encodings, 83, HashSet.class, HashSet::new);
    collection(encodings, 84, LinkedHashSet.class, LinkedHashSet::new);
    map(encodings, 85, HashMap.class, HashMap::new);
    map(encodings, 86, LinkedHashMap.class, LinkedHashMap::new);
    encodings.<List<?>>add(
        87,
        Arrays.asList(1).getClass(),
        CollectionEncodings::putAll,
        in -> Arrays.asList(elements(in)));
    unmodifiableLists(encodings);
    // Of sets and maps that can't be changed, the order of iteration differs from one JVM to the
    // next; within one, the same elements give the same order.
    encodings.<Set<?>>add(
        90, Set.of(1).getClass(), CollectionEncodings::putAll, in -> Set.of(elements(in)));
    encodings.<Set<?>>add(
        91, Set.of().getClass(), CollectionEncodings::putAll, in -> Set.of(elements(in)));
    encodings.<Map<?, ?>>add(
        92,
        Map.of(1, 1).getClass(),
        CollectionEncodings::putEntries,
        CollectionEncodings::takeUnmodifiable);
    encodings.<Map<?, ?>>add(
        93,
        Map.of().getClass(),
        CollectionEncodings::putEntries,
        CollectionEncodings::takeUnmodifiable);
    encodings.<List<?>>add(
        94, Collections.emptyList().getClass(), (v, out) -> {}, in -> Collections.emptyList());
    encodings.<TreeMap<?, ?>>add(
        96,
        TreeMap.class,
        (v, out) -> {
          out.write(v.comparator());
          putEntries(v, out);
        },
        in -> fill(new TreeMap<Object, Object>(takeComparator(in)), in));
    encodings.<TreeSet<?>>add(
        97,
        TreeSet.class,
        (v, out) -> {
          out.write(v.comparator());
          putAll(v, out);
        },
        in -> fill(new TreeSet<Object>(takeComparator(in)), in.count(), in));
    encodings.<List<?>>add(
        95,
        Collections.singletonList(1).getClass(),
        (v, out) -> out.write(v.get(0)),
        in -> Collections.singletonList(in.read()));
  }

  /** Those of {@code List.of}, and of {@code Stream.toList}, which may hold nulls. */
  private static void unmodifiableLists(Encodings encodings) {
    List<?> one = List.of(1);
    List<?> three = List.of(1, 2, 3);
    encodings.<List<?>>add(
        88, one.getClass(), CollectionEncodings::putAll, in -> List.of(elements(in)));
    encodings.<List<?>>add(
        89,
        three.getClass(),
        CollectionEncodings::putAll,
        in -> {
          Object[] elements = elements(in);
          return Arrays.asList(elements).contains(null)
              ? Stream.of(elements).toList()
              : List.of(elements);
        });
  }

  private static void collection(
      Encodings encodings, int tag, Class<?> type, Supplier<Collection<Object>> empty) {
    encodings.<Collection<?>>add(
        tag, type, CollectionEncodings::putAll, in -> fill(empty.get(), in.count(), in));
  }

  private static void map(
      Encodings encodings, int tag, Class<?> type, Supplier<Map<Object, Object>> empty) {
    encodings.<Map<?, ?>>add(
        tag, type, CollectionEncodings::putEntries, in -> fill(empty.get(), in));
  }

  /** Null for the natural order. */
  @SuppressWarnings("unchecked")
  private static Comparator<Object> takeComparator(ValueReader in) {
    return (Comparator<Object>) in.read();
  }

  private static void putAll(Collection<?> values, ValueWriter out) {
    out.bytes().varint(values.size());
    values.forEach(out::write);
  }

  private static <C extends Collection<Object>> C fill(C into, int count, ValueReader in) {
    for (int i = 0; i < count; i++) {
      into.add(in.read());
    }
    return into;
  }

  private static Object[] elements(ValueReader in) {
    Object[] elements = new Object[in.count()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = in.read();
    }
    return elements;
  }

  private static void putEntries(Map<?, ?> map, ValueWriter out) {
    out.bytes().varint(map.size());
    map.forEach(
        (key, value) -> {
          out.write(key);
          out.write(value);
        });
  }

  private static <M extends Map<Object, Object>> M fill(M into, ValueReader in) {
    int count = in.count();
    for (int i = 0; i < count; i++) {
      Object key = in.read();
      into.put(key, in.read());
    }
    return into;
  }

  private static Map<?, ?> takeUnmodifiable(ValueReader in) {
    return Map.copyOf(fill(new HashMap<Object, Object>(), in));
  }
}
