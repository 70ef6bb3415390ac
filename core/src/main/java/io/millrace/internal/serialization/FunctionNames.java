package io.millrace.internal.serialization;

import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names functions as the user wrote them, rather than as the JVM calls them. */
final class FunctionNames {
  /** {@code lambda$main$0} or, for a serializable lambda, {@code lambda$main$5f2a1c3d$1}. */
  private static final Pattern LAMBDA_BODY =
      Pattern.compile("lambda\\$(.+?)(\\$[0-9a-f]+)?\\$\\d+");

  private static final String LAMBDA_CLASS = "$$Lambda";

  private FunctionNames() {}

  /** {@code lambda in com.acme.Job.main (Job.java:42)}, {@code class com.acme.Job$1}. */
  static String describe(Object function) {
    return ObjectGraph.lambda(function)
        .map(lambda -> describe(lambda, function.getClass().getClassLoader()))
        .orElseGet(
            () -> {
              String name = typeName(function.getClass());
              return isLambda(function.getClass()) ? name : "class " + name;
            });
  }

  /** The name of a class in source code, or where the lambda is that it belongs to. */
  static String typeName(Class<?> type) {
    String name = type.getTypeName();
    return isLambda(type) ? "lambda in " + name.substring(0, name.indexOf(LAMBDA_CLASS)) : name;
  }

  static boolean isLambda(Class<?> type) {
    return type.isSynthetic() && type.getName().contains(LAMBDA_CLASS);
  }

  private static String describe(SerializedLambda lambda, ClassLoader loader) {
    String className = lambda.getImplClass().replace('/', '.');
    if (!ObjectGraph.isLambdaBody(lambda)) {
      boolean isConstructor = lambda.getImplMethodKind() == MethodHandleInfo.REF_newInvokeSpecial;
      String method = isConstructor ? "new" : lambda.getImplMethodName();
      return "method reference " + className + "::" + method;
    }
    Optional<String> line =
        SourceLines.find(
            loader,
            lambda.getImplClass(),
            lambda.getImplMethodName(),
            lambda.getImplMethodSignature());
    return "lambda in "
        + className
        + enclosingMethod(lambda.getImplMethodName())
        + line.map(place -> " (" + place + ")").orElse("");
  }

  private static String enclosingMethod(String bodyName) {
    Matcher matcher = LAMBDA_BODY.matcher(bodyName);
    if (!matcher.matches()) {
      return "";
    }
    return switch (matcher.group(1)) {
      case "new" -> "'s constructor";
      case "static" -> "'s static initializer";
      default -> "." + matcher.group(1);
    };
  }
}
