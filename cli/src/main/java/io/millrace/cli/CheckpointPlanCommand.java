package io.millrace.cli;

import io.millrace.Settings;
import io.millrace.checkpoint.CheckpointReader;
import io.millrace.sink.JsonLine;
import io.millrace.stream.CheckpointPlan;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "plan",
    description = {
      "Tell what a new version of a program would make of a checkpoint: what it goes on with, what"
          + " it lets go, what it refuses and why; exit code 1 if it would not start.",
      "",
      "Runs the main method of the program up to the start of its streaming context, which then only"
          + " plans: nothing is claimed or written, no target of an output is opened, no batch runs."
          + " So the old version may be at work meanwhile. What the program itself does before and"
          + " after the start, it does; its main method has to return.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace checkpoint plan /var/lib/orders/checkpoint orders-2.jar",
      "  millrace checkpoint plan /backup/orders orders-2.jar --class com.example.Orders -- --region eu"
    })
final class CheckpointPlanCommand implements Callable<Integer> {

  private final PrintStream out;

  @Parameters(
      index = "0",
      paramLabel = "DIR",
      showDefaultValue = Visibility.NEVER,
      description = "The checkpoint's directory.")
  private String location = "";

  @Parameters(
      index = "1",
      paramLabel = "JAR",
      showDefaultValue = Visibility.NEVER,
      description = "The program, with what it needs beside Millrace.")
  private Path jar = Path.of("");

  @Parameters(
      index = "2..*",
      paramLabel = "ARG",
      showDefaultValue = Visibility.NEVER,
      description = "Arguments of the program; after -- if one begins with a dash.")
  private List<String> arguments = List.of();

  @Option(
      names = "--class",
      showDefaultValue = Visibility.NEVER,
      paramLabel = "CLASS",
      description = "The class with the main method.%nDefault: the one that the jar names")
  private Optional<String> mainClass = Optional.empty();

  @Option(names = "--json", description = "Print one JSON object for each streaming context.")
  private boolean json;

  CheckpointPlanCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    requirePlace();
    List<CheckpointPlan> plans;
    try (ProgramJar program = ProgramJar.open(jar, mainClass)) {
      plans =
          CheckpointPlans.of(
              Map.of(
                  Settings.CHECKPOINT_PLAN.key(),
                  location,
                  Settings.EXTRA_LISTENERS.key(),
                  CheckpointPlans.class.getName()),
              () -> program.run(arguments));
    }
    if (plans.isEmpty()) {
      throw new UsageException(
          jar + " has not started a streaming context that reads system properties");
    }
    plans.forEach(this::print);
    out.flush();
    return plans.stream().allMatch(CheckpointPlan::isAccepted) ? 0 : 1;
  }

  /** A program would begin a new checkpoint in a place that does not exist; here it is a slip. */
  private void requirePlace() throws IOException {
    try (CheckpointReader ignored = CheckpointPlaces.open(location)) {
      if (!Files.isRegularFile(jar)) {
        throw new UsageException("there is no file " + jar);
      }
    }
  }

  private void print(CheckpointPlan plan) {
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("location", plan.location());
      result.put("isAccepted", plan.isAccepted());
      result.put("lastBatch", plan.lastBatch());
      plan.openBatch().ifPresent(batch -> result.put("openBatch", batch));
      result.put("entries", plan.entries());
      result.put("refusals", plan.refusals());
      out.println(JsonLine.of(result));
    } else {
      plan.lines().forEach(out::println);
    }
  }
}
