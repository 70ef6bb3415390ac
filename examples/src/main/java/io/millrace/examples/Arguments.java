package io.millrace.examples;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The command line of an example: {@code --name value} pairs, and flags without value. All methods
 * throw {@link IllegalArgumentException} with a sentence for the user.
 */
public final class Arguments {

  /** A TCP server to connect to. */
  public record HostAndPort(String host, int port) {

    private static final Pattern FORM = Pattern.compile("(?:\\[(.+)]|([^:\\[\\]]+)):(\\d{1,9})");

    /**
     * Reads an address.
     *
     * @param text such as {@code localhost:9999}, {@code [::1]:9999}
     */
    public static HostAndPort parse(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("expected host:port, not '" + text + "'");
      }
      int port = Integer.parseInt(matcher.group(3));
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("a port is a number from 1 to 65535, not " + port);
      }
      return new HostAndPort(matcher.group(1) != null ? matcher.group(1) : matcher.group(2), port);
    }
  }

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h)");

  private final Map<String, String> values;

  private Arguments(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads a command line.
   *
   * @param options those that take a value, such as {@code --socket}
   * @param flags those that take none
   */
  public static Arguments parse(String[] args, List<String> options, List<String> flags) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i++) {
      String name = args[i];
      String value = "";
      if (options.contains(name)) {
        if (++i == args.length) {
          throw new IllegalArgumentException(name + " needs a value");
        }
        value = args[i];
      } else if (!flags.contains(name)) {
        throw new IllegalArgumentException(
            "unknown argument " + name + "; there are " + options + " and " + flags);
      }
      if (values.put(name, value) != null) {
        throw new IllegalArgumentException(name + " is given twice");
      }
    }
    return new Arguments(values);
  }

  public Optional<String> value(String option) {
    return Optional.ofNullable(values.get(option));
  }

  public boolean has(String flag) {
    return values.containsKey(flag);
  }

  /**
   * Reads a length of time.
   *
   * @param text a positive number with unit, such as {@code 500ms}, {@code 1s}, {@code 2m}
   */
  public static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    long number = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    if (number == 0) {
      throw new IllegalArgumentException(
          "expected a positive duration such as 500ms, 1s or 2m, not '" + text + "'");
    }
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }
}
