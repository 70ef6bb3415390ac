package io.millrace.hadoop;

import java.io.IOException;
import java.util.Locale;

/** The Hadoop client, which this module does not bring along, is not there. */
final class NoHadoopClientException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * @param location what it would have led to
   */
  NoHadoopClientException(String location, NoClassDefFoundError cause) {
    super(
        String.format(
            Locale.ROOT,
            "%s can't be reached without the Hadoop client, which is not on the class path, or not"
                + " all of it (%s): add hadoop-client-api and hadoop-client-runtime of"
                + " org.apache.hadoop, in the version of the cluster",
            location,
            cause.getMessage()),
        cause);
  }
}
