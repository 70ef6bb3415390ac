package io.millrace.spark;

import io.millrace.MillraceException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The version of Spark on the class path, read without touching a class of Spark: another version
 * would fail to link somewhere, or worse, much later.
 */
final class SparkVersion {

  static final String SUPPORTED = "4.2.x";
  private static final String SUPPORTED_PREFIX = "4.2.";
  private static final String RESOURCE = "spark-version-info.properties";

  private SparkVersion() {}

  /**
   * @throws MillraceException if there is no Spark, or one that this module was not made for
   */
  static void requireSupported() {
    requireSupported(find(SparkVersion.class.getClassLoader()));
  }

  static void requireSupported(@Nullable String version) {
    if (version == null) {
      throw new MillraceException(
          "there is no Spark on the class path. Start the program by spark-submit or by millrace"
              + " run, or add org.apache.spark:spark-core_2.13 of version "
              + SUPPORTED);
    }
    if (!version.startsWith(SUPPORTED_PREFIX)) {
      throw new MillraceException(
          "Spark "
              + version
              + " is on the class path, but this version of Millrace runs on Spark "
              + SUPPORTED
              + " (Scala 2.13) alone. Use a spark-submit of that version, on a cluster of that"
              + " version");
    }
  }

  private static @Nullable String find(ClassLoader loader) {
    try (InputStream in = loader.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        return null;
      }
      Properties info = new Properties();
      info.load(in);
      return info.getProperty("version");
    } catch (IOException e) {
      throw new MillraceException("cannot read " + RESOURCE + " of Spark", e);
    }
  }
}
