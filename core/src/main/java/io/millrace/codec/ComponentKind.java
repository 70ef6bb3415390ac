package io.millrace.codec;

import io.millrace.CorruptionException;
import java.io.IOException;

/** How a record's component is written: a primitive without tag, all else as a value. */
enum ComponentKind {
  VALUE,
  BOOLEAN,
  BYTE,
  SHORT,
  CHAR,
  INT,
  LONG,
  FLOAT,
  DOUBLE;

  private static final ComponentKind[] KINDS = values();

  static ComponentKind of(Class<?> type) {
    if (!type.isPrimitive()) {
      return VALUE;
    } else if (type == boolean.class) {
      return BOOLEAN;
    } else if (type == byte.class) {
      return BYTE;
    } else if (type == short.class) {
      return SHORT;
    } else if (type == char.class) {
      return CHAR;
    } else if (type == int.class) {
      return INT;
    } else if (type == long.class) {
      return LONG;
    } else if (type == float.class) {
      return FLOAT;
    }
    return DOUBLE;
  }

  static ComponentKind read(ByteReader in) throws CorruptionException {
    int ordinal = in.u8();
    if (ordinal >= KINDS.length) {
      throw in.corrupt("a component of the unknown kind " + ordinal);
    }
    return KINDS[ordinal];
  }

  void write(Object value, ValueWriter out) {
    ByteSink bytes = out.bytes();
    switch (this) {
      case VALUE -> out.write(value);
      case BOOLEAN -> bytes.u8((Boolean) value ? 1 : 0);
      case BYTE -> bytes.u8((Byte) value);
      case SHORT -> bytes.fixed16((Short) value);
      case CHAR -> bytes.fixed16((Character) value);
      case INT -> bytes.signed((Integer) value);
      case LONG -> bytes.signed((Long) value);
      case FLOAT -> bytes.fixed32(Float.floatToRawIntBits((Float) value));
      case DOUBLE -> bytes.fixed64(Double.doubleToRawLongBits((Double) value));
    }
  }

  Object read(ValueReader in) throws IOException {
    ByteReader bytes = in.bytes();
    return switch (this) {
      case VALUE -> in.read();
      case BOOLEAN -> (Object) bytes.bool();
      case BYTE -> (byte) bytes.u8();
      case SHORT -> (short) bytes.fixed16();
      case CHAR -> (char) bytes.fixed16();
      case INT -> bytes.signedInt();
      case LONG -> bytes.signed();
      case FLOAT -> Float.intBitsToFloat(bytes.fixed32());
      case DOUBLE -> Double.longBitsToDouble(bytes.fixed64());
    };
  }
}
