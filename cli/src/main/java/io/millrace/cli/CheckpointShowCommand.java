package io.millrace.cli;

import io.millrace.checkpoint.CheckpointContents;
import io.millrace.checkpoint.CheckpointReader;
import io.millrace.sink.JsonLine;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description = {
      "Show what is in a checkpoint: batches with what each source gave them, states, windows,"
          + " sources, outputs.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace checkpoint show DIR",
      "  millrace checkpoint show --json DIR | jq .lastBatch"
    })
final class CheckpointShowCommand implements Callable<Integer> {

  private final PrintStream out;

  @Parameters(paramLabel = "DIR", description = "The checkpoint's directory.")
  private String location = "";

  @Option(names = "--json", description = "Print one JSON object, with all there is to say.")
  private boolean json;

  CheckpointShowCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException {
    try (CheckpointReader reader = CheckpointPlaces.open(location)) {
      CheckpointContents contents = reader.contents();
      if (json) {
        out.println(JsonLine.of(contents));
      } else {
        new CheckpointText(out).print(contents);
      }
      out.flush();
    }
    return 0;
  }
}
