package io.millrace.cli;

import io.millrace.Conf;
import io.millrace.examples.Arguments.HostAndPort;
import io.millrace.examples.WordCount;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

@Command(
    name = "wordcount",
    description = {
      "Count words as they come in.",
      "",
      "Each batch prints its time and the counts of its first ten words to standard output. Runs"
          + " until Ctrl-C or SIGTERM, which let it finish what it has received.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  nc -lk 9999                                      in one terminal",
      "  millrace run wordcount --socket localhost:9999   in another",
      "",
      "  millrace run wordcount --directory /tmp/lines --interval 500ms",
      "  mv lines.txt /tmp/lines/"
    })
final class WordCountCommand implements Callable<Integer> {

  /** Where lines come from: one of the two. */
  private static final class Input {

    @Option(
        names = "--socket",
        showDefaultValue = Visibility.NEVER,
        paramLabel = "HOST:PORT",
        required = true,
        converter = Converters.ToAddress.class,
        description =
            "Read lines from this TCP server, and connect again when the connection ends.")
    private @Nullable HostAndPort socket;

    @Option(
        names = "--directory",
        showDefaultValue = Visibility.NEVER,
        paramLabel = "DIR",
        required = true,
        description = "Read the files that are moved into this directory from now on.")
    private @Nullable Path directory;

    Function<StreamingContext, DStream<String>> lines() {
      if (socket != null) {
        return WordCount.socket(socket);
      }
      // The parser sees to it that there is one of the two.
      Path files = Objects.requireNonNull(directory);
      if (!Files.isDirectory(files)) {
        throw new UsageException("there is no directory " + files);
      }
      return WordCount.directory(files.toString());
    }
  }

  @ArgGroup(exclusive = true, multiplicity = "1")
  private @Nullable Input input;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      converter = Converters.ToInterval.class,
      defaultValue = "1s",
      description = "How often a batch is cut: a number with ms, s, m or h.")
  private Duration interval = Duration.ofSeconds(1);

  @Option(
      names = "--master",
      showDefaultValue = Visibility.NEVER,
      paramLabel = "MASTER",
      description =
          "Where to run: local, local[n] for n threads, local[*] for all processors, or a master of"
              + " Spark's (see millrace run --help).%nDefault: the setting millrace.master, else"
              + " local[*]")
  private Optional<String> master = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    Conf conf = new Conf();
    master.ifPresent(conf::setMaster);
    WordCount.run(conf, interval, Objects.requireNonNull(input).lines());
    return 0;
  }
}
