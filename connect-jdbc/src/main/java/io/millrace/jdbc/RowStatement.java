package io.millrace.jdbc;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What is executed for each row. */
sealed interface RowStatement extends Serializable {

  /** What it writes to, the same for any statement that writes to the same table. */
  String target();

  /** Its text, with a {@code ?} for each value of a row. */
  String sql(Dialect dialect, String productName);

  /** Where the parameters go; empty if that can't be told from the statement. */
  Optional<Into> into();

  int MAX_TARGET_CHARACTERS = 1_000;

  /**
   * The columns of the parameters.
   *
   * @param columns in order of the parameters; empty for all of the table
   */
  record Into(String table, List<String> columns) {}

  /** A statement that the user has written. */
  record Insert(String sql) implements RowStatement {

    /** One row of parameters alone; what follows may say what to do about conflicts. */
    private static final Pattern PLAIN =
        Pattern.compile(
            "\\s*insert\\s+(?:or\\s+\\w+\\s+)?into\\s+([^\\s(]+)\\s*(?:\\(([^()]*)\\))?"
                + "\\s*values\\s*\\(\\s*\\?(?:\\s*,\\s*\\?)*\\s*\\)[^?,]*",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern TABLE =
        Pattern.compile(
            "\\s*insert\\s+(?:or\\s+\\w+\\s+)?into\\s+([^\\s(]+).*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    public Insert {
      if (sql.isBlank()) {
        throw new IllegalArgumentException("the statement is blank");
      }
    }

    @Override
    public String target() {
      Matcher matcher = TABLE.matcher(sql);
      return matcher.matches()
          ? tableTarget(matcher.group(1))
          : shortened("statement " + sql.strip().replaceAll("\\s+", " "));
    }

    @Override
    public Optional<Into> into() {
      Matcher matcher = PLAIN.matcher(sql);
      if (!matcher.matches() || !SqlNames.isName(matcher.group(1))) {
        return Optional.empty();
      }
      String listed = matcher.group(2);
      List<String> columns =
          listed == null ? List.of() : Stream.of(listed.split(",", -1)).map(String::strip).toList();
      return columns.stream().allMatch(SqlNames::isName)
          ? Optional.of(new Into(matcher.group(1), columns))
          : Optional.empty();
    }

    /** What fits the column of the table of markers, and is still another for another statement. */
    private static String shortened(String text) {
      return text.length() <= MAX_TARGET_CHARACTERS
          ? text
          : text.substring(0, MAX_TARGET_CHARACTERS - 40) + " … " + ExactId.hash(text);
    }

    @Override
    public String sql(Dialect dialect, String productName) {
      return sql;
    }
  }

  /** A row for each key. */
  record Upsert(String table, List<String> keys, List<String> values) implements RowStatement {

    public Upsert {
      SqlNames.check(table);
      keys = List.copyOf(keys);
      values = List.copyOf(values);
      if (keys.isEmpty()) {
        throw new IllegalArgumentException("an upsert into " + table + " needs a key column");
      }
      Set<String> names = new HashSet<>();
      Stream.concat(keys.stream(), values.stream())
          .forEach(
              name -> {
                if (!names.add(SqlNames.check(name))) {
                  throw new IllegalArgumentException(
                      "column " + name + " is listed twice in the upsert into " + table);
                }
              });
    }

    @Override
    public String target() {
      return tableTarget(table);
    }

    @Override
    public Optional<Into> into() {
      return Optional.of(new Into(table, Stream.concat(keys.stream(), values.stream()).toList()));
    }

    @Override
    public String sql(Dialect dialect, String productName) {
      return dialect
          .upsert(table, keys, values)
          .orElseThrow(
              () ->
                  new UnsupportedOperationException(
                      String.format(
                          Locale.ROOT,
                          "how to upsert into %s is not known for the database product \"%s\", only"
                              + " for H2, PostgreSQL and SQLite. Use JdbcSinks.insert with the"
                              + " upsert statement of this database",
                          table,
                          productName)));
    }
  }

  private static String tableTarget(String name) {
    return "table " + (name.indexOf('"') < 0 ? name.toLowerCase(Locale.ROOT) : name);
  }
}
