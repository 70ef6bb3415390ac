package io.millrace.codec;

/**
 * The first byte of each value and column: what follows. None is ever used for something else. The
 * layout of each is in the description of the package.
 */
final class Tag {
  static final int NULL = 0;
  static final int FALSE = 1;
  static final int TRUE = 2;
  static final int BYTE = 3;
  static final int SHORT = 4;
  static final int CHAR = 5;
  static final int INT = 6;
  static final int LONG = 7;
  static final int FLOAT = 8;
  static final int DOUBLE = 9;
  static final int TEXT = 10;
  static final int TUPLE_2 = 11;
  static final int TUPLE_3 = 12;
  static final int TUPLE_4 = 13;
  static final int RECORD = 14;
  static final int ENUM = 15;
  static final int CODED = 16;
  static final int ARRAY = 17;

  static final int BIG_INTEGER = 32;
  static final int BIG_DECIMAL = 33;
  static final int UUID = 34;
  static final int OPTIONAL = 35;
  static final int OPTIONAL_INT = 36;
  static final int OPTIONAL_LONG = 37;
  static final int OPTIONAL_DOUBLE = 38;

  static final int INSTANT = 48;
  static final int DURATION = 49;
  static final int LOCAL_DATE = 50;
  static final int LOCAL_TIME = 51;
  static final int LOCAL_DATE_TIME = 52;
  static final int ZONE_OFFSET = 53;
  static final int OFFSET_TIME = 54;
  static final int OFFSET_DATE_TIME = 55;
  static final int ZONED_DATE_TIME = 56;
  static final int ZONE_REGION = 57;
  static final int YEAR = 58;
  static final int YEAR_MONTH = 59;
  static final int MONTH_DAY = 60;
  static final int PERIOD = 61;
  static final int DAY_OF_WEEK = 62;
  static final int MONTH = 63;

  static final int BYTES = 64;
  static final int BOOLEANS = 65;
  static final int SHORTS = 66;
  static final int CHARS = 67;
  static final int INTS = 68;
  static final int LONGS = 69;
  static final int FLOATS = 70;
  static final int DOUBLES = 71;

  static final int LIST = 80;
  static final int LINKED_LIST = 81;
  static final int DEQUE = 82;
  static final int SET = 83;
  static final int SORTED_SET = 84;
  static final int MAP = 85;
  static final int SORTED_MAP = 86;

  static final int LONG_COLUMN = 96;
  static final int INT_COLUMN = 97;
  static final int DOUBLE_COLUMN = 98;
  static final int BOOLEAN_COLUMN = 99;
  static final int TEXT_COLUMN = 100;
  static final int NULL_COLUMN = 101;
  static final int TUPLE_COLUMN = 102;
  static final int RECORD_COLUMN = 103;
  static final int VALUE_COLUMN = 104;

  private Tag() {}
}
