package io.millrace.codec;

import io.millrace.codec.BuiltIn.Registry;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lists, sets and maps of the JDK: a count, then the elements in order of iteration. What class of
 * list, set or map it was is not kept, only what it contains, its order, and whether that is the
 * natural one.
 */
final class CollectionForms {

  /** What collections come back as. */
  private static final List<Class<?>> READ_AS =
      List.of(
          ArrayList.class,
          LinkedList.class,
          ArrayDeque.class,
          LinkedHashSet.class,
          TreeSet.class,
          LinkedHashMap.class,
          TreeMap.class);

  private CollectionForms() {}

  static void addTo(Registry forms) {
    forms.<Collection<?>>add(
        Tag.LIST,
        ArrayList.class,
        CollectionForms::put,
        in -> {
          int count = in.readCount();
          return in.readInto(in.newList(count), count);
        });
    forms.<Collection<?>>add(
        Tag.LINKED_LIST,
        LinkedList.class,
        CollectionForms::put,
        in -> take(new LinkedList<>(), in));
    forms.<Collection<?>>add(
        Tag.DEQUE, ArrayDeque.class, CollectionForms::put, in -> take(new ArrayDeque<>(), in));
    forms.<Collection<?>>add(
        Tag.SET,
        LinkedHashSet.class,
        CollectionForms::put,
        in -> takeDistinct(LinkedHashSet::new, in));
    forms.<SortedSet<?>>add(
        Tag.SORTED_SET,
        TreeSet.class,
        (v, out) -> {
          requireNaturalOrder(v, v.comparator(), out);
          put(v, out);
        },
        in -> (SortedSet<?>) takeDistinct(TreeSet::new, in));
    forms.<Map<?, ?>>add(
        Tag.MAP,
        LinkedHashMap.class,
        CollectionForms::putEntries,
        in -> takeEntries(new LinkedHashMap<>(), in));
    forms.<SortedMap<?, ?>>add(
        Tag.SORTED_MAP,
        TreeMap.class,
        (v, out) -> {
          requireNaturalOrder(v, v.comparator(), out);
          putEntries(v, out);
        },
        in -> (SortedMap<?, ?>) takeEntries(new TreeMap<>(), in));
  }

  /** The form for a class that comes with the JDK; null if it is no list, set or map. */
  static @Nullable Form of(Class<?> type) {
    if (!type.getName().startsWith("java.util.") || type == IdentityHashMap.class) {
      return null;
    } else if (SortedSet.class.isAssignableFrom(type)) {
      return BuiltIn.of(Tag.SORTED_SET);
    } else if (Set.class.isAssignableFrom(type)) {
      return BuiltIn.of(Tag.SET);
    } else if (SortedMap.class.isAssignableFrom(type)) {
      return BuiltIn.of(Tag.SORTED_MAP);
    } else if (Map.class.isAssignableFrom(type)) {
      return BuiltIn.of(Tag.MAP);
    } else if (List.class.isAssignableFrom(type)) {
      return BuiltIn.of(Tag.LIST);
    }
    return null;
  }

  /** Whether a record's component of that type can take what is stored, if that is a collection. */
  static boolean comesBackAs(Class<?> declared) {
    boolean isCollection =
        Collection.class.isAssignableFrom(declared) || Map.class.isAssignableFrom(declared);
    return !isCollection || READ_AS.stream().anyMatch(declared::isAssignableFrom);
  }

  private static void requireNaturalOrder(
      Object value, @Nullable Comparator<?> comparator, ValueWriter out) {
    if (comparator != null && comparator != Comparator.naturalOrder()) {
      throw out.refuse(
          value,
          "an order other than the natural one can't be stored: use a list that is sorted, or a"
              + " record with a compareTo, or give the class a codec");
    }
  }

  // Copies, as some collections may have other elements by the time they have been counted.

  private static void put(Collection<?> values, ValueWriter out) {
    Object[] elements = values.toArray();
    out.writeCount(elements.length);
    out.writeElements(values, elements);
  }

  private static void putEntries(Map<?, ?> map, ValueWriter out) {
    Map.Entry<?, ?>[] entries = map.entrySet().toArray(new Map.Entry<?, ?>[0]);
    out.writeCount(entries.length);
    out.enter(map);
    for (int i = 0; i < entries.length; i++) {
      out.at(2 * i);
      out.write(entries[i].getKey());
      out.at(2 * i + 1);
      out.write(entries[i].getValue());
    }
    out.leave();
  }

  private static Collection<Object> take(Collection<Object> into, ValueReader in)
      throws IOException {
    return in.readInto(into, in.readCount());
  }

  private static Collection<Object> takeDistinct(
      Supplier<? extends Set<Object>> empty, ValueReader in) throws IOException {
    int count = in.readCount();
    Set<Object> set = in.readInto(empty.get(), count);
    requireDistinct(set.size(), count, in);
    return set;
  }

  private static Map<Object, Object> takeEntries(Map<Object, Object> into, ValueReader in)
      throws IOException {
    int count = in.bytes().count(2);
    for (int i = 0; i < count; i++) {
      Object key = in.read();
      Object value = in.read();
      if (!in.isDiscarding()) {
        into.put(key, value);
      }
    }
    requireDistinct(into.size(), count, in);
    return into;
  }

  private static void requireDistinct(int size, int count, ValueReader in) throws IOException {
    if (size != count && !in.isDiscarding()) {
      throw in.bytes().corrupt("only " + size + " of " + count + " stored keys differ");
    }
  }
}
