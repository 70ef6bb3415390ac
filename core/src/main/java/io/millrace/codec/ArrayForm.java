package io.millrace.codec;

import java.io.IOException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;

/** Arrays of objects, arrays of arrays included. */
final class ArrayForm implements Form {

  /** Of an array's elements; more than this no program has. */
  private static final int MAX_DIMENSIONS = 16;

  private final PlainType base;
  private final int dimensions;

  /**
   * @param base the type of the elements, or if that is an array, the type of its elements, and so
   *     on
   * @param dimensions number of arrays around the base, 1 or more
   */
  ArrayForm(PlainType base, int dimensions) {
    this.base = base;
    this.dimensions = dimensions;
  }

  @Override
  public void write(Object value, ValueWriter out) {
    if (dimensions > MAX_DIMENSIONS) {
      throw out.refuse(value, "arrays have at most " + MAX_DIMENSIONS + " dimensions");
    }
    Object[] array = (Object[]) value;
    out.bytes().u8(Tag.ARRAY);
    out.typeNumber(base);
    out.bytes().u8(dimensions);
    out.bytes().varint(array.length);
    out.writeElements(array, array);
  }

  /** Reads what follows the tag. */
  static Object read(ValueReader in) throws IOException {
    StoredType stored = in.readType();
    int dimensions = in.bytes().u8();
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw in.bytes().corrupt("an array of " + dimensions + " dimensions");
    }
    int count = in.bytes().count(1);
    List<Object> elements = in.readInto(new ArrayList<>(), count);
    if (in.isDiscarding()) {
      return elements;
    }
    Class<?> type = in.plainClass(stored);
    for (int i = 1; i < dimensions; i++) {
      type = type.arrayType();
    }
    if (type.isPrimitive()) {
      throw in.bytes().corrupt("objects in an array of " + type);
    }
    return elements.toArray((Object[]) Array.newInstance(type, count));
  }
}
