package io.millrace.internal.scheduler;

import java.util.regex.Pattern;

/** The command line by which an operator gives up an input, for error messages. */
final class GiveUpCommand {

  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

  private GiveUpCommand() {}

  static String of(String location, String source, long batch, String input) {
    return ofAll(location, source, batch) + " --input " + quoted(input);
  }

  /** Of all that a source gave to a batch. */
  static String ofAll(String location, String source, long batch) {
    return "millrace checkpoint give-up "
        + quoted(location)
        + " --source "
        + quoted(source)
        + " --batch "
        + batch;
  }

  /** As a shell reads it. */
  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
