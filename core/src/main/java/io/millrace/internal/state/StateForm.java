package io.millrace.internal.state;

import io.millrace.spi.state.StateOperator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the files of a state contain, and so what other states can be restored from them: {@code
 * entries/1}, {@code panes/1/500ms} or {@code inverse-panes/1/500ms}. The first number is the
 * version of the content.
 *
 * @param kind what a state keeps for each key
 * @param paneMillis length of a pane, 0 if there are none
 */
public record StateForm(Kind kind, long paneMillis) {

  private static final int VERSION = 1;
  private static final Pattern TEXT = Pattern.compile("([a-z-]+)/(\\d{1,9})(?:/(\\d{1,18})ms)?");

  /** What a state keeps for each key. */
  public enum Kind {
    ENTRIES("entries"),
    PANES("panes"),
    INVERSE_PANES("inverse-panes");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    static Optional<Kind> of(String text) {
      for (Kind kind : values()) {
        if (kind.text.equals(text)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  /** Of the states that do something. */
  public static StateForm of(StateOperator operator) {
    if (operator instanceof StateOperator.CombinePanes window) {
      return new StateForm(
          window.inverse() == null ? Kind.PANES : Kind.INVERSE_PANES, window.paneMillis());
    }
    return new StateForm(Kind.ENTRIES, 0);
  }

  /**
   * Returns if a state of this form can be restored from files of another.
   *
   * @param state names it in errors
   * @throws IllegalArgumentException if it can't, with the remedy
   */
  public void requireReadable(String form, String state) {
    Matcher text = TEXT.matcher(form);
    Optional<Kind> stored = text.matches() ? Kind.of(text.group(1)) : Optional.empty();
    if (stored.isEmpty() || Integer.parseInt(text.group(2)) != VERSION) {
      throw refused(form, state, "another release of Millrace wrote it: use that one");
    }
    if (stored.get() != kind) {
      throw refused(
          form,
          state,
          "these keep different things; give the stream another id and let go of the stored state");
    }
    if (kind != Kind.ENTRIES) {
      long storedMillis = text.group(3) == null ? 0 : Long.parseLong(text.group(3));
      if (storedMillis < 1 || paneMillis % storedMillis != 0) {
        throw refused(
            form,
            state,
            String.format(
                Locale.ROOT,
                "panes of %d ms can't be put together of panes of %d ms; choose a length and a"
                    + " slide of the window that are multiples of %d ms, or let go of the stored"
                    + " state",
                paneMillis,
                storedMillis,
                storedMillis));
      }
    }
  }

  private IllegalArgumentException refused(String form, String state, String why) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "%s is %s and can't go on from %s: %s", state, this, form, why));
  }

  @Override
  public String toString() {
    String plain = kind.text + "/" + VERSION;
    return kind == Kind.ENTRIES ? plain : plain + "/" + paneMillis + "ms";
  }
}
