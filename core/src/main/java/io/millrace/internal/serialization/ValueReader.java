package io.millrace.internal.serialization;

import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.Tuple4;
import io.millrace.internal.serialization.InputBytes.MalformedException;
import java.io.IOException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link ValueWriter} wrote. Whatever objects refuse to be made throws: a {@link
 * MalformedException} where the bytes contradict themselves, and what the constructors of the
 * objects throw.
 */
final class ValueReader {

  /** Records may be null, though their type is plain {@code Object} throughout. */
  private static final Object[] NULL = new Object[1];

  private final InputBytes bytes;
  private final ClassTable written;
  private final @Nullable ClassLoader loader;
  private final List<Object> entries = new ArrayList<>();

  /** Outlives the dictionary, which is forgotten after each block. */
  private final Map<String, Class<?>> classes = new HashMap<>();

  /**
   * @param written the classes that this process has written
   * @param loader where other classes are looked up first; null for the JDK's
   */
  ValueReader(InputBytes bytes, ClassTable written, @Nullable ClassLoader loader) {
    this.bytes = bytes;
    this.written = written;
    this.loader = loader;
  }

  InputBytes bytes() {
    return bytes;
  }

  /** A count of values, each of which takes a byte at least. */
  int count() {
    return bytes.count(1);
  }

  void reset() {
    entries.clear();
  }

  Object read() {
    int tag = bytes.u8();
    return switch (tag) {
      case Tag.NULL -> NULL[0];
      case Tag.TRUE -> true;
      case Tag.FALSE -> false;
      case Tag.INTEGER -> bytes.signed();
      case Tag.LONG -> bytes.signedLong();
      case Tag.DOUBLE -> Double.longBitsToDouble(bytes.fixed64());
      case Tag.LATIN_1 -> bytes.latin1();
      case Tag.STRING -> bytes.chars();
      case Tag.TUPLE_2 -> new Tuple2<>(read(), read());
      default -> readOther(tag);
    };
  }

  private Object readOther(int tag) {
    return switch (tag) {
      case Tag.TUPLE_3 -> new Tuple3<>(read(), read(), read());
      case Tag.TUPLE_4 -> new Tuple4<>(read(), read(), read(), read());
      case Tag.RECORD -> readRecord();
      case Tag.ENUM -> readEnum();
      case Tag.KNOWN_ENUM -> entry(bytes.varint());
      case Tag.ARRAY -> readArray();
      case Tag.SERIALIZED -> readSerialized();
      default -> {
        Encodings.Encoding<?> encoding = Encodings.KNOWN.of(tag);
        if (encoding == null) {
          throw new MalformedException("a value of the unknown kind " + tag);
        }
        yield encoding.take().take(this);
      }
    };
  }

  private Object readRecord() {
    Class<?> type = readClass();
    RecordType record =
        RecordType.of(type)
            .orElseThrow(() -> new MalformedException(type.getName() + " is no record any more"));
    Object[] components = new Object[record.numComponents()];
    for (int i = 0; i < components.length; i++) {
      components[i] = read();
    }
    return record.make(components);
  }

  private Object readEnum() {
    Class<?> type = readClass();
    String name = readText();
    Object[] constants = type.getEnumConstants();
    for (Object constant : constants == null ? new Object[0] : constants) {
      if (((Enum<?>) constant).name().equals(name)) {
        entries.add(constant);
        return constant;
      }
    }
    throw new MalformedException(type.getName() + " has no constant " + name);
  }

  String readText() {
    if (read() instanceof String text) {
      return text;
    }
    throw new MalformedException("no text where there should be one");
  }

  private Object readArray() {
    Class<?> elementType = readClass();
    Object[] array = (Object[]) Array.newInstance(elementType, count());
    for (int i = 0; i < array.length; i++) {
      array[i] = read();
    }
    return array;
  }

  private Class<?> readClass() {
    int number = bytes.varint();
    if (number != 0) {
      return (Class<?>) entry(number - 1);
    }
    Class<?> type = classes.computeIfAbsent(readText(), this::load);
    entries.add(type);
    return type;
  }

  private Class<?> load(String name) {
    try {
      return written.resolve(name, loader);
    } catch (ClassNotFoundException e) {
      throw new MissingClassException(e);
    }
  }

  private Object entry(int number) {
    if (number < 0 || number >= entries.size()) {
      throw new MalformedException("entry " + number + " of " + entries.size());
    }
    return entries.get(number);
  }

  private Object readSerialized() {
    try {
      return JavaSerialization.read(bytes.bytes(), written, loader);
    } catch (ClassNotFoundException e) {
      throw new MissingClassException(e);
    } catch (IOException e) {
      throw new MalformedException("an object that Java can't deserialize: " + e, e);
    }
  }

  /** A class that the records need is not to be found. */
  static final class MissingClassException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingClassException(ClassNotFoundException cause) {
      super("the class " + cause.getMessage() + " can't be found", cause);
    }
  }
}
