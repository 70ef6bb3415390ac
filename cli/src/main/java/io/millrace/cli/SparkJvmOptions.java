package io.millrace.cli;

import java.io.PrintStream;

/**
 * Prints the options that Spark wants of a JVM, as its own scripts ask for them; {@code
 * bin/millrace} starts programs with these. Spark is on the class path only then.
 */
public final class SparkJvmOptions {

  private static final String OWNER = "org.apache.spark.launcher.JavaModuleOptions";

  private SparkJvmOptions() {}

  public static void main(String[] args) throws ReflectiveOperationException {
    print(System.out);
  }

  static void print(PrintStream out) throws ReflectiveOperationException {
    out.println(Class.forName(OWNER).getMethod("defaultModuleOptions").invoke(null));
    out.flush();
  }
}
