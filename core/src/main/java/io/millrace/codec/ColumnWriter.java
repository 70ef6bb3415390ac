package io.millrace.codec;

import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.Tuple4;
import java.nio.charset.StandardCharsets;

/**
 * Writes many values at once. Where all are of one class of which columns are made, as numbers and
 * texts, it is once for all that the class is said, and the values follow closely packed; tuples
 * and records become a column for each component. All else is written value by value.
 */
final class ColumnWriter {

  private final ValueWriter out;
  private final ByteSink bytes;

  /** Kept, as columns come one after the other. */
  private long[] longs = {};

  ColumnWriter(ValueWriter out) {
    this.out = out;
    this.bytes = out.bytes();
  }

  void writeLongs(long[] values, int count) {
    begin(Tag.LONG_COLUMN, count);
    FrameOfReference.write(values, count, bytes);
  }

  private void begin(int tag, int count) {
    bytes.u8(tag);
    bytes.varint(count);
  }

  void write(Object[] values, int from, int count) {
    Class<?> type = commonClass(values, from, count);
    if (type == Long.class) {
      writeLongs(unboxed(values, from, count), count);
    } else if (type == Integer.class) {
      begin(Tag.INT_COLUMN, count);
      FrameOfReference.write(unboxed(values, from, count), count, bytes);
    } else if (type == String.class) {
      writeTexts(values, from, count);
    } else if (type == Double.class) {
      writeDoubles(values, from, count);
    } else if (type == Boolean.class) {
      writeBooleans(values, from, count);
    } else if (type == Tuple2.class) {
      writeTuples(2, values, from, count);
    } else if (type == Tuple3.class) {
      writeTuples(3, values, from, count);
    } else if (type == Tuple4.class) {
      writeTuples(4, values, from, count);
    } else if (type == Void.class && bytes.tryFree(count)) {
      begin(Tag.NULL_COLUMN, count);
    } else if (out.codecs().formOf(type) instanceof RecordForm record
        && record.numComponents() > 0) {
      writeRecords(record, values, from, count);
    } else {
      writeOneByOne(values, from, count);
    }
  }

  /** The class of all, {@link Void} if all are null, {@link Object} if they differ or are none. */
  private static Class<?> commonClass(Object[] values, int from, int count) {
    if (count == 0) {
      return Object.class;
    }
    Class<?> common = classOf(values[from]);
    for (int i = from + 1; i < from + count; i++) {
      if (classOf(values[i]) != common) {
        return Object.class;
      }
    }
    return common;
  }

  private static Class<?> classOf(Object value) {
    return value == null ? Void.class : value.getClass();
  }

  private long[] unboxed(Object[] values, int from, int count) {
    reserveLongs(count);
    for (int i = 0; i < count; i++) {
      longs[i] = ((Number) values[from + i]).longValue();
    }
    return longs;
  }

  private void reserveLongs(int count) {
    if (longs.length < count) {
      longs = new long[count];
    }
  }

  private void writeDoubles(Object[] values, int from, int count) {
    begin(Tag.DOUBLE_COLUMN, count);
    int at = bytes.reserve((long) count * Double.BYTES);
    byte[] into = bytes.array();
    for (int i = 0; i < count; i++) {
      long bits = Double.doubleToRawLongBits((Double) values[from + i]);
      ByteSink.LONGS.set(into, at + i * Double.BYTES, bits);
    }
  }

  private void writeBooleans(Object[] values, int from, int count) {
    begin(Tag.BOOLEAN_COLUMN, count);
    for (int i = 0; i < count; i += Byte.SIZE) {
      int eight = 0;
      for (int bit = 0; bit < Math.min(Byte.SIZE, count - i); bit++) {
        eight |= (Boolean) values[from + i + bit] ? 1 << bit : 0;
      }
      bytes.u8(eight);
    }
  }

  private void writeTexts(Object[] values, int from, int count) {
    ByteSink.Mark start = bytes.mark();
    if (tryLatin1(values, from, count)) {
      return;
    }
    bytes.backTo(start);
    for (int i = from; i < from + count; i++) {
      if (!ByteSink.isWellFormed((String) values[i])) {
        writeOneByOne(values, from, count);
        return;
      }
    }
    writeUtf8(values, from, count);
  }

  private boolean tryLatin1(Object[] values, int from, int count) {
    beginTexts(TextForm.LATIN_1, count);
    reserveLongs(count);
    for (int i = 0; i < count; i++) {
      longs[i] = ((String) values[from + i]).length();
    }
    FrameOfReference.write(longs, count, bytes);
    for (int i = from; i < from + count; i++) {
      if (!bytes.tryLatin1((String) values[i])) {
        return false;
      }
    }
    return true;
  }

  private void writeUtf8(Object[] values, int from, int count) {
    beginTexts(TextForm.UTF_8, count);
    byte[][] texts = new byte[count][];
    for (int i = 0; i < count; i++) {
      texts[i] = ((String) values[from + i]).getBytes(StandardCharsets.UTF_8);
      longs[i] = texts[i].length;
    }
    FrameOfReference.write(longs, count, bytes);
    for (byte[] text : texts) {
      bytes.raw(text, 0, text.length);
    }
  }

  private void beginTexts(TextForm form, int count) {
    begin(Tag.TEXT_COLUMN, count);
    bytes.u8(form.ordinal());
  }

  private void writeTuples(int arity, Object[] values, int from, int count) {
    begin(Tag.TUPLE_COLUMN, count);
    bytes.u8(arity);
    Object[] elements = new Object[count];
    for (int place = 1; place <= arity; place++) {
      for (int i = 0; i < count; i++) {
        elements[i] = element(values[from + i], place);
      }
      out.enter("Tuple" + arity + "._" + place);
      write(elements, 0, count);
      out.leave();
    }
  }

  private static Object element(Object tuple, int place) {
    if (tuple instanceof Tuple2<?, ?> pair) {
      return place == 1 ? pair._1() : pair._2();
    } else if (tuple instanceof Tuple3<?, ?, ?> three) {
      return place == 1 ? three._1() : place == 2 ? three._2() : three._3();
    }
    Tuple4<?, ?, ?, ?> four = (Tuple4<?, ?, ?, ?>) tuple;
    return switch (place) {
      case 1 -> four._1();
      case 2 -> four._2();
      case 3 -> four._3();
      default -> four._4();
    };
  }

  private void writeRecords(RecordForm form, Object[] values, int from, int count) {
    begin(Tag.RECORD_COLUMN, count);
    out.typeNumber(form);
    Object[] components = new Object[count];
    out.enter(form);
    for (int place = 0; place < form.numComponents(); place++) {
      for (int i = 0; i < count; i++) {
        components[i] = form.component(values[from + i], place);
      }
      out.at(place);
      write(components, 0, count);
    }
    out.leave();
  }

  private void writeOneByOne(Object[] values, int from, int count) {
    begin(Tag.VALUE_COLUMN, count);
    out.enter(Path.COLUMN);
    for (int i = 0; i < count; i++) {
      out.at(i);
      out.write(values[from + i]);
    }
    out.leave();
  }
}
