package io.millrace.rdd;

import io.millrace.TaskContext;
import io.millrace.spi.Machine;
import io.millrace.spi.plan.Operator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;

/** Sends the records of a partition through a child process, each as a line. */
record PipedLines(Machine.Command command) implements Operator.PartitionFunction {

  static final int DEFAULT_BUFFER_BYTES = 64 * 1024;
  static final String DEFAULT_CHARSET = StandardCharsets.UTF_8.name();

  PipedLines {
    if (command.words().isEmpty()) {
      throw new IllegalArgumentException("pipe: the command is empty");
    }
    Arguments.positive("pipe", "bufferSize", command.bufferBytes());
  }

  static PipedLines of(List<String> command, Map<String, String> environment) {
    return new PipedLines(
        new Machine.Command(command, environment, false, DEFAULT_BUFFER_BYTES, DEFAULT_CHARSET));
  }

  /** The words that white space separates; there are no quotes. */
  static List<String> words(String command) {
    StringTokenizer tokens = new StringTokenizer(command);
    String[] words = new String[tokens.countTokens()];
    for (int i = 0; i < words.length; i++) {
      words[i] = tokens.nextToken();
    }
    return List.of(words);
  }

  @Override
  public Iterator<?> apply(int partition, TaskContext context, Iterator<?> records)
      throws IOException {
    return MachineLookup.machine().start(command, new AsText(records));
  }

  private record AsText(Iterator<?> records) implements Iterator<String> {

    @Override
    public boolean hasNext() {
      return records.hasNext();
    }

    @Override
    public String next() {
      return String.valueOf(records.next());
    }
  }
}
