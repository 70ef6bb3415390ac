package io.millrace.sink;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines of comma-separated values after RFC 4180. Lines end with a line feed alone, where the RFC
 * has CR LF. A field is in double quotes if it has a comma, a quote or a line break, and if it is
 * the empty string; null, for which the RFC has no form, is nothing at all between the commas.
 */
final class CsvLine {

  private CsvLine() {}

  static String of(List<? extends @Nullable Object> fields) {
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("a CSV record needs at least one field");
    }
    StringBuilder line = new StringBuilder();
    Iterator<? extends @Nullable Object> left = fields.iterator();
    append(line, left.next());
    while (left.hasNext()) {
      append(line.append(','), left.next());
    }
    // A single null would be a blank line, which readers skip.
    return line.isEmpty() ? "\"\"" : line.toString();
  }

  private static void append(StringBuilder line, @Nullable Object field) {
    if (field == null) {
      return;
    }
    String text = field.toString();
    boolean isPlain =
        !text.isEmpty()
            && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    if (isPlain) {
      line.append(text);
    } else {
      line.append('"').append(text.replace("\"", "\"\"")).append('"');
    }
  }
}
