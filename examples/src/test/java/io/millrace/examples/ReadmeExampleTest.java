package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Tuple2;
import io.millrace.stream.BatchFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ReadmeExampleTest {

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void run_countsWordsOfAFileThatIsMovedIn(@TempDir Path temporary) throws IOException {
    Path directory = Files.createDirectory(temporary.resolve("in"));
    Path complete = Files.writeString(temporary.resolve("lines"), "to be or\nnot to be\nto do");
    List<Tuple2<Integer, String>> seen = new ArrayList<>();

    assertThatThrownBy(
            () ->
                ReadmeExample.run(
                    directory.toString(),
                    (time, top) -> {
                      if (top.isEmpty() && Files.exists(complete)) {
                        move(complete, directory.resolve("lines"));
                      } else if (!top.isEmpty()) {
                        seen.addAll(top);
                        throw new IllegalStateException("seen enough");
                      }
                    }))
        .isInstanceOf(BatchFailedException.class)
        .hasMessageContaining("seen enough")
        .hasMessageContaining("foreachRDD");

    assertThat(seen).hasSize(3).startsWith(new Tuple2<>(3, "to"), new Tuple2<>(2, "be"));
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
