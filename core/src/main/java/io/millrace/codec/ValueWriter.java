package io.millrace.codec;

import io.millrace.NotEncodableException;
import io.millrace.Tuple2;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes values: a {@link Tag} each, then what the tag says. Remembers on its way down where it is,
 * so that an error can name the way to the value that is to blame.
 */
final class ValueWriter implements CodecOutput {

  /** Values within values; what is deeper may well contain itself. */
  static final int MAX_DEPTH = 200;

  private final Codecs codecs;
  private final ByteSink bytes;

  /** The numbers of the types that the stream, or the frame within it, has defined. */
  private Map<NamedForm, Integer> numbers = new IdentityHashMap<>();

  private List<NamedForm> defined = new ArrayList<>();

  private final Object[] containers = new Object[MAX_DEPTH];
  private final int[] places = new int[MAX_DEPTH];
  private int depth;

  ValueWriter(Codecs codecs, ByteSink bytes) {
    this.codecs = codecs;
    this.bytes = bytes;
  }

  ByteSink bytes() {
    return bytes;
  }

  Codecs codecs() {
    return codecs;
  }

  /** Forgets the types that were defined. */
  void reset() {
    numbers.clear();
    defined.clear();
  }

  /** Whether a value is being written, which is so when a codec calls. */
  boolean isInside() {
    return depth > 0;
  }

  /** Does all of what is to be written, or nothing. */
  void atomically(Runnable write) {
    ByteSink.Mark start = bytes.mark();
    Map<NamedForm, Integer> numbersBefore = numbers;
    List<NamedForm> definedBefore = defined;
    int numDefined = defined.size();
    int depthBefore = depth;
    boolean isDone = false;
    try {
      write.run();
      isDone = true;
    } finally {
      if (!isDone) {
        numbers = numbersBefore;
        defined = definedBefore;
        forgetFrom(numDefined);
        bytes.backTo(start);
        depth = depthBefore;
      }
    }
  }

  /** Takes back the definitions of all types but the first ones. */
  private void forgetFrom(int numDefined) {
    while (defined.size() > numDefined) {
      numbers.remove(defined.remove(defined.size() - 1));
    }
  }

  void write(Object value) {
    if (value == null) {
      bytes.u8(Tag.NULL);
      return;
    }
    Class<?> type = value.getClass();
    if (type == String.class) {
      bytes.u8(Tag.TEXT);
      bytes.text((String) value);
    } else if (type == Long.class) {
      bytes.u8(Tag.LONG);
      bytes.signed((Long) value);
    } else if (type == Integer.class) {
      bytes.u8(Tag.INT);
      bytes.signed((Integer) value);
    } else if (type == Double.class) {
      bytes.u8(Tag.DOUBLE);
      bytes.fixed64(Double.doubleToRawLongBits((Double) value));
    } else if (type == Boolean.class) {
      bytes.u8((Boolean) value ? Tag.TRUE : Tag.FALSE);
    } else if (type == Tuple2.class) {
      Tuple2<?, ?> tuple = (Tuple2<?, ?>) value;
      bytes.u8(Tag.TUPLE_2);
      writeElements(value, tuple._1(), tuple._2());
    } else {
      Form form = codecs.formOf(type);
      if (form == null) {
        throw refuse(value, Remedy.forClass(type));
      }
      form.write(value, this);
    }
  }

  /** The values within a container, of which the path names class and place. */
  void writeElements(Object container, Object... elements) {
    enter(container);
    for (int i = 0; i < elements.length; i++) {
      places[depth - 1] = i;
      write(elements[i]);
    }
    leave();
  }

  /** Goes a step down, into a value or what {@link Path} has a name for. */
  void enter(Object container) {
    if (depth == MAX_DEPTH) {
      throw refuse(
          container, "values are nested more than " + MAX_DEPTH + " deep, or contain themselves");
    }
    containers[depth++] = container;
  }

  /** Names the place within the container that is written next. */
  void at(int place) {
    places[depth - 1] = place;
  }

  void leave() {
    containers[--depth] = Path.NOWHERE;
  }

  NotEncodableException refuse(Object value, String why) {
    StringBuilder path = new StringBuilder();
    int shown = Math.min(depth, Path.MAX_STEPS);
    for (int i = 0; i < shown; i++) {
      path.append(Path.step(containers[i], places[i])).append(" -> ");
    }
    String typeName = Path.typeName(value);
    path.append(shown < depth ? "..." : typeName);
    return new NotEncodableException(
        typeName,
        path.toString(),
        "a value of " + typeName + " can't be stored (" + path + "): " + why);
  }

  /** The number of the type, or 0 and its definition. */
  void typeNumber(NamedForm form) {
    Integer number = numbers.get(form);
    if (number != null) {
      bytes.varint(number);
    } else {
      bytes.varint(0);
      form.define(bytes);
      defined.add(form);
      numbers.put(form, defined.size());
    }
  }

  /** A length of four bytes, then what is written, with definitions of types of its own. */
  void writeFramed(Codec<Object> codec, CodecForm form, Object value) {
    Map<NamedForm, Integer> numbersOutside = numbers;
    List<NamedForm> definedOutside = defined;
    int lengthAt = bytes.reserve(Integer.BYTES);
    numbers = new IdentityHashMap<>(0);
    defined = new ArrayList<>(0);
    enter(form);
    int depthInside = depth;
    codec.write(value, this);
    if (depth != depthInside) {
      throw new IllegalStateException(
          "codec " + form.name() + " has caught an exception of the output and gone on");
    }
    leave();
    numbers = numbersOutside;
    defined = definedOutside;
    bytes.patch32(lengthAt, bytes.size() - lengthAt - Integer.BYTES);
  }

  @Override
  public void writeBoolean(boolean value) {
    bytes.u8(value ? 1 : 0);
  }

  @Override
  public void writeByte(int value) {
    bytes.u8(value);
  }

  @Override
  public void writeInt(int value) {
    bytes.signed(value);
  }

  @Override
  public void writeLong(long value) {
    bytes.signed(value);
  }

  @Override
  public void writeFixedLong(long value) {
    bytes.fixed64(value);
  }

  @Override
  public void writeFloat(float value) {
    bytes.fixed32(Float.floatToRawIntBits(value));
  }

  @Override
  public void writeDouble(double value) {
    bytes.fixed64(Double.doubleToRawLongBits(value));
  }

  @Override
  public void writeCount(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("a count of " + count);
    }
    bytes.varint(count);
  }

  @Override
  public void writeString(String text) {
    bytes.text(text);
  }

  @Override
  public void writeBytes(byte[] array) {
    bytes.varint(array.length);
    bytes.raw(array, 0, array.length);
  }

  @Override
  public void writeValue(@Nullable Object value) {
    if (value == null) {
      bytes.u8(Tag.NULL);
    } else {
      write(value);
    }
  }
}
