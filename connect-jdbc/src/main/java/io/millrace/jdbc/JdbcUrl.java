package io.millrace.jdbc;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What may be shown of a JDBC URL: the driver's name, and host, port and database where they can be
 * told beyond doubt from user names, passwords and parameters. Drivers have syntaxes of their own,
 * so the rest is left out rather than masked.
 */
final class JdbcUrl {

  private static final Pattern DRIVER =
      Pattern.compile(
          "(jdbc:[a-z0-9]+(?:[:+](?:thin|oci|tcp|ssl|mem|file|jtds|sqlserver))?):(.*)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** Host, port or service, and database. */
  private static final Pattern HOST =
      Pattern.compile(
          "(//)?([A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9A-Fa-f:]+])(:[0-9]{1,5})?([:/][A-Za-z0-9_.$-]+)?/?");

  /** Drivers whose URL is a file or a name in memory. */
  private static final Set<String> EMBEDDED = Set.of("sqlite", "h2", "hsqldb", "derby", "duckdb");

  private static final Pattern FILE = Pattern.compile("[^@=&,;?()]*");
  private static final Pattern MENTION = Pattern.compile("jdbc:.*", Pattern.DOTALL);

  private JdbcUrl() {}

  /** What a URL leads to, without anything that may be secret. */
  static String describe(String url) {
    Matcher parts = DRIVER.matcher(url);
    if (!parts.matches()) {
      return "a database";
    }
    String driver = parts.group(1);
    String shown = harmless(driver, parts.group(2));
    return shown.isEmpty() ? driver : driver + ":" + shown;
  }

  private static String harmless(String driver, String rest) {
    int user = rest.indexOf('@');
    int parameters = firstOf(rest, "?;");
    if (user >= 0) {
      // With a second @, or one behind ? or ;, a password may reach up to anywhere.
      boolean isPlain = rest.indexOf('@', user + 1) < 0 && (parameters < 0 || user < parameters);
      return isPlain ? host(cut(rest.substring(user + 1))) : "";
    }
    String place = cut(rest);
    if (place.startsWith("//")) {
      return host(place);
    }
    String name = driver.split("[:+]")[1].toLowerCase(Locale.ROOT);
    return EMBEDDED.contains(name) && FILE.matcher(place).matches() ? place : "";
  }

  private static String cut(String place) {
    int end = firstOf(place, "?;");
    return end < 0 ? place : place.substring(0, end);
  }

  private static int firstOf(String text, String characters) {
    for (int i = 0; i < text.length(); i++) {
      if (characters.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private static String host(String place) {
    Matcher found = HOST.matcher(place);
    if (found.matches()) {
      return place.startsWith("//") ? place : "//" + place;
    }
    // A database's name that is followed by parameters of the driver's own kind.
    Matcher start = HOST.matcher(place);
    int slash = place.indexOf('/', 2);
    if (place.startsWith("//") && slash > 0) {
      start = HOST.matcher(place.substring(0, slash));
      return start.matches() ? place.substring(0, slash) : "";
    }
    return "";
  }

  /** A message of a driver, without the URL that it may quote and all that follows it. */
  static String withoutUrls(String message) {
    Matcher mention = MENTION.matcher(message);
    return mention.find()
        ? message.substring(0, mention.start())
            + describe(mention.group())
            + " (the rest is hidden)"
        : message;
  }
}
