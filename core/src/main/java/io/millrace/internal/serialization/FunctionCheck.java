package io.millrace.internal.serialization;

import io.millrace.NotSerializableFunctionException;
import io.millrace.internal.serialization.JavaSerialization.Failure;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Holds functions to what a cluster needs of them: that Java serialization writes them and reads
 * them back.
 */
public final class FunctionCheck {
  // A JDK type as value, so that no class of the JDK holds on to Millrace's class loader.
  private static final ClassValue<AtomicBoolean> HAS_PASSED =
      new ClassValue<>() {
        @Override
        protected AtomicBoolean computeValue(Class<?> type) {
          return new AtomicBoolean();
        }
      };

  private FunctionCheck() {}

  /**
   * Checks a function unless one of its class has passed before; then this costs a few nanoseconds.
   * As each lambda expression has its own class, this is once for each place in the program, with
   * the values captured there the first time. Safe for concurrent use.
   *
   * @param operation the method that was given the function, such as {@code map}
   * @throws NotSerializableFunctionException if the function does not survive; it is checked again
   *     when it is met again
   */
  public static void check(Object function, String operation) {
    AtomicBoolean hasPassed = HAS_PASSED.get(function.getClass());
    if (hasPassed.get()) {
      return;
    }
    JavaSerialization.tryRoundTrip(function)
        .ifPresent(
            failure -> {
              throw refuse(function, operation, failure);
            });
    hasPassed.set(true);
  }

  private static NotSerializableFunctionException refuse(
      Object function, String operation, Failure failure) {
    Offender offender = Offender.find(Reference.root(function), failure);
    String subject =
        "the function given to " + operation + " (" + FunctionNames.describe(function) + ") ";
    String message = subject + offender.sentence() + ". " + Remedy.forFunction(offender, failure);
    return new NotSerializableFunctionException(operation, message, failure.cause());
  }
}
