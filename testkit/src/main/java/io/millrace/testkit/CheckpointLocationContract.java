package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.spi.Throwables;
import io.millrace.spi.checkpoint.FencedException;
import io.millrace.stream.StreamingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a program may expect of a location that it gives to {@link StreamingContext#checkpoint}:
 * whole programs on it, stopped and started again. A storage's test implements this beside {@link
 * StorageContract}.
 */
@Timeout(120)
public interface CheckpointLocationContract {

  /** Where the checkpoint of this test is; nothing is there at first. */
  String location();

  private static void file(Path input, String name, String text) throws IOException {
    Path written = Files.writeString(input.resolve("." + name), text);
    Files.move(written, input.resolve(name));
  }

  @Test
  default void program_goesOnWhereItWasStopped(@TempDir Path input) throws Exception {
    long millis = 0;
    List<String> seen = new ArrayList<>();
    List<String> texts = List.of("a b a", "b", "c a", "a");
    for (int run = 0; run < texts.size(); run++) {
      file(input, "file" + run, texts.get(run));
      try (WordCounts program = WordCounts.start(location(), input, millis)) {
        program.runBatches(2);
        millis = program.millis();
        seen.addAll(program.seen());
      }
    }
    assertEquals(
        List.of(
            "1 {a=2, b=1}",
            "2 {a=2, b=1}",
            "3 {a=2, b=2}",
            "4 {a=2, b=2}",
            "5 {a=3, b=2, c=1}",
            "6 {a=3, b=2, c=1}",
            "7 {a=4, b=2, c=1}",
            "8 {a=4, b=2, c=1}"),
        seen);
  }

  @Test
  default void program_isStoppedByAnotherOnItsCheckpoint(@TempDir Path input) throws Exception {
    file(input, "file1", "a");
    try (WordCounts first = WordCounts.start(location(), input, 0)) {
      first.runBatches(1);
      try (WordCounts second = WordCounts.start(location(), input, first.millis())) {
        file(input, "file2", "a b");
        RuntimeException stopped = assertThrows(RuntimeException.class, () -> first.runBatches(2));
        second.runBatches(1);
        assertInstanceOf(FencedException.class, root(stopped), stopped::toString);
        assertEquals(List.of("1 {a=1}"), first.seen().subList(0, 1));
        assertEquals(List.of("2 {a=2, b=1}"), second.seen());
      }
    }
  }

  private static Throwable root(Throwable e) {
    List<Throwable> causes = Throwables.causes(e);
    return causes.get(causes.size() - 1);
  }
}
