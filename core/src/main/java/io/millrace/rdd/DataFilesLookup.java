package io.millrace.rdd;

import io.millrace.spi.DataFiles;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** Finds who serves a path; for extensions. */
public final class DataFilesLookup {

  // Those beside the SPI never change; others may come with the application's class loader.
  private static final List<DataFiles> KNOWN = load(DataFiles.class.getClassLoader());

  private DataFilesLookup() {}

  /**
   * Whoever serves a path, by its scheme.
   *
   * @throws IllegalArgumentException if nobody does; names the path
   */
  public static DataFiles of(String path) {
    return accepting(path, KNOWN)
        .or(() -> accepting(path, load(Thread.currentThread().getContextClassLoader())))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no file storage on the class path serves "
                        + path
                        + "; local files are plain paths or file: URIs"));
  }

  private static Optional<DataFiles> accepting(String path, List<DataFiles> candidates) {
    return candidates.stream().filter(files -> files.accepts(path)).findFirst();
  }

  private static List<DataFiles> load(ClassLoader loader) {
    return ServiceLoader.load(DataFiles.class, loader).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
