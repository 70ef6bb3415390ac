package io.millrace.examples.flights;

import java.io.Console;
import java.util.Optional;

/** How a run is shown while it goes on. */
public enum View {
  /** A table that is drawn over and over. */
  TABLE,
  /** A line per day of the data. */
  LINES,
  /** Nothing. */
  NONE;

  /** The table on a terminal, lines elsewhere. */
  public static View preferred() {
    boolean canDraw = !"dumb".equals(System.getenv("TERM"));
    return canDraw && Optional.ofNullable(System.console()).filter(View::isTerminal).isPresent()
        ? TABLE
        : LINES;
  }

  /** From JDK 22 on there is a console even where there is no terminal, and a way to ask it. */
  private static boolean isTerminal(Console console) {
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
