package io.millrace.cli;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import io.millrace.InvalidSettingException;
import io.millrace.MillraceException;
import io.millrace.stream.CheckpointException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says what went wrong while a command ran; the stack trace only to those who want more. */
final class RunFailures implements IExecutionExceptionHandler {

  private final MillraceCommand millrace;

  RunFailures(MillraceCommand millrace) {
    this.millrace = millrace;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof UsageException || e instanceof InvalidSettingException) {
      return UsageErrors.print(command, message(e));
    }
    PrintWriter err = command.getErr();
    err.println(command.getCommandSpec().qualifiedName() + ": " + message(e));
    if (millrace.isVerbose()) {
      e.printStackTrace(err);
    }
    err.flush();
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  /** Our own messages are sentences; others say little without the name of their class. */
  private static String message(Exception e) {
    String message = e.getMessage();
    boolean isSentence =
        e instanceof MillraceException
            || e instanceof UsageException
            || e instanceof CheckpointException
            || e instanceof CorruptionException
            || e instanceof FormatVersionException;
    return isSentence && message != null ? message : e.toString();
  }
}
