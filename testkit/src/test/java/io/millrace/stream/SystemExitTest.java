package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.function.Function;
import io.millrace.rdd.StorageLevel;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process whose user code calls {@code System.exit} ends at once, wherever that code runs: the
 * shutdown does not wait for a thread that waits for the shutdown.
 */
@Timeout(120)
@Tag("embedded") // a process of its own, which is not told the engine
class SystemExitTest {

  private static final long AT_ONCE_MILLIS = 4_000;

  @TempDir private Path directory;

  private record Ended(int exitCode, long millis) {}

  /** Runs the program; time is counted from the line that says that it is about to end. */
  private Ended run(Place place, boolean isTerminated, String... options) throws Exception {
    Files.writeString(directory.resolve("input"), "line");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(options));
    command.addAll(List.of(Program.class.getName(), place.name(), directory.toString()));
    Process child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader output = child.inputReader()) {
      assertThat(output.readLine()).isEqualTo("exit");
      long start = System.nanoTime();
      if (isTerminated) {
        child.toHandle().destroy();
      }
      assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new Ended(child.exitValue(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    } finally {
      child.destroyForcibly();
    }
  }

  private enum Place {
    OUTPUT,
    TASK,
    STATE_TASK,
    TRANSFORM,
    FILE_FILTER,
    LISTENER,
    RECEIVER,
    IGNORED_INTERRUPT
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "IGNORED_INTERRUPT")
  void systemExit_endsTheProcessAtOnce(Place place) throws Exception {
    Ended ended = run(place, false);
    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.millis()).isLessThan(AT_ONCE_MILLIS);
  }

  @Test
  void systemExit_endsTheProcessAtOnce_withoutGracefulStop() throws Exception {
    Ended ended = run(Place.OUTPUT, false, "-Dmillrace.streaming.stopGracefullyOnShutdown=false");
    assertThat(ended.exitCode()).isEqualTo(3);
    assertThat(ended.millis()).isLessThan(AT_ONCE_MILLIS);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there, destroying a process kills it")
  void sigterm_doesNotWaitLongForABatchThatIgnoresInterrupts() throws Exception {
    Ended ended =
        run(Place.IGNORED_INTERRUPT, true, "-Dmillrace.streaming.stopGracefullyOnShutdown=false");
    assertThat(ended.millis()).isLessThan(AT_ONCE_MILLIS);
  }

  /** Ends in one place. */
  static final class Program {

    private Program() {}

    private static <T> T exit(T value) {
      System.out.println("exit");
      System.exit(3);
      return value;
    }

    private static void ignoreInterrupts() {
      System.out.println("exit");
      while (true) {
        Thread.interrupted();
        Thread.onSpinWait();
      }
    }

    public static void main(String[] args) throws Exception {
      StreamingContext context = new StreamingContext("local[2]", "child", Duration.ofMillis(100));
      define(context, Place.valueOf(args[0]), args[1]);
      context.start();
      context.awaitTermination();
    }

    private static void define(StreamingContext context, Place place, String directory) {
      Queue<io.millrace.rdd.RDD<Integer>> queue = new LinkedList<>();
      for (int i = 0; i < 100; i++) {
        queue.add(context.rddContext().parallelize(List.of(1, 2), 2));
      }
      DStream<Integer> numbers = context.queueStream(queue);
      Function<Integer, Integer> exit = Program::exit;
      switch (place) {
        case OUTPUT -> numbers.foreachRDD(rdd -> exit(rdd));
        case TASK -> numbers.map(exit).foreachRDD(rdd -> rdd.count());
        case STATE_TASK ->
            numbers
                .mapToPair(i -> Tuple2.of(i, i))
                .updateStateByKey((List<Integer> values, Optional<Integer> sum) -> exit(sum))
                .foreachRDD(rdd -> rdd.count());
        case TRANSFORM -> numbers.transform(rdd -> exit(rdd)).foreachRDD(rdd -> rdd.count());
        case FILE_FILTER ->
            context
                .textFileStream(directory, path -> exit(true), false)
                .foreachRDD(rdd -> rdd.count());
        case LISTENER -> {
          context.addStreamingListener(
              new StreamingListener() {
                @Override
                public void onBatchCompleted(
                    StreamingListenerEvent.StreamingListenerBatchCompleted completed) {
                  exit(completed);
                }
              });
          numbers.foreachRDD(rdd -> rdd.count());
        }
        case RECEIVER -> context.receiverStream(new Exiting()).foreachRDD(rdd -> rdd.count());
        case IGNORED_INTERRUPT -> numbers.foreachRDD(rdd -> ignoreInterrupts());
      }
    }
  }

  /** Ends the process on a thread of its own. */
  private static final class Exiting extends Receiver<Integer> {

    private static final long serialVersionUID = 1L;

    Exiting() {
      super(StorageLevel.MEMORY_ONLY);
    }

    @Override
    public void onStart() {
      new Thread(() -> Program.exit(1), "exiting").start();
    }

    @Override
    public void onStop() {}
  }
}
