package io.millrace.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.time.Clock;
import picocli.CommandLine;

/**
 * Starts the {@code millrace} command.
 *
 * <p>Exit codes: 0 when all went well, 1 when something failed while it ran, 2 when what was typed
 * or set is wrong.
 */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    System.exit(commandLine(in, System.out, System.err).execute(args));
  }

  /**
   * @param out takes the results of commands; help goes to the command line's own writer
   * @param err takes their remarks
   */
  static CommandLine commandLine(PrintStream out, PrintStream err) {
    return commandLine(new BufferedReader(Reader.nullReader()), out, err);
  }

  /**
   * @param in answers of the operator
   * @param out as above
   * @param err as above
   */
  static CommandLine commandLine(BufferedReader in, PrintStream out, PrintStream err) {
    MillraceCommand millrace = new MillraceCommand();
    CommandLine commands = new CommandLine(millrace);
    commands.addSubcommand(new DemoCommand(millrace, out, err));
    commands.addSubcommand(new CommandLine(new RunCommand()).addSubcommand(new WordCountCommand()));
    commands.addSubcommand(
        new CommandLine(new CheckpointCommand())
            .addSubcommand(new CheckpointShowCommand(out))
            .addSubcommand(new CheckpointVerifyCommand(out))
            .addSubcommand(new CheckpointPlanCommand(out))
            .addSubcommand(new CheckpointGiveUpCommand(out, in, Clock.systemUTC())));
    commands.addSubcommand(new BenchCommand());
    commands.setParameterExceptionHandler(new UsageErrors());
    commands.setExecutionExceptionHandler(new RunFailures(millrace));
    commands.setExecutionStrategy(
        parsed -> {
          LogLevels.set(millrace.isVerbose());
          return new CommandLine.RunLast().execute(parsed);
        });
    return commands;
  }
}
