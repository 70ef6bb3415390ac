package io.millrace.codec;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
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

  /** All classes that have a form. */
  static Iterable<Class<?>> types() {
    return BY_CLASS.keySet();
  }

  @Override
  @SuppressWarnings("unchecked") // found by the value's class
  public void write(Object value, ValueWriter out) {
    out.bytes().u8(tag);
    put.put((T) value, out);
  }
}
