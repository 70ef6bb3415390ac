package io.millrace.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs with more data than heap, each in a JVM of its own. */
class LargerThanMemoryTest {

  @TempDir private Path directory;

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"exchange", "sort", "group", "reduce", "cogroup", "persist"})
  void eightyMegabytes_passThroughAHeapOf48(String operation) throws Exception {
    run(operation, 80, "48m", 2);
  }

  @Tag("soak")
  @ParameterizedTest
  @ValueSource(strings = {"exchange", "sort", "group", "reduce", "cogroup", "persist"})
  void twoGigabytes_passThroughAHeapOf256(String operation) throws Exception {
    run(operation, 2048, "256m", 30);
  }

  private void run(String operation, int megabytes, String heap, int timeoutMinutes)
      throws IOException, InterruptedException {
    Path spills = Files.createDirectory(directory.resolve("spills"));
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                LargeProgram.class.getName(),
                operation,
                Integer.toString(megabytes),
                spills.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(timeoutMinutes, TimeUnit.MINUTES)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    try (Stream<Path> left = Files.list(spills)) {
      assertThat(left).as("files left behind").isEmpty();
    }
  }
}
