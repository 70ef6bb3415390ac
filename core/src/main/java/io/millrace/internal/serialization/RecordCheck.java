package io.millrace.internal.serialization;

import io.millrace.NotSerializableRecordException;
import io.millrace.Tuple2;
import io.millrace.internal.serialization.JavaSerialization.Failure;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Holds records to what an exchange between JVMs needs of them. Types with an encoding of their own
 * pass: immutable types of the JDK, enums, arrays, and records, tuples, optionals, lists, sets and
 * maps of what passes. Anything else must survive Java serialization.
 */
public final class RecordCheck {
  /** Few, since the check is a sample: it looks at the first record alone, too. */
  private static final int MAX_ELEMENTS = 8;

  private static final ClassValue<AtomicBoolean> HAS_PASSED =
      new ClassValue<>() {
        @Override
        protected AtomicBoolean computeValue(Class<?> type) {
          return new AtomicBoolean();
        }
      };

  private RecordCheck() {}

  /**
   * Checks a record. Looks into records and at the first 8 elements of each collection every time;
   * Java serialization is tried once per class. Safe for concurrent use.
   *
   * @param where what was about to send the record, such as {@code reduceByKey}
   * @throws NotSerializableRecordException if the record, or something in it, cannot travel
   */
  public static void check(@Nullable Object record, String where) {
    if (record == null
        || isPlain(record)
        || (record instanceof Tuple2<?, ?> pair && isPlain(pair._1()) && isPlain(pair._2()))) {
      return;
    }
    ObjectGraph.findNearest(Reference.root(record), RecordCheck::parts, RecordCheck::isRefused)
        .ifPresent(found -> refuse(record, found, where));
  }

  /** Passes without being looked into. */
  private static boolean isPlain(@Nullable Object value) {
    return value == null || ImmutableTypes.contain(value);
  }

  private static List<Reference> parts(Reference holder) {
    return isEncoded(holder.value())
        ? ObjectGraph.components(holder).orElseGet(() -> ObjectGraph.elements(holder, MAX_ELEMENTS))
        : List.of();
  }

  /** Whether there is an encoding for the object itself; what it holds is looked at in turn. */
  private static boolean isEncoded(Object value) {
    if (value instanceof Record) {
      return ObjectGraph.components(Reference.root(value)).isPresent();
    }
    boolean isContainer =
        value instanceof List<?>
            || value instanceof Set<?>
            || value instanceof Map<?, ?>
            || value instanceof Optional<?>;
    // The user's own collection classes may have state beside their elements.
    return value.getClass().isArray()
        || (isContainer && JavaSerialization.isFromJdk(value.getClass()))
        || ImmutableTypes.contain(value);
  }

  private static boolean isRefused(Reference met) {
    if (isEncoded(met.value())) {
      return false;
    }
    AtomicBoolean hasPassed = HAS_PASSED.get(met.value().getClass());
    if (!hasPassed.get()) {
      hasPassed.set(JavaSerialization.tryRoundTrip(met.value()).isEmpty());
    }
    return !hasPassed.get();
  }

  private static void refuse(Object record, Reference found, String where) {
    Failure failure = JavaSerialization.tryRoundTrip(found.value()).orElse(null);
    if (failure == null) {
      return; // it depends on more than its class, and survives this time
    }
    Offender offender = Offender.find(found, failure);
    String typeName = FunctionNames.typeName(record.getClass());
    String message =
        String.format(
            Locale.ROOT,
            "a record of type %s cannot travel from %s to another JVM: it %s. %s",
            typeName,
            where,
            offender.sentence(),
            Remedy.forRecord(offender, failure));
    throw new NotSerializableRecordException(typeName, message, failure.cause());
  }
}
