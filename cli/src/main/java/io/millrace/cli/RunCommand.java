package io.millrace.cli;

import picocli.CommandLine.Command;

/** Groups the example programs that can be run; by itself it only asks for one of them. */
@Command(
    name = "run",
    synopsisSubcommandLabel = "PROGRAM",
    description = "Run an example program until Ctrl-C.",
    commandListHeading = "%nPrograms:%n",
    footerHeading = "%nExamples:%n",
    footer = "  millrace run wordcount --directory /tmp/lines")
final class RunCommand implements Runnable {

  @Override
  public void run() {
    throw new UsageException("a program is missing");
  }
}
