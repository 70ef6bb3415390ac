package io.millrace.spark;

import io.millrace.JobFailedException;
import io.millrace.spi.Throwables;
import java.io.InvalidClassException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkContext;

/** What a failure of Spark itself, rather than of the user's code, means and asks for. */
final class SparkFailures {

  /** Spark tells some causes as text alone. */
  private static final Pattern MISSING_CLASS =
      Pattern.compile("(?:ClassNotFoundException|NoClassDefFoundError): ([\\w.$/]+)");

  private static final Pattern OTHER_CLASS =
      Pattern.compile(
          "InvalidClassException: ([\\w.$/]+)|(Invalid lambda deserialization)"
              + "|NoSuch(?:Method|Field)Error: ([^\\n]+)");
  private static final Pattern LOST_EXECUTORS =
      Pattern.compile(
          "ExecutorLostFailure|FetchFailed|has failed the maximum allowable number of times");
  private static final String LAMBDA = "java.lang.invoke.SerializedLambda";
  private static final String NOT_SERIALIZABLE = "Task not serializable";
  private static final String STACK = "\nDriver stacktrace:";

  private SparkFailures() {}

  /** A job that has failed for a reason of Spark's. */
  static JobFailedException failed(String description, SparkContext spark, Throwable failure) {
    return new JobFailedException(description + " failed: " + describe(spark, failure), failure);
  }

  /** One or two sentences. */
  static String describe(SparkContext spark, Throwable failure) {
    if (spark.isStopped()) {
      return "Spark has been stopped underneath: by the program, or by Spark itself, whose log says"
          + " why (a master that removes the application, say). Start the program again ("
          + shortened(failure).lines().findFirst().orElse("")
          + ")";
    }
    for (Throwable e : Throwables.causes(failure)) {
      if (e instanceof ClassNotFoundException || e instanceof NoClassDefFoundError) {
        return missing(String.valueOf(e.getMessage()));
      }
      if (e instanceof InvalidClassException other) {
        return different(other.classname == null ? shortened(other) : other.classname);
      }
    }
    String text = shortened(failure);
    Matcher missing = MISSING_CLASS.matcher(text);
    if (missing.find()) {
      return missing(missing.group(1));
    }
    Matcher other = OTHER_CLASS.matcher(text);
    if (other.find()) {
      return different(
          other.group(1) != null
              ? other.group(1)
              : other.group(2) != null ? "a class with a lambda expression" : other.group(3));
    }
    return text;
  }

  /** Whether Spark gave up since executors, or what they had shuffled, were gone. */
  static boolean isByLostExecutors(Throwable failure) {
    return LOST_EXECUTORS.matcher(String.valueOf(failure.getMessage())).find();
  }

  /** Whether a lambda expression could not be made again, because its class was not found. */
  static boolean isMissingLambda(Throwable failure) {
    String text = String.valueOf(failure.getMessage());
    return text.contains(LAMBDA) && !text.contains(NOT_SERIALIZABLE);
  }

  /**
   * @param classes those that may be missing, if they are known
   */
  static String missingLambda(Set<String> classes) {
    return missing(
        classes.isEmpty()
            ? "of a lambda expression that it runs"
            : String.join(" or ", classes) + ", whose lambda expressions it runs");
  }

  private static String missing(String name) {
    return "the executors don't have the class "
        + name.replace('/', '.')
        + ". Send them the jar that has it: the program's own and those it needs, by spark-submit"
        + " (--jars), millrace run, or the setting spark.jars";
  }

  private static String different(String what) {
    return "the executors have another version of "
        + what
        + " than this process. See that the jars of the program and of Millrace, and Spark "
        + SparkVersion.SUPPORTED
        + ", are the same on the whole cluster";
  }

  private static String shortened(Throwable failure) {
    String text = String.valueOf(failure.getMessage());
    int stack = text.indexOf(STACK);
    return (stack < 0 ? text : text.substring(0, stack)).strip();
  }
}
