package io.millrace.cli;

import io.millrace.checkpoint.CheckpointContents.GivenUpEntry;
import io.millrace.checkpoint.CheckpointProblem;
import io.millrace.checkpoint.CheckpointReader;
import io.millrace.sink.JsonLine;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = {
      "Read all of a checkpoint and compare every checksum. Prints a line for each problem, which"
          + " begins with the name of the file; exit code 1 if there is one. Of a whole checkpoint it"
          + " also prints a line for each input that was given up or skipped.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = "  millrace checkpoint verify /backup/orders && echo whole")
final class CheckpointVerifyCommand implements Callable<Integer> {

  private final PrintStream out;

  @Parameters(paramLabel = "DIR", description = "The checkpoint's directory.")
  private String location = "";

  @Option(names = "--json", description = "Print one JSON object with a list of problems.")
  private boolean json;

  CheckpointVerifyCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException {
    List<CheckpointProblem> problems;
    List<GivenUpEntry> givenUp = List.of();
    try (CheckpointReader reader = CheckpointPlaces.open(location)) {
      problems = reader.verify();
      if (problems.isEmpty()) {
        givenUp = reader.contents().givenUp();
      }
    }
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("location", location);
      result.put("problems", problems);
      result.put("givenUp", givenUp);
      out.println(JsonLine.of(result));
    } else if (problems.isEmpty()) {
      out.println("the checkpoint is whole");
      givenUp.forEach(each -> out.println(CheckpointText.givenUp(each)));
    } else {
      problems.forEach(problem -> out.println(problem.object() + ": " + problem.message()));
    }
    out.flush();
    return problems.isEmpty() ? 0 : 1;
  }
}
