package io.millrace.internal.serialization;

import io.millrace.MillraceException;
import io.millrace.NotSerializableRecordException;
import io.millrace.internal.serialization.JavaSerialization.Failure;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives each task, or each key, a value of its own to begin with, where a function may change the
 * value that it is given.
 */
public final class ValueCopy {
  /**
   * The classes of which two empty ones do not differ; a sorted or a linked map may have an order
   * of its own. Most zero values are of these, and not worth a deserialization for each key.
   */
  private static final Map<Class<?>, Supplier<Object>> EMPTY_COLLECTIONS =
      Map.of(
          ArrayList.class, ArrayList::new,
          LinkedList.class, LinkedList::new,
          ArrayDeque.class, ArrayDeque::new,
          HashSet.class, HashSet::new,
          LinkedHashSet.class, LinkedHashSet::new,
          HashMap.class, HashMap::new);

  private ValueCopy() {}

  /**
   * A supplier that gives a copy of {@code value}, as it is now, with each call. A value that
   * nobody can change is not copied. The supplier is serializable, and safe for concurrent use.
   *
   * <p>A call costs some microseconds for an object, which is read back by Java serialization, and
   * nanoseconds for an array of primitives.
   *
   * @param what names the value in messages, such as {@code the zero value of foldByKey}
   * @throws NotSerializableRecordException if the value can be changed but not serialized
   */
  public static <T extends @Nullable Object> Supplier<T> copier(@Nullable T value, String what) {
    if (value == null || isImmutable(value)) {
      return new Shared<>(value);
    }
    if (isEmptyCollection(value)) {
      return new Empty<>(value.getClass());
    }
    return isPrimitiveArray(value) ? new Cloned<>(cloneArray(value)) : deserialized(value, what);
  }

  /**
   * Whether neither the value nor anything in it can change: the immutable types of the JDK, enums,
   * and records, tuples and optionals of such. False where that cannot be told.
   */
  public static boolean isImmutable(@Nullable Object value) {
    if (value == null || ImmutableTypes.contain(value)) {
      return true;
    }
    if (value instanceof Optional<?> optional) {
      return isImmutable(optional.orElse(null));
    }
    Optional<List<Reference>> components = ObjectGraph.components(Reference.root(value));
    return components.isPresent()
        && components.get().stream().allMatch(component -> isImmutable(component.value()));
  }

  private static <T> Deserialized<T> deserialized(Object value, String what) {
    ClassTable classes = new ClassTable();
    return new Deserialized<>(serialize(value, what, classes), what, classes);
  }

  private static byte[] serialize(Object value, String what, ClassTable classes) {
    Optional<Failure> failure = JavaSerialization.tryRoundTrip(value);
    if (failure.isPresent()) {
      throw refuse(value, what, failure.get());
    }
    try {
      return JavaSerialization.write(value, classes);
    } catch (IOException e) {
      throw refuse(value, what, new Failure(e, false));
    }
  }

  private static boolean isEmptyCollection(Object value) {
    boolean isEmpty =
        value instanceof Collection<?> collection
            ? collection.isEmpty()
            : value instanceof Map<?, ?> map && map.isEmpty();
    return isEmpty && EMPTY_COLLECTIONS.containsKey(value.getClass());
  }

  private static boolean isPrimitiveArray(Object value) {
    Class<?> elementType = value.getClass().getComponentType();
    return elementType != null && elementType.isPrimitive();
  }

  private static Object cloneArray(Object array) {
    int length = Array.getLength(array);
    Object copy = Array.newInstance(array.getClass().getComponentType(), length);
    System.arraycopy(array, 0, copy, 0, length);
    return copy;
  }

  private static NotSerializableRecordException refuse(Object value, String what, Failure failure) {
    Offender offender = Offender.find(Reference.root(value), failure);
    String typeName = FunctionNames.typeName(value.getClass());
    String message =
        String.format(
            Locale.ROOT,
            "%s cannot be copied, so that a task which fails leaves it as it was: its type %s %s. %s",
            what,
            typeName,
            offender.sentence(),
            Remedy.forValue(offender, failure));
    return new NotSerializableRecordException(typeName, message, failure.cause());
  }

  private record Shared<T extends @Nullable Object>(@Nullable T value)
      implements Supplier<T>, Serializable {
    @Override
    public @Nullable T get() {
      return value;
    }
  }

  private record Empty<T>(Class<?> type) implements Supplier<T>, Serializable {
    @Override
    @SuppressWarnings("unchecked") // made from a value of that type
    public T get() {
      return (T) Objects.requireNonNull(EMPTY_COLLECTIONS.get(type)).get();
    }
  }

  private record Cloned<T>(Object array) implements Supplier<T>, Serializable {
    @Override
    @SuppressWarnings("unchecked") // made from a value of that type
    public T get() {
      return (T) cloneArray(array);
    }
  }

  private static final class Deserialized<T> implements Supplier<T>, Serializable {
    private static final long serialVersionUID = 1L;

    private final byte[] bytes;
    private final String what;

    /** Null in another process, where the task's class loader knows the classes. */
    private final transient @Nullable ClassTable classes;

    Deserialized(byte[] bytes, String what, ClassTable classes) {
      this.bytes = bytes;
      this.what = what;
      this.classes = classes;
    }

    @Override
    @SuppressWarnings("unchecked") // made from a value of that type
    public T get() {
      try {
        return (T) JavaSerialization.read(bytes, classes != null ? classes : new ClassTable());
      } catch (IOException | ClassNotFoundException e) {
        throw new MillraceException(what + " can no longer be read back", e);
      }
    }
  }
}
