package io.millrace.rdd;

import io.millrace.spi.DataFiles;
import io.millrace.spi.ServiceLookup;
import io.millrace.spi.checkpoint.ShownLocation;

/** Finds who serves a path; for extensions. */
public final class DataFilesLookup {

  private DataFilesLookup() {}

  /**
   * Whoever serves a path, by its scheme.
   *
   * @throws IllegalArgumentException if nobody does; names the path
   */
  public static DataFiles of(String path) {
    return ServiceLookup.find(DataFiles.class, files -> files.accepts(path))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no file storage on the class path serves "
                        + ShownLocation.of(path)
                        + "; local files are plain paths or file: URIs"));
  }
}
