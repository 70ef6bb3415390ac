package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is told where executors end by themselves. */
@Tag("slow")
@Timeout(240)
class LostExecutorMessageTest {

  private static final String PROGRAM =
      """
      import io.millrace.Conf;
      import io.millrace.Tuple2;
      import io.millrace.stream.StreamingContext;
      import java.time.Duration;
      import java.util.Optional;
      import java.util.stream.IntStream;

      public class LargeState {
        public static void main(String[] args) throws Exception {
          Conf conf = new Conf().setMaster(args[0]).setAppName("large state");
          try (StreamingContext context = new StreamingContext(conf, Duration.ofMillis(200))) {
            context
                .constantStream(
                    context.rddContext().parallelize(IntStream.range(0, 64).boxed().toList(), 2))
                .mapToPair(i -> new Tuple2<>(i, i))
                .<byte[]>updateStateByKey((added, state) -> Optional.of(new byte[16_000_000]))
                .foreachRDD(rdd -> rdd.count());
            context.start();
            context.awaitTermination();
          }
        }
      }
      """;

  @TempDir private Path directory;

  @Test
  void anExecutorOutOfMemory_behindAShuffle_isNamedWithItsMemory() throws Exception {
    SparkPrograms programs = SparkPrograms.on(directory);
    String classes = programs.compile("LargeState", PROGRAM).toString();

    SparkPrograms.Result result =
        programs.run(
            Map.of(
                "spark.executor.memory",
                "512m",
                "spark.executor.extraClassPath",
                SparkPrograms.ownClassPath() + ":" + classes,
                // One attempt at the stage: executors start slowly.
                "spark.stage.maxConsecutiveAttempts",
                "1"),
            List.of(Path.of(classes)),
            "LargeState",
            List.of("local-cluster[1,1,512]"));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(messageOf(result.errors()))
        .contains("an executor ran out of memory: java.lang.OutOfMemoryError: Java heap space")
        .containsPattern("on executor \\d+ \\(\\S+\\), which has spark.executor.memory=512m")
        .contains("Raise spark.executor.memory=512m")
        .contains("in stream updateStateByKey")
        .doesNotContain("FetchFailed");
  }

  @Test
  void executorsThatEndAtOnce_areToldWithExitCodeAndStderr() throws Exception {
    SparkPrograms.Result result =
        SparkPrograms.on(directory)
            .run(
                Map.of(
                    "spark.executor.extraJavaOptions",
                    "-XX:MaxMetaspaceSize=large",
                    "millrace.spark.startTimeout",
                    "4s"),
                List.of(),
                CountedWords.class.getName(),
                List.of("local-cluster[1,1,1024]"));

    assertThat(result.exitCode()).isEqualTo(1);
    String message = messageOf(result.errors());
    assertThat(message)
        .contains("the executors of local-cluster[1,1,1024] end before they can run a task")
        .contains("Command exited with code 1");
    Matcher stderr = Pattern.compile("its stderr is (\\S+/stderr)").matcher(message);
    assertThat(stderr.find()).isTrue();
    assertThat(Files.readString(Path.of(stderr.group(1)))).contains("-XX:MaxMetaspaceSize=large");
  }

  /** What the uncaught exception says, without its causes. */
  private static String messageOf(String errors) {
    String thrown = errors.substring(errors.indexOf("Exception in thread \"main\""));
    return thrown.substring(0, thrown.indexOf("\n\tat "));
  }
}
