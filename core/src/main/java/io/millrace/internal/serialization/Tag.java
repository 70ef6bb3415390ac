package io.millrace.internal.serialization;

/** The first byte of each value, as far as {@link Encodings} do not know it. */
final class Tag {

  static final int NULL = 0;
  static final int TRUE = 1;
  static final int FALSE = 2;
  static final int INTEGER = 3;
  static final int LONG = 4;
  static final int DOUBLE = 5;

  /** A string whose characters are a byte each. */
  static final int LATIN_1 = 6;

  static final int STRING = 7;
  static final int TUPLE_2 = 8;
  static final int TUPLE_3 = 9;
  static final int TUPLE_4 = 10;

  /** A record: its class, then the components in order of declaration. */
  static final int RECORD = 11;

  /** An enum constant: its class and name; from then on its number in the dictionary. */
  static final int ENUM = 12;

  static final int KNOWN_ENUM = 13;

  /** An array of objects: the class of its elements, a count, the elements. */
  static final int ARRAY = 14;

  /** Java serialization: a count of bytes, the bytes. */
  static final int SERIALIZED = 15;

  private Tag() {}
}
