package io.millrace.codec;

import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.Tuple4;
import java.io.IOException;

/** Reads what {@link ColumnWriter} wrote. */
final class ColumnReader {

  private static final int MAX_ARITY = 4;

  private final ValueReader in;
  private final ByteReader bytes;

  ColumnReader(ValueReader in) {
    this.in = in;
    this.bytes = in.bytes();
  }

  Column read() throws IOException {
    int tag = bytes.u8();
    int count = bytes.unsignedInt();
    return switch (tag) {
      case Tag.LONG_COLUMN -> Column.ofLongs(FrameOfReference.read(count, bytes));
      case Tag.INT_COLUMN -> Column.ofValues(readInts(count));
      case Tag.DOUBLE_COLUMN -> Column.ofValues(readDoubles(count));
      case Tag.BOOLEAN_COLUMN -> Column.ofValues(readBooleans(count));
      case Tag.TEXT_COLUMN -> Column.ofValues(readTexts(count));
      case Tag.NULL_COLUMN -> {
        bytes.claimFree(count);
        yield Column.ofValues(new Object[count]);
      }
      case Tag.TUPLE_COLUMN -> Column.ofValues(readTuples(count));
      case Tag.RECORD_COLUMN -> Column.ofValues(readRecords(count));
      case Tag.VALUE_COLUMN -> Column.ofValues(readOneByOne(count));
      default -> throw bytes.corrupt("a column of the unknown kind " + tag);
    };
  }

  private Object[] readInts(int count) throws IOException {
    long[] longs = FrameOfReference.read(count, bytes);
    Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      if (longs[i] != (int) longs[i]) {
        throw bytes.corrupt(longs[i] + " in a column of 32 bits");
      }
      values[i] = (int) longs[i];
    }
    return values;
  }

  private Object[] readDoubles(int count) throws IOException {
    require(count, Double.BYTES);
    Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      values[i] = Double.longBitsToDouble(bytes.fixed64());
    }
    return values;
  }

  private void require(int count, int bytesEach) throws IOException {
    if (count > bytes.remaining() / bytesEach) {
      throw bytes.corrupt(count + " elements in the " + bytes.remaining() + " bytes left");
    }
  }

  private Object[] readBooleans(int count) throws IOException {
    if (count > (long) bytes.remaining() * Byte.SIZE) {
      throw bytes.corrupt(count + " bits in the " + bytes.remaining() + " bytes left");
    }
    Object[] values = new Object[count];
    int eight = 0;
    for (int i = 0; i < count; i++) {
      if (i % Byte.SIZE == 0) {
        eight = bytes.u8();
      }
      values[i] = (eight >> i % Byte.SIZE & 1) == 1;
    }
    return values;
  }

  private Object[] readTexts(int count) throws IOException {
    int form = bytes.u8();
    if (!TextForm.isKnown(form)) {
      throw bytes.corrupt("texts of the unknown form " + form);
    }
    long[] lengths = FrameOfReference.read(count, bytes);
    Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      if (lengths[i] < 0 || lengths[i] > bytes.remaining()) {
        throw bytes.corrupt(
            "a text of " + lengths[i] + " bytes in the " + bytes.remaining() + " left");
      }
      values[i] = bytes.text(TextForm.of(form), (int) lengths[i]);
    }
    return values;
  }

  private Object[] readTuples(int count) throws IOException {
    int arity = bytes.u8();
    if (arity < 2 || arity > MAX_ARITY) {
      throw bytes.corrupt("tuples of " + arity);
    }
    Object[][] elements = new Object[arity][];
    in.enter();
    for (int place = 0; place < arity; place++) {
      elements[place] = readComponent(count);
    }
    in.leave();
    Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (arity) {
            case 2 -> new Tuple2<>(elements[0][i], elements[1][i]);
            case 3 -> new Tuple3<>(elements[0][i], elements[1][i], elements[2][i]);
            default -> new Tuple4<>(elements[0][i], elements[1][i], elements[2][i], elements[3][i]);
          };
    }
    return values;
  }

  private Object[] readComponent(int count) throws IOException {
    Column column = read();
    if (column.count() != count) {
      throw bytes.corrupt("a component of " + column.count() + " in a column of " + count);
    }
    return column.values();
  }

  private Object[] readRecords(int count) throws IOException {
    StoredRecord stored = in.readRecordType();
    if (stored.numComponents() == 0) {
      throw bytes.corrupt("a column of records without components");
    }
    in.enter();
    Object[][] stores = new Object[stored.numComponents()][];
    for (int i = 0; i < stores.length; i++) {
      boolean isDropped = stored.place(i) == StoredRecord.DROPPED;
      if (isDropped) {
        in.startDiscarding();
      }
      stores[i] = readComponent(count);
      if (isDropped) {
        in.stopDiscarding();
      }
    }
    in.leave();
    return in.isDiscarding() ? new Object[count] : makeRecords(stored, stores, count);
  }

  private Object[] makeRecords(StoredRecord stored, Object[][] stores, int count)
      throws IOException {
    RecordForm form = stored.form(in);
    Object[] records = new Object[count];
    for (int row = 0; row < count; row++) {
      Object[] components = form.defaults();
      for (int i = 0; i < stores.length; i++) {
        if (stored.place(i) != StoredRecord.DROPPED) {
          components[stored.place(i)] = stored.fit(form, i, stores[i][row], in);
        }
      }
      records[row] = in.make(stored, form, components);
    }
    return records;
  }

  private Object[] readOneByOne(int count) throws IOException {
    require(count, 1);
    in.enter();
    Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.read();
    }
    in.leave();
    return values;
  }
}
