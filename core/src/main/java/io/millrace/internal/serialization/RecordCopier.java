package io.millrace.internal.serialization;

import io.millrace.NotSerializableRecordException;
import io.millrace.Tuple2;
import java.lang.reflect.RecordComponent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies records that could be changed, by writing and reading them in memory; others are their own
 * copy. Whether that is so is mostly known from the class, at a nanosecond or two. Not safe for
 * concurrent use.
 */
public final class RecordCopier {

  private static final int INITIAL_BYTES = 256;

  /** Whether no object of a class can change, whatever it holds. */
  private static final ClassValue<Boolean> IS_IMMUTABLE =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return type.isPrimitive()
              || ImmutableTypes.containType(type)
              || (type.isRecord() && hasImmutableComponents(type));
        }
      };

  /** Made for the first record that has to be copied; most tasks meet none. */
  private @Nullable Buffers buffers;

  /** A class whose objects can't change: that of the record before, most likely. */
  private Class<?> immutable = String.class;

  /** The classes of components of pairs that were met last, of which no object can change. */
  private Class<?> component1 = String.class;

  private Class<?> component2 = String.class;

  private static boolean hasImmutableComponents(Class<?> record) {
    for (RecordComponent component : record.getRecordComponents()) {
      Class<?> type = component.getType();
      // A record that holds its own kind would ask for itself.
      if (type.isRecord() || !IS_IMMUTABLE.get(type)) {
        return false;
      }
    }
    return true;
  }

  /** Puts copies in the place of the first {@code count} records. */
  public void copyAll(Object[] records, int count) {
    Class<?> known = immutable;
    for (int i = 0; i < count; i++) {
      Object record = records[i];
      if (record == null || record.getClass() == known) {
        continue;
      }
      if (record instanceof Tuple2<?, ?> pair && isKnown(pair._1()) && isKnown(pair._2())) {
        continue;
      }
      records[i] = copy(record);
      known = IS_IMMUTABLE.get(record.getClass()) ? record.getClass() : known;
    }
    immutable = known;
  }

  /** Whether a component of a pair is of a class that is immutable, and was met before. */
  private boolean isKnown(Object component) {
    if (component == null) {
      return true;
    }
    Class<?> type = component.getClass();
    if (type == component1 || type == component2) {
      return true;
    }
    if (!IS_IMMUTABLE.get(type)) {
      return false;
    }
    component2 = component1;
    component1 = type;
    return true;
  }

  /**
   * A copy that shares nothing which can change with {@code record}; the record itself if it can't
   * change, or if it is of a type that can't be written.
   */
  public Object copy(Object record) {
    return isImmutable(record) ? record : written(record);
  }

  /**
   * As {@link #copy}, but refuses what can't be copied.
   *
   * @param what names the record in the message, such as {@code a value of state}
   * @throws NotSerializableRecordException if the record can change and can't be written
   */
  public Object copyOrRefuse(Object record, String what) {
    Object copy = copy(record);
    return copy == record && !isImmutable(record) ? ValueCopy.copier(record, what).get() : copy;
  }

  /** Whether neither the value nor anything in it can change; false where that can't be told. */
  public static boolean isImmutable(Object value) {
    if (value == null || IS_IMMUTABLE.get(value.getClass())) {
      return true;
    } else if (value instanceof Tuple2<?, ?> pair) {
      return isImmutable(pair._1()) && isImmutable(pair._2());
    } else if (value instanceof Optional<?> optional) {
      return optional.isEmpty() || isImmutable(optional.get());
    }
    Optional<RecordType> type = RecordType.of(value.getClass());
    if (type.isEmpty()) {
      return false;
    }
    for (int i = 0; i < type.get().numComponents(); i++) {
      if (!isImmutable(type.get().component(value, i))) {
        return false;
      }
    }
    return true;
  }

  private Object written(Object record) {
    Buffers used = buffers;
    if (used == null) {
      used = new Buffers();
      buffers = used;
    }
    return used.copy(record);
  }

  /** A record on its way through bytes. */
  private static final class Buffers {
    private final OutputBytes out = new OutputBytes(INITIAL_BYTES);
    private final ClassTable classes = new ClassTable();
    private final ValueWriter writer = new ValueWriter(out, classes);
    private final InputBytes in = new InputBytes();
    private final ValueReader reader =
        new ValueReader(in, classes, Thread.currentThread().getContextClassLoader());

    Object copy(Object record) {
      out.truncate(0);
      writer.reset();
      try {
        writer.writeRecord(record);
      } catch (NotSerializableRecordException e) {
        return record; // where that matters, the check of records has refused it before
      }
      in.reset(out.array(), out.size());
      reader.reset();
      return reader.read();
    }
  }
}
