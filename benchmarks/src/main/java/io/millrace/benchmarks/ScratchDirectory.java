package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory on the local disk that is deleted with all that is in it. */
public final class ScratchDirectory implements AutoCloseable {

  private final Path path;

  /** Beneath the working directory, as temporary directories may be in memory. */
  public ScratchDirectory() throws IOException {
    path = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "bench");
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    List<Path> contents;
    try (Stream<Path> found = Files.walk(path)) {
      contents = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : contents) {
      Files.delete(file);
    }
  }
}
