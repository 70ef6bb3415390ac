package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.MillraceException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

@Timeout(60)
class MainTest {

  private final ByteArrayOutputStream results = new ByteArrayOutputStream();
  private final ByteArrayOutputStream remarks = new ByteArrayOutputStream();
  private final StringWriter help = new StringWriter();
  private final StringWriter errors = new StringWriter();
  private final CommandLine millrace =
      Main.commandLine(
              new PrintStream(results, true, StandardCharsets.UTF_8),
              new PrintStream(remarks, true, StandardCharsets.UTF_8))
          .setOut(new PrintWriter(help))
          .setErr(new PrintWriter(errors));

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '"',
      textBlock =
          """
          demo --batches -3                            => number of batches must be at least 1, not -3
          demo --batches many                          => 'many' is not an int
          demo --speed fast                            => a speed is a positive number or max, not 'fast'
          demo --speed 0                               => a speed is a positive number or max, not '0'
          demo --file no/such.csv                      => there is no file no/such.csv
          demo --master lokal                          => millrace.master=lokal is no master: give local
          demo --sped max                              => did you mean --speed?
          demo now                                     => Unmatched argument at index 1: 'now'
          run                                          => a program is missing
          run no/such.jar                              => there is no file no/such.jar
          run wordcount                                => (--socket=HOST:PORT | --directory=DIR)
          run wordcount --socket a:1 --directory b     => mutually exclusive
          run wordcount --socket localhost             => expected host:port, not 'localhost'
          run wordcount --socket localhost:99999       => a port is a number from 1 to 65535, not 99999
          run wordcount --directory no/such            => there is no directory no/such
          run wordcount --directory . --interval soon  => expected a positive duration such as 500ms, 1s or 2m, not 'soon'
          run wordcount --directory . --master lokal   => millrace.master=lokal is no master: give local
          demo --checkpoint here                       => Missing required argument(s): --database=FILE
          demo --database here.db                      => Missing required argument(s): --checkpoint=DIR
          checkpoint                                   => a command is missing: show, verify, plan or give-up
          checkpoint show                              => Missing required parameter: 'DIR'
          checkpoint verify no/such                    => there is no directory no/such
          checkpoint plan                              => Missing required parameters: 'DIR', 'JAR'
          checkpoint plan no/such program.jar          => there is no directory no/such
          checkpoint plan . no/such.jar                => there is no file no/such.jar
          bench race                                   => there is no workload race; there are
          bench --forks 0                              => --forks must be at least 1, not 0
          dance                                        => dance
          ""                                           => a command is missing
          """)
  void badInput_isOneLineAndExitCode2(String args, String message) {
    int exitCode = millrace.execute(args.isEmpty() ? new String[0] : args.split(" +"));

    assertThat(exitCode).isEqualTo(2);
    assertThat(errors.toString().lines())
        .singleElement()
        .asString()
        .startsWith("millrace")
        .contains(message)
        .endsWith("--help)");
    assertThat(help.toString()).isEmpty();
    assertThat(results.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void failureWhileRunning_isItsMessageAndExitCode1() {
    CommandLine failing =
        new CommandLine(new FailingCommand())
            .setExecutionExceptionHandler(new RunFailures(new MillraceCommand()))
            .setErr(new PrintWriter(errors));

    assertThat(failing.execute()).isEqualTo(1);
    assertThat(errors.toString().lines()).containsExactly("failing: batch 7 failed");
  }

  @CommandLine.Command(name = "failing")
  static final class FailingCommand implements Runnable {
    @Override
    public void run() {
      throw new MillraceException("batch 7 failed");
    }
  }

  @Test
  void demo_printsTheFiguresAndReportsSkippedRows(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("flights.csv");
    Files.writeString(file, "header\n2001-01-01T06:20,BNA,MCI,0,491\n2001-01-01T06:30,x\n");

    int exitCode =
        millrace.execute(
            "demo",
            "--batches",
            "10",
            "--speed",
            "max",
            "--quiet",
            "--master",
            "local[2]",
            "--file",
            file.toString());

    assertThat(exitCode).isZero();
    assertThat(results.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .startsWith("{\"batches\":10,\"records\":1,\"elapsedMillis\":")
        .endsWith("\"}");
    assertThat(remarks.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("rows skipped, malformed: 1");
    assertThat(errors.toString()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_mentionsEveryOption(List<String> command) {
    CommandLine described = millrace;
    for (String name : command) {
      described = described.getSubcommands().get(name);
    }

    List<String> args = new ArrayList<>(command);
    args.add("--help");
    assertThat(millrace.execute(args.toArray(String[]::new))).isZero();

    String text = help.toString();
    for (OptionSpec option : described.getCommandSpec().options()) {
      assertThat(text).contains(option.names());
      assertThat(option.description()).as(option.longestName()).isNotEmpty();
    }
    for (PositionalParamSpec parameter : described.getCommandSpec().positionalParameters()) {
      assertThat(text).contains(parameter.paramLabel());
      assertThat(parameter.description()).isNotEmpty();
    }
    for (String subcommand : described.getSubcommands().keySet()) {
      assertThat(text).contains(subcommand);
    }
    assertThat(text).contains("Exit codes:", "Examples:").doesNotContain("Optional");
  }

  static Stream<List<String>> commands() {
    return paths(List.of(), Main.commandLine(System.out, System.err));
  }

  private static Stream<List<String>> paths(List<String> path, CommandLine command) {
    return Stream.concat(
        Stream.of(path),
        command.getSubcommands().entrySet().stream()
            .flatMap(
                entry ->
                    paths(
                        Stream.concat(path.stream(), Stream.of(entry.getKey())).toList(),
                        entry.getValue())));
  }

  @Test
  void version_namesMillraceAndJava() {
    assertThat(millrace.execute("--version")).isZero();
    assertThat(help.toString()).startsWith("millrace ").contains("java " + Runtime.version());
  }
}
