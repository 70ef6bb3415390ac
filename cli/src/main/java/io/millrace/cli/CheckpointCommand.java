package io.millrace.cli;

import picocli.CommandLine.Command;

/** What can be done with checkpoints; by itself it only asks for one of these. */
@Command(
    name = "checkpoint",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Look into the checkpoint of a program, which may run meanwhile, or mend it.",
      "",
      "Nothing is claimed and nothing written, so it may also be a copy that can't be written; but"
          + " for give-up, which changes the checkpoint.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace checkpoint show /var/lib/orders/checkpoint",
      "  millrace checkpoint verify /backup/orders && echo whole",
      "  millrace checkpoint plan /var/lib/orders/checkpoint orders-2.jar",
      "  millrace checkpoint give-up /var/lib/orders/checkpoint --source orders --batch 17"
    })
final class CheckpointCommand implements Runnable {

  @Override
  public void run() {
    throw new UsageException("a command is missing: show, verify, plan or give-up");
  }
}
