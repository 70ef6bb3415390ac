package io.millrace;

import java.util.Map;

/** Writes the page that lists all settings, from the settings themselves. */
final class ConfigurationPage {

  private static final String HEAD =
      """
      # Configuration

      Generated from the settings in the code; a test keeps it as they are.

      A setting is a text under a key. Where several places set a key, the first of these wins: `Conf.set` in the program, a system property
      (`-Dmillrace.master=local[4]`), an environment variable (`MILLRACE_MASTER`: the key in upper case, dots as underscores), the file
      `millrace.properties` on the class path, the default. All are checked where they are set: a `millrace.` key that does not exist is an error that
      suggests the nearest one, and a value that can't be read is an error that says what is expected. A context takes a copy, so a change after it was
      made has no effect on it.

      Keys are Spark's with `millrace.` in place of `spark.`. Setting a `spark.streaming.*` key is an error that names the key to use here, or says why
      there is none. Other `spark.*` keys are kept, for Spark as the engine, and all other keys are the program's own.

      """;

  private ConfigurationPage() {}

  static String text() {
    StringBuilder page = new StringBuilder(HEAD);
    page.append("## Settings\n\n| key | default | value | meaning |\n|---|---|---|---|\n");
    for (Setting<?> setting : Settings.all()) {
      row(
          page,
          code(setting.key()),
          setting
              .defaultText()
              .filter(text -> !text.isEmpty())
              .map(ConfigurationPage::code)
              .orElse("none"),
          setting.expected(),
          setting.doc());
    }
    page.append("\n## Not available yet\n\n");
    page.append("Setting one of these is an error until its feature is there.\n\n");
    names(page, "until then", SettingNames.plannedFeatures());
    page.append("\n## Settings of Spark Streaming that Millrace does not have\n\n");
    page.append("Setting one of these is an error with this reason.\n\n");
    names(page, "reason", SettingNames.retiredReasons());
    return page.toString();
  }

  private static void names(StringBuilder page, String column, Map<String, String> names) {
    page.append("| key | ").append(column).append(" |\n|---|---|\n");
    names.forEach((name, text) -> row(page, code(name.endsWith(".") ? name + "*" : name), text));
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  private static void row(StringBuilder page, String... cells) {
    page.append('|');
    for (String cell : cells) {
      page.append(' ').append(cell.replace("|", "\\|")).append(" |");
    }
    page.append('\n');
  }
}
