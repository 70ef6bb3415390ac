package io.millrace.cli;

import io.millrace.checkpoint.InputGiveUp;
import io.millrace.sink.JsonLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "give-up",
    description = {
      "Give up input, such as files, that a program has recorded for its open batch and can't read"
          + " any more. The program then runs the batch without it: the input is lost for good.",
      "",
      "Claims the checkpoint first, so that a program which works on it stops. Nothing is claimed if"
          + " the batch is committed, or a sink may have it. Then says what will be lost and asks;"
          + " exit code 1 if the answer is not yes. What was given up is shown by checkpoint show.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace checkpoint give-up DIR --source orders --batch 17",
      "  millrace checkpoint give-up DIR --source orders --batch 17 --input /in/a.gz --yes"
    })
final class CheckpointGiveUpCommand implements Callable<Integer> {

  private final PrintStream out;
  private final BufferedReader in;
  private final Clock clock;

  @Parameters(
      paramLabel = "DIR",
      showDefaultValue = Visibility.NEVER,
      description = "The checkpoint's directory.")
  private String location = "";

  @Option(
      names = "--source",
      required = true,
      paramLabel = "ID",
      showDefaultValue = Visibility.NEVER,
      description = "The source's id, as checkpoint show and the error have it.")
  private String source = "";

  @Option(
      names = "--batch",
      required = true,
      paramLabel = "N",
      showDefaultValue = Visibility.NEVER,
      description = "The batch's number.")
  private long batch;

  @Option(
      names = "--input",
      paramLabel = "NAME",
      showDefaultValue = Visibility.NEVER,
      description = {
        "A single input, such as a file's path; may be given several times.",
        "Default: all that the source gave to the batch"
      })
  private List<String> inputs = List.of();

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Is recorded, for those who read the record later.")
  private String reason = "given up by millrace checkpoint give-up";

  @Option(names = "--yes", description = "Do not ask.")
  private boolean isAgreed;

  @Option(names = "--json", description = "Print one JSON object; needs --yes.")
  private boolean json;

  /**
   * @param in answers of the operator
   */
  CheckpointGiveUpCommand(PrintStream out, BufferedReader in, Clock clock) {
    this.out = out;
    this.in = in;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    if (json && !isAgreed) {
      throw new UsageException("--json does not ask: add --yes");
    }
    try (InputGiveUp giveUp = InputGiveUp.claim(location, source, batch, inputs)) {
      if (!json) {
        printLoss(giveUp);
      }
      if (!isAgreed && !isYes()) {
        out.println("nothing was given up; start the program again as it was");
        out.flush();
        return 1;
      }
      giveUp.record(clock.instant(), reason);
      printDone(giveUp);
    } catch (NoSuchFileException e) {
      throw new UsageException("there is no directory " + location, e);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
    out.flush();
    return 0;
  }

  private void printLoss(InputGiveUp giveUp) {
    out.println(
        String.format(
            Locale.ROOT,
            "The checkpoint is claimed; a program that worked on it stops. Batch %d will be run"
                + " without this input of source %s, which is lost for good:",
            batch,
            source));
    if (giveUp.inputs().isEmpty()) {
      out.println("  all that it gave to the batch: " + giveUp.range());
    }
    giveUp.inputs().forEach(input -> out.println("  " + input));
  }

  private boolean isYes() throws IOException {
    out.print("Give it up? (yes/no) ");
    out.flush();
    String answer = in.readLine();
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).equals("yes");
  }

  private void printDone(InputGiveUp giveUp) {
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("location", location);
      result.put("source", source);
      result.put("batch", batch);
      result.put("inputs", giveUp.inputs());
      out.println(JsonLine.of(result));
    } else {
      out.println("it is given up; start the program again");
    }
  }
}
