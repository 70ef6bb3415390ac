package io.millrace.spi;

import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.Tuple4;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A hash of a key that is the same in every JVM, so that all of them agree on the partition of the
 * key. Keys that are equal have equal hashes.
 *
 * <table>
 *   <caption>How each kind of key is hashed</caption>
 *   <tr><td>null</td><td>0</td></tr>
 *   <tr><td>strings, boxes, numbers</td><td>their {@code hashCode}, whose value is specified or has
 *       never changed</td></tr>
 *   <tr><td>enum constants</td><td>the hash of their name</td></tr>
 *   <tr><td>{@code java.time}, {@code UUID}</td><td>from their fields</td></tr>
 *   <tr><td>tuples and records</td><td>{@code h = 31 * h + of(component)}, beginning with 0; a
 *       record that declares a {@code hashCode} of its own is hashed by that</td></tr>
 *   <tr><td>lists, sets, maps, entries, optionals</td><td>as their interfaces specify, with this
 *       hash in place of {@code hashCode}</td></tr>
 *   <tr><td>any other class</td><td>its {@code hashCode}, which must then be a function of the value
 *       alone</td></tr>
 * </table>
 *
 * <p>Arrays, and classes that inherit {@link Object#hashCode}, are refused: their hash tells which
 * object it is, not what is in it, and differs from one JVM to the next.
 */
public final class StableHash {
  private static final MethodType HASH = MethodType.methodType(int.class, Object.class);

  /** For each record class a handle {@code (Object) -> int}. */
  private static final ClassValue<MethodHandle> RECORD_HASHES =
      new ClassValue<>() {
        @Override
        protected MethodHandle computeValue(Class<?> type) {
          return recordHash(type);
        }
      };

  private static final ClassValue<Boolean> HASHES_BY_VALUE =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return hashCodeOf(type).getDeclaringClass() != Object.class;
        }
      };

  private StableHash() {}

  /**
   * The hash of a key. Safe for concurrent use; the first key of a record class costs a look at the
   * class, all others no reflection.
   *
   * @throws IllegalArgumentException if the key is, or holds, an array or an object without a hash
   *     of its own; the message says what to use instead
   */
  public static int of(@Nullable Object key) {
    // The common keys first; every test here is one comparison, since the classes are final.
    if (key instanceof String string) {
      return string.hashCode();
    }
    if (key instanceof Integer number) {
      return number;
    }
    if (key instanceof Long number) {
      return Long.hashCode(number);
    }
    if (key instanceof Tuple2<?, ?> tuple) {
      return append(of(tuple._1()), of(tuple._2()));
    }
    return key == null ? 0 : ofComposite(key);
  }

  private static int ofComposite(Object key) {
    if (key instanceof Tuple3<?, ?, ?> tuple) {
      return append(append(of(tuple._1()), of(tuple._2())), of(tuple._3()));
    }
    if (key instanceof Tuple4<?, ?, ?, ?> tuple) {
      int hash = append(append(of(tuple._1()), of(tuple._2())), of(tuple._3()));
      return append(hash, of(tuple._4()));
    }
    if (key instanceof Record) {
      return ofRecord(key);
    }
    if (key instanceof Enum<?> constant) {
      return constant.name().hashCode();
    }
    if (isBox(key)) {
      return key.hashCode();
    }
    if (key instanceof BigDecimal number) {
      return append(of(number.unscaledValue()), number.scale());
    }
    if (key instanceof UUID uuid) {
      return Long.hashCode(uuid.getMostSignificantBits() ^ uuid.getLeastSignificantBits());
    }
    if (key.getClass().getPackageName().equals("java.time")) {
      return ofTime(key);
    }
    // Interfaces last: to find that a class does not implement one takes longest.
    if (key instanceof Optional<?> optional) {
      return of(optional.orElse(null));
    }
    if (key instanceof List<?> list) {
      return ofList(list);
    }
    if (key instanceof Set<?> set) {
      return ofSet(set);
    }
    if (key instanceof Map<?, ?> map) {
      return ofSet(map.entrySet());
    }
    if (key instanceof Map.Entry<?, ?> entry) {
      return of(entry.getKey()) ^ of(entry.getValue());
    }
    return ofOther(key);
  }

  /** BigInteger does not specify its hash, but it is a function of the value in every JDK. */
  private static boolean isBox(Object key) {
    return key instanceof Double
        || key instanceof Boolean
        || key instanceof Character
        || key instanceof Short
        || key instanceof Byte
        || key instanceof Float
        || key instanceof BigInteger;
  }

  private static int ofList(List<?> list) {
    int hash = 1;
    for (Object element : list) {
      hash = append(hash, of(element));
    }
    return hash;
  }

  private static int ofSet(Set<?> set) {
    int hash = 0;
    for (Object element : set) {
      hash += of(element);
    }
    return hash;
  }

  /** The classes of java.time do not specify their hash codes, so they are taken apart. */
  private static int ofTime(Object key) {
    if (key instanceof Instant instant) {
      return append(Long.hashCode(instant.getEpochSecond()), instant.getNano());
    }
    if (key instanceof LocalDate date) {
      return Long.hashCode(date.toEpochDay());
    }
    if (key instanceof LocalTime time) {
      return Long.hashCode(time.toNanoOfDay());
    }
    if (key instanceof LocalDateTime dateTime) {
      return append(ofTime(dateTime.toLocalDate()), ofTime(dateTime.toLocalTime()));
    }
    if (key instanceof Duration duration) {
      return append(Long.hashCode(duration.getSeconds()), duration.getNano());
    }
    if (key instanceof ZoneId zone) {
      return zone.getId().hashCode();
    }
    if (key instanceof ZonedDateTime dateTime) {
      int hash = append(ofTime(dateTime.toLocalDateTime()), ofTime(dateTime.getOffset()));
      return append(hash, ofTime(dateTime.getZone()));
    }
    if (key instanceof OffsetDateTime dateTime) {
      return append(ofTime(dateTime.toLocalDateTime()), ofTime(dateTime.getOffset()));
    }
    if (key instanceof OffsetTime time) {
      return append(ofTime(time.toLocalTime()), ofTime(time.getOffset()));
    }
    if (key instanceof Period period) {
      return append(append(period.getYears(), period.getMonths()), period.getDays());
    }
    if (key instanceof Year year) {
      return year.getValue();
    }
    if (key instanceof YearMonth month) {
      return append(month.getYear(), month.getMonthValue());
    }
    if (key instanceof MonthDay day) {
      return append(day.getMonthValue(), day.getDayOfMonth());
    }
    return ofOther(key);
  }

  private static int ofOther(Object key) {
    Class<?> type = key.getClass();
    if (type.isArray()) {
      throw refuse(
          type,
          "arrays are equal only to themselves; use a List, a String, a tuple or a record instead");
    }
    if (!HASHES_BY_VALUE.get(type)) {
      throw refuse(
          type,
          "it inherits Object.hashCode, which differs from one JVM to the next; make it a record,"
              + " or give it equals and hashCode");
    }
    return key.hashCode();
  }

  private static int ofRecord(Object key) {
    try {
      return (int) RECORD_HASHES.get(key.getClass()).invokeExact(key);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("neither fields nor hashCode throw a checked exception", e);
    }
  }

  private static int append(int hash, int componentHash) {
    return 31 * hash + componentHash;
  }

  /**
   * One handle for all components, as the JIT inlines within a handle but not from one to the next.
   */
  private static MethodHandle recordHash(Class<?> type) {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    try {
      // The compiler makes the methods that it adds to a record final; people do not write that in
      // a class which is final anyway.
      if (!Modifier.isFinal(hashCodeOf(type).getModifiers())) {
        MethodType signature = MethodType.methodType(int.class);
        return lookup.findVirtual(Object.class, "hashCode", signature);
      }
      MethodType signature = MethodType.methodType(int.class, int.class, int.class);
      MethodHandle append = lookup.findStatic(StableHash.class, "append", signature);
      MethodHandle hash =
          MethodHandles.dropArguments(MethodHandles.constant(int.class, 0), 0, Object.class);
      for (RecordComponent component : type.getRecordComponents()) {
        MethodHandle both =
            MethodHandles.filterArguments(append, 0, hash, componentHash(type, component, lookup));
        hash = MethodHandles.permuteArguments(both, HASH, 0, 0);
      }
      return hash;
    } catch (ReflectiveOperationException e) {
      String message = "Millrace may not read its fields; its module has to open %s to Millrace";
      throw refuse(type, String.format(Locale.ROOT, message, type.getPackageName()), e);
    }
  }

  /** Reads the field, as the generated equals does, since an accessor may have been rewritten. */
  private static MethodHandle componentHash(
      Class<?> type, RecordComponent component, MethodHandles.Lookup lookup)
      throws ReflectiveOperationException {
    Class<?> componentType = component.getType();
    if (componentType.isArray()) {
      throw refuse(
          type,
          "its component "
              + component.getName()
              + " is an array, and arrays are equal only to themselves; use a List instead");
    }
    MethodHandle field =
        MethodHandles.privateLookupIn(type, lookup)
            .findGetter(type, component.getName(), componentType);
    MethodHandle hash =
        componentType.isPrimitive()
            ? boxHash(componentType, lookup)
            : lookup
                .findStatic(StableHash.class, "of", HASH)
                .asType(HASH.changeParameterType(0, componentType));
    return MethodHandles.filterReturnValue(field, hash).asType(HASH);
  }

  /** The static {@code hashCode} of the box of a primitive type, which does not box. */
  private static MethodHandle boxHash(Class<?> primitive, MethodHandles.Lookup lookup)
      throws ReflectiveOperationException {
    MethodType signature = MethodType.methodType(int.class, primitive);
    return lookup.findStatic(signature.wrap().parameterType(0), "hashCode", signature);
  }

  private static Method hashCodeOf(Class<?> type) {
    try {
      return type.getMethod("hashCode");
    } catch (NoSuchMethodException e) {
      throw new AssertionError("every class has a hashCode", e);
    }
  }

  private static IllegalArgumentException refuse(Class<?> type, String reason) {
    return refuse(type, reason, null);
  }

  private static IllegalArgumentException refuse(
      Class<?> type, String reason, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        type.getTypeName() + " cannot be a key, or part of one: " + reason, cause);
  }
}
