package io.millrace.hadoop;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a checkpoint is on HDFS or nowhere. An object is put by renaming a file to a name that must
 * be free; two drivers that start at once are told apart by that alone, so the look at the name and
 * the rename have to be one step of the store. Hadoop's interface has such a rename, but for file
 * systems that do not override it, it looks first and renames then.
 */
final class UnsuitableFileSystems {

  private static final String NOT_ATOMIC =
      "a rename there is not one step that refuses a name that is taken";
  private static final String UNTESTED =
      "it has not been shown that a rename there is one step that refuses a name that is taken";
  private static final String OVER_HTTP =
      "a rename over HTTP that is sent again after its answer was lost can't be told from one that"
          + " was refused";
  private static final String USE_S3 =
      "an object store that is reached as a file system can't refuse to rename to a name that is"
          + " taken: use s3://bucket/path of millrace-storage-s3, which writes on condition";

  /** By scheme; what to do instead is part of the reason where there is something better. */
  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("s3a", USE_S3),
          Map.entry("s3n", USE_S3),
          Map.entry(
              "file",
              "this module is for places that several machines reach: give a local directory as a"
                  + " plain path, without a scheme"),
          Map.entry("abfs", UNTESTED),
          Map.entry("abfss", UNTESTED),
          Map.entry("wasb", UNTESTED),
          Map.entry("wasbs", UNTESTED),
          Map.entry("adl", UNTESTED),
          Map.entry("gs", UNTESTED),
          Map.entry("ofs", UNTESTED),
          Map.entry("o3fs", UNTESTED),
          Map.entry("oss", UNTESTED),
          Map.entry("cosn", UNTESTED),
          Map.entry("obs", UNTESTED),
          Map.entry("webhdfs", OVER_HTTP),
          Map.entry("swebhdfs", OVER_HTTP),
          Map.entry("ftp", NOT_ATOMIC),
          Map.entry("sftp", NOT_ATOMIC),
          Map.entry("har", "an archive can't be written to"),
          Map.entry("http", "it can't be written to"),
          Map.entry("https", "it can't be written to"));

  private UnsuitableFileSystems() {}

  /** Whether a scheme is that of a Hadoop file system on which no checkpoint can be. */
  static boolean names(String scheme) {
    return REASONS.containsKey(scheme);
  }

  /**
   * Why a checkpoint can't be on a file system, and what to do.
   *
   * @return empty for {@code hdfs} and {@code viewfs}
   */
  static Optional<String> reason(@Nullable String scheme) {
    String lower = scheme == null ? "file" : scheme.toLowerCase(Locale.ROOT);
    if (lower.equals("hdfs") || lower.equals("viewfs")) {
      return Optional.empty();
    }
    String reason = REASONS.getOrDefault(lower, UNTESTED);
    return Optional.of(
        reason.contains(": ") ? reason : reason + ": use hdfs://, or viewfs:// that leads there");
  }
}
