package io.millrace.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The garbage collector of the measured processes, the same for Millrace and its baseline. */
public enum Collector {
  PARALLEL("-XX:+UseParallelGC"),
  G1("-XX:+UseG1GC"),
  SERIAL("-XX:+UseSerialGC"),
  ZGC("-XX:+UseZGC"),

  /** The one that the JVM chooses for this machine. */
  DEFAULT();

  private final List<String> options;

  Collector(String... options) {
    this.options = List.of(options);
  }

  List<String> options() {
    return options;
  }

  /**
   * @throws IllegalArgumentException if there is none of this name; names those there are
   */
  public static Collector parse(String name) {
    return Arrays.stream(values())
        .filter(collector -> collector.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--gc takes "
                        + Arrays.stream(values())
                            .map(collector -> collector.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "))
                        + ", not "
                        + name));
  }
}
