package io.millrace.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A type as the stream defines it, and what the program has under its name. That may be nothing,
 * which is an error only once a value of it is wanted.
 */
sealed interface StoredType
    permits StoredType.Plain, StoredType.Constants, StoredType.Coded, StoredRecord {

  String name();

  /** The first byte of a definition. */
  final class Kind {
    static final int RECORD = 1;
    static final int ENUM = 2;
    static final int CODEC = 3;
    static final int PLAIN = 4;

    private Kind() {}
  }

  /** The type of an array's elements. */
  record Plain(String name, @Nullable Class<?> type) implements StoredType {}

  /** An enum; a constant is stored as its place among the names. */
  record Constants(String name, List<String> names, @Nullable EnumForm form) implements StoredType {

    /** The program's constant of the name in that place; null if it has none. */
    @Nullable Enum<?> constant(EnumForm ofProgram, int place) {
      Enum<?>[] constants = ofProgram.constants();
      String wanted = names.get(place);
      if (place < constants.length && constants[place].name().equals(wanted)) {
        return constants[place];
      }
      for (Enum<?> constant : constants) {
        if (constant.name().equals(wanted)) {
          return constant;
        }
      }
      return null;
    }
  }

  /** What a user's codec wrote, of the version that it had then. */
  record Coded(String name, int version, @Nullable CodecForm form) implements StoredType {}
}
