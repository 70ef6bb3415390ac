package io.millrace.spark;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.lang.invoke.SerializedLambda;
import java.util.Set;
import java.util.TreeSet;

/**
 * The classes of a program whose lambda expressions an object holds. Where such a class is missing,
 * Java's deserialization complains of a cast, and does not say of which class.
 */
final class LambdaClasses extends ObjectOutputStream {

  private static final String OWN = "io/millrace/";

  private final Set<String> names = new TreeSet<>();

  private LambdaClasses() throws IOException {
    super(OutputStream.nullOutputStream());
    enableReplaceObject(true);
  }

  /** Their names, or none if the object can't be serialized. */
  static Set<String> of(Object root) {
    try (LambdaClasses found = new LambdaClasses()) {
      found.writeObject(root);
      return found.names;
    } catch (IOException e) {
      return Set.of();
    }
  }

  @Override
  protected Object replaceObject(Object object) {
    if (object instanceof SerializedLambda lambda && !lambda.getCapturingClass().startsWith(OWN)) {
      names.add(lambda.getCapturingClass().replace('/', '.'));
    }
    return object;
  }
}
