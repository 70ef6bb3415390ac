package io.millrace.codec;

import io.millrace.Tuple2;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A class of the JDK, or a tuple, that has an encoding and a tag of its own. */
record BuiltIn<T>(int tag, Put<T> put, Take<? extends T> take) implements Form {

  /** Writes what follows the tag. */
  @FunctionalInterface
  interface Put<T> {
    void put(T value, ValueWriter out);
  }

  /** Reads what {@link Put} wrote. */
  @FunctionalInterface
  interface Take<T> {
    T take(ValueReader in) throws IOException;
  }

  private static final int NUM_TAGS = 256;
  private static final @Nullable BuiltIn<?>[] BY_TAG = new BuiltIn<?>[NUM_TAGS];
  private static final Map<Class<?>, BuiltIn<?>> BY_CLASS = new HashMap<>();

  /** Those so frequent that {@link ValueWriter} knows them itself. */
  private static final Set<Class<?>> FREQUENT =
      Set.of(String.class, Long.class, Integer.class, Double.class, Boolean.class, Tuple2.class);

  static {
    Registry registry = new Registry();
    ScalarForms.addTo(registry);
    TimeForms.addTo(registry);
    PrimitiveArrayForms.addTo(registry);
    CollectionForms.addTo(registry);
  }

  /** Collects the forms while this class is initialized. */
  static final class Registry {

    private Registry() {}

    /** A form for objects of exactly one class. */
    <T> void add(int tag, Class<?> type, Put<T> put, Take<? extends T> take) {
      BY_CLASS.put(type, add(tag, put, take));
    }

    /** A form for which there is no single class. */
    <T> BuiltIn<T> add(int tag, Put<T> put, Take<? extends T> take) {
      if (BY_TAG[tag] != null) {
        throw new AssertionError("two encodings have tag " + tag);
      }
      BuiltIn<T> form = new BuiltIn<>(tag, put, take);
      BY_TAG[tag] = form;
      return form;
    }
  }

  static @Nullable BuiltIn<?> of(int tag) {
    return BY_TAG[tag];
  }

  /** The form for objects of exactly this class. */
  static @Nullable BuiltIn<?> of(Class<?> type) {
    return BY_CLASS.get(type);
  }

  /** Whether objects of exactly this class need no registration. */
  static boolean covers(Class<?> type) {
    return FREQUENT.contains(type) || BY_CLASS.containsKey(type);
  }

  /** All classes that need no registration. */
  static Set<Class<?>> types() {
    Set<Class<?>> types = new HashSet<>(BY_CLASS.keySet());
    types.addAll(FREQUENT);
    return types;
  }

  @Override
  @SuppressWarnings("unchecked") // found by the value's class
  public void write(Object value, ValueWriter out) {
    out.bytes().u8(tag);
    put.put((T) value, out);
  }
}
