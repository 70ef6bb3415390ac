package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.Tuple2;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(60)
class CheckpointPlanCommandTest {

  /** A program whose arguments are the directory of its input and the name of its state. */
  public static final class Program {

    private Program() {}

    public static void main(String[] args) throws Exception {
      Conf conf = new Conf().setMaster("local[2]").setAppName("planned");
      try (StreamingContext context = context(conf, args[0], args[1])) {
        context.start();
        context.awaitTermination();
      }
    }

    static StreamingContext context(Conf conf, String input, String state) {
      StreamingContext context = new StreamingContext(conf, Duration.ofMillis(20));
      DStream<String> lines = context.textFileStream(input, false);
      lines
          .mapToPair(line -> Tuple2.of(line, 1L))
          .<Long>updateStateByKey((ones, sum) -> Optional.of(sum.orElse(0L) + ones.size()))
          .uid(state)
          .foreachRDD(rdd -> {});
      return context;
    }
  }

  @TempDir private Path directory;
  private Path checkpoint;
  private Path input;
  private Path jar;
  private final ByteArrayOutputStream results = new ByteArrayOutputStream();
  private final StringWriter errors = new StringWriter();
  private final CommandLine millrace =
      Main.commandLine(
              new PrintStream(results, true, StandardCharsets.UTF_8),
              new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
          .setErr(new PrintWriter(errors));

  @BeforeEach
  void runTheProgram() throws Exception {
    checkpoint = directory.resolve("checkpoint");
    input = Files.createDirectory(directory.resolve("input"));
    Files.write(input.resolve("a"), List.of("x"));
    Conf conf = new Conf().setMaster("local[2]").setAppName("planned");
    CountDownLatch batches = new CountDownLatch(2);
    try (StreamingContext context = Program.context(conf, input.toString(), "totals")) {
      context.checkpoint(checkpoint.toString());
      context.addStreamingListener(
          new StreamingListener() {
            @Override
            public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
              batches.countDown();
            }
          });
      context.start();
      batches.await();
    }
    jar = jar(Program.class.getName());
  }

  /** A jar that names a main class; the class itself is on the class path. */
  private Path jar(String mainClass) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!mainClass.isEmpty()) {
      manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
    }
    Path written = directory.resolve("program" + mainClass.length() + ".jar");
    try (OutputStream file = Files.newOutputStream(written);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      return written;
    }
  }

  private int plan(String... more) {
    String[] args = new String[3 + more.length];
    args[0] = "checkpoint";
    args[1] = "plan";
    args[2] = checkpoint.toString();
    System.arraycopy(more, 0, args, 3, more.length);
    return millrace.execute(args);
  }

  private List<String> output() {
    return results.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void whatWouldStart_isExitCode0() {
    assertThat(plan(jar.toString(), input.toString(), "totals")).isZero();
    assertThat(errors.toString()).isEmpty();
    assertThat(output())
        .anySatisfy(line -> assertThat(line).startsWith("kept     source  textFileStream  "))
        .anySatisfy(line -> assertThat(line).startsWith("kept     state   totals          "))
        .endsWith("the program would start");
    assertThat(System.getProperty(Settings.CHECKPOINT_PLAN.key())).isNull();
  }

  @Test
  void whatIsRefused_isExitCode1() {
    assertThat(plan("--class", Program.class.getName(), jar.toString(), input.toString(), "sums"))
        .isEqualTo(1);
    assertThat(output())
        .anySatisfy(line -> assertThat(line).startsWith("new      state   sums"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("refused  state   totals")
                    .contains("allowDrop(\"totals\")"))
        .endsWith("the program would not start");
  }

  @Test
  void asJson_aPlanIsOneObject() {
    assertThat(plan("--json", jar.toString(), input.toString(), "totals")).isZero();
    assertThat(output())
        .singleElement()
        .asString()
        .contains("\"isAccepted\":true", "\"id\":\"totals\",\"verdict\":\"KEPT\"");
  }

  @Test
  void aJarWithoutMainClass_isAUsageError() throws IOException {
    assertThat(plan(jar("").toString())).isEqualTo(2);
    assertThat(errors.toString()).contains("names no main class: give it by --class");
  }

  @Test
  void aClassThatIsNotThere_isAUsageError() {
    assertThat(plan(jar.toString(), "--class", "no.Such")).isEqualTo(2);
    assertThat(errors.toString()).contains("has no class no.Such");
  }

  @Test
  void aFileThatIsNoJar_isAUsageError() {
    assertThat(plan(input.resolve("a").toString())).isEqualTo(2);
    assertThat(errors.toString()).contains("is no jar");
  }

  /** Declares nothing. */
  public static final class Idle {
    private Idle() {}

    public static void main(String[] args) {
      if (args.length > 0) {
        throw new IllegalStateException(args[0]);
      }
    }
  }

  @Test
  void aProgramThatStartsNothing_isAUsageError() throws IOException {
    assertThat(plan(jar(Idle.class.getName()).toString())).isEqualTo(2);
    assertThat(errors.toString()).contains("has not started a streaming context");
  }

  @Test
  void aProgramThatFails_isExitCode1_withWhatItSays() throws IOException {
    assertThat(plan(jar(Idle.class.getName()).toString(), "--", "--broken")).isEqualTo(1);
    assertThat(errors.toString()).contains("--broken");
  }
}
