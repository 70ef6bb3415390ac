package io.millrace.stream;

import io.millrace.rdd.RDDLike;
import java.io.PrintStream;
import java.util.List;

/** Writes the head of a batch to standard output, in one piece. */
final class ConsolePrint {

  private static final String RULE = "-------------------------------------------";

  private ConsolePrint() {}

  static <T> void print(RDDLike<T, ?> rdd, Time time, int num) {
    List<T> head = rdd.take(num + 1);
    StringBuilder text = new StringBuilder();
    text.append(RULE).append('\n');
    text.append("Time: ").append(time).append('\n');
    text.append(RULE).append('\n');
    head.stream().limit(num).forEach(record -> text.append(record).append('\n'));
    if (head.size() > num) {
      text.append("...\n");
    }
    text.append('\n');
    PrintStream out = System.out;
    out.print(text);
    out.flush();
  }
}
