package io.millrace.internal.serialization;

import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.Tuple4;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/**
 * Whether a value can change, decided by its class alone where that is possible: of most classes
 * every object is immutable, or has to be looked at.
 */
public final class Immutability {

  private static final ClassValue<Boolean> BY_CLASS =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return ImmutableTypes.containsClass(type) || isRecordOfSuch(type);
        }
      };

  private Immutability() {}

  /** As {@link ValueCopy#isImmutable}, at the cost of a look-up for the common classes. */
  public static boolean isCertain(@Nullable Object value) {
    if (value == null || BY_CLASS.get(value.getClass())) {
      return true;
    }
    if (value instanceof Tuple2<?, ?> tuple) {
      return isCertain(tuple._1()) && isCertain(tuple._2());
    } else if (value instanceof Tuple3<?, ?, ?> tuple) {
      return isCertain(tuple._1()) && isCertain(tuple._2()) && isCertain(tuple._3());
    } else if (value instanceof Tuple4<?, ?, ?, ?> tuple) {
      return isCertain(tuple._1())
          && isCertain(tuple._2())
          && isCertain(tuple._3())
          && isCertain(tuple._4());
    }
    return ValueCopy.isImmutable(value);
  }

  private static boolean isRecordOfSuch(Class<?> type) {
    if (!type.isRecord()) {
      return false;
    }
    for (RecordComponent component : type.getRecordComponents()) {
      Class<?> held = component.getType();
      // A component of the record's own type would ask for the answer that is being computed.
      boolean isKnown =
          held.isPrimitive()
              || (held != type
                  && Modifier.isFinal(held.getModifiers())
                  && (ImmutableTypes.containsClass(held) || isRecordOfSuch(held)));
      if (!isKnown) {
        return false;
      }
    }
    return true;
  }
}
