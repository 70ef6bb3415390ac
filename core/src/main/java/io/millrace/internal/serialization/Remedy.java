package io.millrace.internal.serialization;

import io.millrace.internal.serialization.JavaSerialization.Failure;
import java.util.Optional;

/** What a user can do about an object that does not travel. */
final class Remedy {
  private Remedy() {}

  static String forFunction(Offender offender, Failure failure) {
    Reference reference = offender.reference();
    Class<?> type = reference.value().getClass();
    Optional<String> driverHint = forDriverType(type.getName());
    if (driverHint.isPresent()) {
      return driverHint.get();
    }
    if (failure.isReading()) {
      return forReading();
    }
    if (reference.isRoot() || FunctionNames.isLambda(type)) {
      return forUnserializableFunction();
    }
    return forCapture(reference, FunctionNames.typeName(type));
  }

  static String forValue(Offender offender, Failure failure) {
    String typeName = FunctionNames.typeName(offender.reference().value().getClass());
    return failure.isReading() ? forReading() : "Make " + typeName + " Serializable.";
  }

  static String forRecord(Offender offender, Failure failure) {
    Class<?> type = offender.reference().value().getClass();
    return forDriverType(type.getName()).orElseGet(() -> forUserType(type, failure));
  }

  private static String forUserType(Class<?> type, Failure failure) {
    String typeName = FunctionNames.typeName(type);
    return failure.isReading()
        ? forReading()
        : "Make " + typeName + " a record or Serializable, or map to another type before this.";
  }

  /** What to say when the object is one of Millrace's own that stay on the driver. */
  static Optional<String> forDriverType(String className) {
    return className.startsWith("io.millrace.stream.") || className.startsWith("io.millrace.rdd.")
        ? Optional.of(
            "Datasets, streams and contexts stay on the driver and cannot be used inside a function"
                + " that runs in tasks: combine two of them with join, cogroup or transform,"
                + " broadcast a small one, or copy the plain value that the function needs into a"
                + " local variable.")
        : Optional.empty();
  }

  private static String forCapture(Reference reference, String typeName) {
    boolean isField = reference.label().startsWith(ObjectGraph.FIELD);
    return forOwner(reference.firstStep())
        + "Make "
        + typeName
        + " Serializable, "
        + (isField
            ? "mark the field transient and create it once per partition (mapPartitions,"
                + " foreachPartition), "
            : "")
        + "or copy the plain value that the function needs into a local variable.";
  }

  /** What to say when the function takes an object along that the user did not name. */
  private static String forOwner(Reference firstStep) {
    String owner = FunctionNames.typeName(firstStep.value().getClass());
    return switch (firstStep.label()) {
      case ObjectGraph.CAPTURED_THIS ->
          "The lambda uses a member of "
              + owner
              + " and so takes the whole object along; a local copy of that member, or a static"
              + " method in its place, leaves it behind. ";
      case ObjectGraph.CAPTURED_ENCLOSING ->
          "An inner or anonymous class takes its enclosing object along; a static class, or a"
              + " lambda that uses no member of "
              + owner
              + ", leaves it behind. ";
      default -> "";
    };
  }

  private static String forUnserializableFunction() {
    return "Use a type of io.millrace.function (for an order SerializableComparator, which has"
        + " comparing(...)), or cast the lambda to its interface & java.io.Serializable.";
  }

  private static String forReading() {
    return "Look at its readObject and readResolve, at the no-argument constructor of its first"
        + " superclass that is not Serializable, and at whether its class can be loaded by name.";
  }
}
