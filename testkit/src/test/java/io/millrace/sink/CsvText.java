package io.millrace.sink;

import java.util.ArrayList;
import java.util.List;

/** Reads CSV back, with null for nothing and the empty string for a pair of quotes. */
final class CsvText {

  private final String text;
  private int position;

  private CsvText(String text) {
    this.text = text;
  }

  static List<List<String>> parse(String text) {
    CsvText csv = new CsvText(text);
    List<List<String>> records = new ArrayList<>();
    while (csv.position < text.length()) {
      records.add(csv.row());
    }
    return records;
  }

  private List<String> row() {
    List<String> fields = new ArrayList<>();
    while (true) {
      fields.add(field());
      if (text.charAt(position++) == '\n') {
        return fields;
      }
    }
  }

  private String field() {
    if (text.charAt(position) == '"') {
      return quoted();
    }
    int start = position;
    while (text.charAt(position) != ',' && text.charAt(position) != '\n') {
      position++;
    }
    return start == position ? null : text.substring(start, position);
  }

  private String quoted() {
    StringBuilder field = new StringBuilder();
    position++;
    while (true) {
      int quote = text.indexOf('"', position);
      field.append(text, position, quote);
      position = quote + 1;
      if (text.charAt(position) != '"') {
        return field.toString();
      }
      field.append('"');
      position++;
    }
  }
}
