package io.millrace.jdbc;

import java.util.regex.Pattern;

/**
 * Names of tables and columns that become part of a statement. Either plain, so that the database
 * folds their case as it does in its own statements, or in double quotes, as they are; parts are
 * separated by dots. Nothing else passes, so no name can end a statement and begin another.
 */
final class SqlNames {

  private static final String PART = "(?:[A-Za-z_][A-Za-z0-9_$]{0,127}|\"[^\"\\p{Cntrl}]{1,128}\")";
  private static final Pattern NAME = Pattern.compile(PART + "(?:\\." + PART + "){0,2}");

  private SqlNames() {}

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  static String check(String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "not the name of a table or column: "
              + name
              + ". Write it plainly (letters, digits, _) or in double quotes, \"like this\", parts"
              + " separated by dots");
    }
    return name;
  }
}
