package io.millrace.bank;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A bank that runs in a process of its own. */
final class BankProcess implements AutoCloseable {

  private static final int EXIT_TIMEOUT_SECONDS = 60;

  private final Process process;
  private final BufferedReader output;

  private BankProcess(Process process) {
    this.process = process;
    this.output = process.inputReader();
  }

  static BankProcess start(BankFiles files, boolean isByChance) throws IOException {
    return start(files, isByChance, List.of("-Xmx128m"));
  }

  /**
   * @param jvmOptions settings of the program among them
   */
  static BankProcess start(BankFiles files, boolean isByChance, List<String> jvmOptions)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.addAll(jvmOptions);
    command.add("-Djava.io.tmpdir=" + files.directory());
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(
            BankProgram.class.getName(), files.directory().toString(), String.valueOf(isByChance)));
    return new BankProcess(
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(files.log().toFile()))
            .start());
  }

  /** What it says next; null once it has ended. */
  @Nullable String nextLine() throws IOException {
    return output.readLine();
  }

  /** Reads on to a line that begins like this. */
  String awaitLine(String start) throws IOException {
    for (String line = nextLine(); line != null; line = nextLine()) {
      if (line.startsWith(start)) {
        return line;
      }
    }
    throw new AssertionError("the process ended and never said " + start);
  }

  /** Reads on until all that was handed in is posted; then ends it. */
  void finish(BankFiles files, Teller teller) throws Exception {
    Auditor auditor = new Auditor(files, teller.handedIn());
    do {
      awaitLine(BankProgram.COMPLETED);
    } while (auditor.numPosted() < teller.handedIn().size());
    terminate();
    for (String line = nextLine(); line != null; line = nextLine()) {
      assertThat(line).doesNotStartWith(BankProgram.FAILED);
    }
    awaitExit();
  }

  /** SIGKILL. */
  void kill() {
    process.toHandle().destroyForcibly(); // the output stays open
  }

  void killAfter(Duration delay) {
    Executor later = CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS);
    later.execute(this::kill);
  }

  /** SIGTERM, upon which it stops gracefully. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** SIGSTOP; returns once all of it has stopped. */
  void freeze() throws Exception {
    signal("STOP");
    String state;
    do {
      Process asked =
          new ProcessBuilder("ps", "-L", "-o", "state=", "-p", String.valueOf(process.pid()))
              .start();
      state = new String(asked.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } while (!state.lines().allMatch(thread -> thread.strip().equals("T")));
  }

  /** SIGCONT. */
  void thaw() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    Process sent =
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).inheritIO().start();
    assertThat(sent.waitFor()).isZero();
  }

  int awaitExit() throws InterruptedException {
    assertThat(process.waitFor(EXIT_TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
    awaitExit();
  }
}
