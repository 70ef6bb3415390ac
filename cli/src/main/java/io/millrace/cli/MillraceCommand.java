package io.millrace.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What all commands have in common; by itself it only asks for one of them. */
@Command(
    name = "millrace",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = MillraceCommand.Version.class,
    sortOptions = false,
    showDefaultValues = true,
    usageHelpAutoWidth = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Micro-batch stream processing in any JVM.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all went well",
      "1:something failed while it ran",
      "2:an argument or a setting is wrong"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace demo",
      "  millrace run wordcount --socket localhost:9999",
      "  millrace bench wordcount --forks 1",
      "",
      "JAVA_HOME says which Java runs it, JAVA_OPTS with which options (-Xmx4g), SPARK_HOME which"
          + " Spark where the master is one of Spark's."
    })
final class MillraceCommand implements Runnable {

  /** As in the manifest of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "millrace " + (version == null ? "(not from a jar)" : version),
        "java " + Runtime.version() + " at " + System.getProperty("java.home", "an unknown place")
      };
    }
  }

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      showDefaultValue = Visibility.NEVER,
      description = "Log to standard error: a line per batch, and where failures come from.")
  private boolean verbose;

  boolean isVerbose() {
    return verbose;
  }

  @Override
  public void run() {
    throw new UsageException("a command is missing");
  }
}
