package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rdd.StorageLevel;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A real process is told to end. */
@Timeout(60)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there, destroying a process kills it")
@Tag("embedded") // a process of its own, which is not told the engine
class SigtermTest {

  private static List<String> outputUntilTheEnd(Process child, String terminateAfter)
      throws Exception {
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = child.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
        if (line.equals(terminateAfter)) {
          child.toHandle().destroy(); // the output stays open
        }
      }
    }
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return lines;
  }

  private static Process child(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(options));
    command.add(Program.class.getName());
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @Test
  void sigterm_stopsGracefully_andProcessesWhatWasReceived() throws Exception {
    List<String> lines = outputUntilTheEnd(child(), "begin 2");
    assertThat(lines)
        .as("the batch that ran is finished, and a last one has what came meanwhile")
        .containsSubsequence(
            "begin 2", "stored", "end 2 [1]", "receiver stopped", "begin 3", "end 3 [2]");
  }

  @Test
  void sigterm_stopsAtOnce_ifTheSettingSaysSo() throws Exception {
    List<String> lines =
        outputUntilTheEnd(child("-Dmillrace.streaming.stopGracefullyOnShutdown=false"), "begin 2");
    assertThat(lines)
        .containsSubsequence("begin 2", "interrupted", "receiver stopped")
        .doesNotContain("end 2 [1]", "begin 3");
  }

  /** Its second batch lasts until the context stops. */
  static final class Program {

    private Program() {}

    public static void main(String[] args) throws Exception {
      OnStop receiver = new OnStop();
      StreamingContext context = new StreamingContext("local[2]", "child", Duration.ofMillis(100));
      context
          .receiverStream(receiver)
          .foreachBatch(
              (rdd, batch) -> {
                List<Integer> records = rdd.collect();
                System.out.println("begin " + batch.number());
                if (batch.number() == 2) {
                  awaitShutdown();
                  receiver.store(2);
                  System.out.println("stored");
                }
                System.out.println("end " + batch.number() + " " + records);
                if (batch.number() == 1) {
                  receiver.store(1);
                }
              });
      context.start();
      context.awaitTermination();
    }

    /** Adding a hook is refused once the JVM shuts down. */
    private static void awaitShutdown() throws InterruptedException {
      Thread probe = new Thread(() -> {});
      try {
        while (true) {
          if (Thread.interrupted()) {
            System.out.println("interrupted");
            throw new InterruptedException();
          }
          Runtime.getRuntime().addShutdownHook(probe);
          Runtime.getRuntime().removeShutdownHook(probe);
          Thread.onSpinWait();
        }
      } catch (IllegalStateException e) {
        if (Boolean.parseBoolean(
            System.getProperty("millrace.streaming.stopGracefullyOnShutdown", "true"))) {
          return;
        }
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException interrupt) {
          System.out.println("interrupted");
          throw interrupt;
        }
      }
    }
  }

  /** Stores when it is told to; says when it stops. */
  private static final class OnStop extends Receiver<Integer> {

    private static final long serialVersionUID = 1L;

    OnStop() {
      super(StorageLevel.MEMORY_ONLY);
    }

    @Override
    public void onStart() {}

    @Override
    public void onStop() {
      System.out.println("receiver stopped");
    }
  }
}
