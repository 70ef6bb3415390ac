package io.millrace.internal.serialization;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The classes of the JDK that have an encoding of their own, each with its tag. Tags are part of
 * the format: none is ever used for something else. Only objects of exactly these classes are
 * meant; a subclass may hold more.
 *
 * <p>Those that nearly every record is made of are not here, but in {@link ValueWriter} itself.
 */
final class Encodings {

  /** Writes what follows the tag. */
  @FunctionalInterface
  interface Put<T> {
    void put(T value, ValueWriter out);
  }

  /** Reads what {@link Put} wrote. */
  @FunctionalInterface
  interface Take<T> {
    T take(ValueReader in);
  }

  /** How objects of one class are written. */
  record Encoding<T>(int tag, Put<T> put, Take<? extends T> take) {

    @SuppressWarnings("unchecked") // found by the value's class
    void write(Object value, ValueWriter out) {
      out.bytes().u8(tag);
      put.put((T) value, out);
    }
  }

  /** The encodings that this release knows. */
  static final Encodings KNOWN = new Encodings();

  private static final int NUM_TAGS = 256;

  private final Map<Class<?>, Encoding<?>> byClass = new HashMap<>();
  private final @Nullable Encoding<?>[] byTag = new Encoding<?>[NUM_TAGS];

  private Encodings() {
    ScalarEncodings.addTo(this);
    ArrayEncodings.addTo(this);
    TimeEncodings.addTo(this);
    CollectionEncodings.addTo(this);
  }

  /**
   * @param tag 32 or more; lower ones are the {@link ValueWriter}'s own
   * @param type a class of which all objects are a {@code T}
   */
  <T> void add(int tag, Class<?> type, Put<T> put, Take<? extends T> take) {
    Encoding<T> encoding = new Encoding<>(tag, put, take);
    if (byTag[tag] != null) {
      throw new AssertionError("two encodings have tag " + tag);
    }
    byTag[tag] = encoding;
    byClass.put(type, encoding);
  }

  @Nullable Encoding<?> of(Class<?> type) {
    return byClass.get(type);
  }

  @Nullable Encoding<?> of(int tag) {
    return byTag[tag];
  }
}
