package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.JobFailedException;
import io.millrace.TaskContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@DisabledOnOs(OS.WINDOWS) // the commands are those of POSIX
class PipeTest {

  private static volatile CountDownLatch started = new CountDownLatch(1);

  private final RDDContext context = new RDDContext("local[2,1]", "test");

  @AfterEach
  void close() {
    context.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void pipe_sendsEachPartitionThroughAProcess(int partitions) {
    RDD<Integer> numbers = numbers(5, partitions);

    assertThat(numbers.pipe("cat").collect()).containsExactly("0", "1", "2", "3", "4");
    assertThat(numbers.pipe(List.of("sed", "s/^/n /")).first()).isEqualTo("n 0");
    assertThat(numbers.pipe("wc -l").map(line -> Integer.parseInt(line.trim())).collect())
        .hasSize(partitions)
        .satisfies(counts -> assertThat(counts.stream().mapToInt(x -> x).sum()).isEqualTo(5));
  }

  @Test
  void pipe_carriesMoreThanThePipesHoldBothWays() {
    int count = 200_000;

    assertThat(numbers(count, 2).map(x -> "record " + x).pipe("cat").count()).isEqualTo(count);
    assertThat(numbers(count, 1).pipe("sort").count()).isEqualTo(count);
    assertThat(numbers(3, 1).pipe(List.of("sh", "-c", "cat >&2; seq 100000")).count())
        .isEqualTo(100_000);
  }

  @Test
  void pipe_runsTheUsersCodeOnTheThreadOfTheTask() {
    List<String> piped =
        numbers(4, 2).map(x -> x + " in " + TaskContext.getPartitionId()).pipe("cat").collect();

    assertThat(piped).containsExactly("0 in 0", "1 in 0", "2 in 1", "3 in 1");
  }

  @Test
  void pipe_setsVariablesDirectoryAndEncoding() {
    List<String> echo = List.of("sh", "-c", "cat; echo \"$GREETING\"; ls -A | wc -l");

    List<String> lines =
        context
            .parallelize(List.of("gr\u00fcn"), 1)
            .pipe(echo, Map.of("GREETING", "hello"), true, 1, "ISO-8859-1")
            .map(String::trim)
            .collect();
    List<String> directories = numbers(2, 2).pipe(List.of("pwd"), Map.of(), true, 1_000).collect();

    assertThat(lines).containsExactly("gr\u00fcn", "hello", "0");
    assertThat(directories).hasSize(2).doesNotHaveDuplicates();
    assertThat(directories).allMatch(directory -> !Files.exists(Path.of(directory)));
    assertThat(context.parallelize(List.of("gr\u00fcn"), 1).pipe("wc -c").first().trim())
        .isEqualTo("6");
  }

  @Test
  void aProcess_neednotReadAllItsInput() {
    assertThat(numbers(500_000, 1).pipe("head -n 2").collect()).containsExactly("0", "1");
    assertThat(numbers(500_000, 1).pipe("true").collect()).isEmpty();
  }

  @Test
  void anExitCode_failsTheTaskWithTheEndOfItsErrors() {
    assertThatThrownBy(
            () -> numbers(3, 1).pipe(List.of("sh", "-c", "echo no luck >&2; exit 3")).collect())
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("ended with exit code 3:\nno luck");
    assertThatThrownBy(
            () ->
                numbers(3, 1)
                    .pipe(List.of("sh", "-c", "seq 1000000 >&2; echo the end >&2; exit 1"))
                    .collect())
        .satisfies(failure -> assertThat(failure.getMessage().length()).isLessThan(6_000))
        .hasMessageContaining("the end");
    assertThatThrownBy(() -> numbers(3, 1).pipe("false").collect())
        .hasMessageContaining("nothing on its standard error");
  }

  @Test
  void aCommandThatIsMissing_isNamed() {
    assertThatThrownBy(() -> numbers(3, 1).pipe("no-such-command -x").collect())
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("can't start the command [no-such-command, -x]");
    assertThatThrownBy(() -> numbers(3, 1).pipe(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the command is empty");
    assertThatThrownBy(() -> numbers(3, 1).pipe(List.of("cat"), Map.of(), false, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bufferSize must be at least 1, not 0");
  }

  @Test
  void aFailureOfTheInput_failsTheTask() {
    assertThatThrownBy(() -> numbers(3, 1).map(x -> 1 / x).pipe("cat").collect())
        .isInstanceOf(JobFailedException.class)
        .hasRootCauseInstanceOf(ArithmeticException.class);
  }

  @Test
  void theProcess_isKilledWhenTheTaskEndsBeforeIt() throws Exception {
    List<String> pid =
        numbers(1, 1).pipe(List.of("sh", "-c", "echo $$; sleep 1000 & wait")).take(1);

    ProcessHandle.of(Long.parseLong(pid.get(0)))
        .ifPresent(child -> assertThat(child.onExit()).succeedsWithin(30, TimeUnit.SECONDS));
  }

  @Test
  void cancelling_endsATaskThatWaitsForAProcess() throws Exception {
    started = new CountDownLatch(1);
    FutureAction<Long> count =
        numbers(1, 1)
            .map(
                x -> {
                  started.countDown();
                  return x;
                })
            .pipe("sleep 1000")
            .countAsync();
    started.await();

    assertThat(count.cancel(true)).isTrue();

    assertThatThrownBy(count::get).isInstanceOf(CancellationException.class);
    context.close(); // which waits for the workers
  }

  private RDD<Integer> numbers(int count, int partitions) {
    return context.parallelize(IntStream.range(0, count).boxed().toList(), partitions);
  }
}
