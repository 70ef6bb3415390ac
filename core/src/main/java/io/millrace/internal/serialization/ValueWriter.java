package io.millrace.internal.serialization;

import io.millrace.NotSerializableRecordException;
import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.Tuple4;
import io.millrace.internal.serialization.JavaSerialization.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes values: a {@link Tag} each, then what the tag says. What has no encoding goes by Java
 * serialization, value by value.
 *
 * <p>Classes and enum constants are named once, and then by their number in a dictionary, which
 * lasts until {@link #reset}.
 */
final class ValueWriter {

  /** Values within values; what is deeper may well contain itself. */
  private static final int MAX_DEPTH = 100;

  private final OutputBytes bytes;
  private final ClassTable classes;
  private final Map<Object, Integer> dictionary = new IdentityHashMap<>();
  private final List<Object> entries = new ArrayList<>();
  private int depth;

  /**
   * @param classes is told the classes of what is written
   */
  ValueWriter(OutputBytes bytes, ClassTable classes) {
    this.bytes = bytes;
    this.classes = classes;
  }

  OutputBytes bytes() {
    return bytes;
  }

  /** Forgets the dictionary. */
  void reset() {
    dictionary.clear();
    entries.clear();
  }

  /**
   * Writes a record, all or nothing.
   *
   * @throws NotSerializableRecordException if that can't be done
   */
  void writeRecord(@Nullable Object record) {
    int start = bytes.size();
    int numEntries = entries.size();
    try {
      write(record);
    } catch (TooDeep e) {
      undo(start, numEntries);
      writeSerialized(Objects.requireNonNull(record));
    } catch (OutputBytes.TooLargeException e) {
      undo(start, numEntries);
      throw refuse(Objects.requireNonNull(record), "takes more than 2 GB", e);
    } catch (RuntimeException e) {
      undo(start, numEntries);
      throw e;
    } finally {
      depth = 0;
    }
  }

  private void undo(int start, int numEntries) {
    bytes.truncate(start);
    while (entries.size() > numEntries) {
      dictionary.remove(entries.remove(entries.size() - 1));
    }
  }

  /** Writes a value within a record. */
  void write(@Nullable Object value) {
    if (value == null) {
      bytes.u8(Tag.NULL);
      return;
    }
    Class<?> type = value.getClass();
    if (type == String.class) {
      writeString((String) value);
    } else if (type == Integer.class) {
      bytes.u8(Tag.INTEGER);
      bytes.signed((int) (Integer) value);
    } else if (type == Long.class) {
      bytes.u8(Tag.LONG);
      bytes.signed((long) (Long) value);
    } else if (type == Double.class) {
      bytes.u8(Tag.DOUBLE);
      bytes.fixed64(Double.doubleToRawLongBits((Double) value));
    } else if (type == Boolean.class) {
      bytes.u8((Boolean) value ? Tag.TRUE : Tag.FALSE);
    } else {
      writeCompound(value, type);
    }
  }

  private void writeString(String text) {
    bytes.u8(Tag.LATIN_1);
    if (!bytes.tryLatin1(text)) {
      bytes.truncate(bytes.size() - 1);
      bytes.u8(Tag.STRING);
      bytes.chars(text);
    }
  }

  private void writeCompound(Object value, Class<?> type) {
    if (++depth > MAX_DEPTH) {
      throw TooDeep.INSTANCE;
    }
    if (value instanceof Tuple2<?, ?> pair) {
      bytes.u8(Tag.TUPLE_2);
      write(pair._1());
      write(pair._2());
    } else {
      Encodings.Encoding<?> encoding = Encodings.KNOWN.of(type);
      if (encoding != null) {
        encoding.write(value, this);
      } else {
        writeOther(value, type);
      }
    }
    depth--;
  }

  private void writeOther(Object value, Class<?> type) {
    if (value instanceof Tuple3<?, ?, ?> tuple) {
      bytes.u8(Tag.TUPLE_3);
      write(tuple._1());
      write(tuple._2());
      write(tuple._3());
    } else if (value instanceof Tuple4<?, ?, ?, ?> tuple) {
      bytes.u8(Tag.TUPLE_4);
      write(tuple._1());
      write(tuple._2());
      write(tuple._3());
      write(tuple._4());
    } else if (value instanceof Enum<?> constant) {
      writeEnum(constant);
    } else if (value instanceof Object[] array) {
      bytes.u8(Tag.ARRAY);
      writeClass(type.getComponentType());
      bytes.varint(array.length);
      for (Object element : array) {
        write(element);
      }
    } else {
      Optional<RecordType> record = RecordType.of(type);
      if (record.isPresent()) {
        writeComponents(value, record.get());
      } else {
        writeSerialized(value);
      }
    }
  }

  private void writeComponents(Object record, RecordType type) {
    bytes.u8(Tag.RECORD);
    writeClass(record.getClass());
    for (int i = 0; i < type.numComponents(); i++) {
      write(type.component(record, i));
    }
  }

  private void writeEnum(Enum<?> constant) {
    Integer number = dictionary.get(constant);
    if (number != null) {
      bytes.u8(Tag.KNOWN_ENUM);
      bytes.varint(number);
    } else {
      bytes.u8(Tag.ENUM);
      writeClass(constant.getDeclaringClass());
      writeString(constant.name());
      enter(constant);
    }
  }

  /** Its number + 1 if it is known, else 0 and its name. */
  private void writeClass(Class<?> type) {
    Integer number = dictionary.get(type);
    if (number != null) {
      bytes.varint(number + 1);
    } else {
      bytes.varint(0);
      writeString(type.getName());
      classes.add(type);
      enter(type);
    }
  }

  private void enter(Object entry) {
    dictionary.put(entry, entries.size());
    entries.add(entry);
  }

  private void writeSerialized(Object value) {
    byte[] serialized;
    try {
      serialized = JavaSerialization.writeRecord(value, classes);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      Failure failure = new Failure(e, false);
      Offender offender = Offender.find(Reference.root(value), failure);
      String why = offender.sentence() + ". " + Remedy.forRecord(offender, failure);
      throw refuse(value, why, e);
    }
    bytes.u8(Tag.SERIALIZED);
    bytes.bytes(serialized);
  }

  private static NotSerializableRecordException refuse(Object value, String why, Throwable cause) {
    String typeName = FunctionNames.typeName(value.getClass());
    return new NotSerializableRecordException(
        typeName, "a record of type " + typeName + " can't be written: it " + why, cause);
  }

  /** Carries no trace: it is an answer, and the record is written in another way. */
  private static final class TooDeep extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final TooDeep INSTANCE = new TooDeep();

    private TooDeep() {
      super("values are nested deeply", null, false, false);
    }
  }
}
