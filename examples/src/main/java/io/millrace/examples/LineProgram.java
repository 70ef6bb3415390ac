package io.millrace.examples;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** The command line of the examples that read lines of text. */
final class LineProgram {

  private static final String USAGE =
      " --socket host:port | --directory dir [--interval 1s] [--master local[*]]";

  /** Runs until the process is told to end. */
  @FunctionalInterface
  interface Body {
    void run(Conf conf, Duration interval, Function<StreamingContext, DStream<String>> input)
        throws InterruptedException;
  }

  private LineProgram() {}

  /** Reads the arguments and runs {@code body}; exits with 2 and a sentence if they are wrong. */
  static void main(String name, String[] args, Body body) throws InterruptedException {
    try {
      Arguments arguments =
          Arguments.parse(
              args, List.of("--socket", "--directory", "--interval", "--master"), List.of());
      Conf conf = new Conf();
      arguments.value("--master").ifPresent(conf::setMaster);
      body.run(
          conf.setIfMissing("millrace.master", "local[*]").setIfMissing("millrace.app.name", name),
          Arguments.duration(arguments.value("--interval").orElse("1s")),
          input(arguments));
    } catch (IllegalArgumentException | InvalidSettingException e) {
      System.err.println(name + ": " + e.getMessage());
      System.err.println("usage: " + name + USAGE);
      System.exit(2);
    }
  }

  private static Function<StreamingContext, DStream<String>> input(Arguments arguments) {
    if (arguments.value("--socket").isPresent() == arguments.value("--directory").isPresent()) {
      throw new IllegalArgumentException("give either --socket or --directory");
    }
    return arguments
        .value("--socket")
        .map(Arguments.HostAndPort::parse)
        .map(WordCount::socket)
        .orElseGet(() -> WordCount.directory(arguments.value("--directory").orElseThrow()));
  }
}
