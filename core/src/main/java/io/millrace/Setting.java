package io.millrace;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key that {@link Conf} knows, with the type of its value. All of them are in {@link Settings}.
 *
 * @param <T> type of the value, never null
 */
public final class Setting<T> {
  private final String key;
  private final SettingForm<T> form;
  private final @Nullable T defaultValue;
  private final String since;
  private final String doc;

  Setting(String key, SettingForm<T> form, @Nullable T defaultValue, String since, String doc) {
    this.key = key;
    this.form = form;
    this.defaultValue = defaultValue;
    this.since = since;
    this.doc = doc;
  }

  public String key() {
    return key;
  }

  /** What holds when nobody sets the key; empty if then {@link #doc} says what happens. */
  public Optional<T> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  /** The default as one would write it, such as {@code 200ms}; empty if there is none. */
  public Optional<String> defaultText() {
    return defaultValue().map(form::format);
  }

  /** What a value looks like, in words: units, range, the names of an enum. */
  public String expected() {
    return form.expected();
  }

  /** What the setting does, in sentences. */
  public String doc() {
    return doc;
  }

  /** The first version of Millrace that has the setting. */
  public String since() {
    return since;
  }

  /** The name of the environment variable that sets the key. */
  public String environmentName() {
    return SettingNames.environmentName(key);
  }

  /**
   * @param origin where the text is from, for the message of the exception
   * @throws InvalidSettingException if the text is not as {@link #expected}
   */
  T parse(String text, String origin) {
    try {
      return form.parse(text);
    } catch (IllegalArgumentException | ArithmeticException e) {
      String message = "%s = '%s' (from %s) is not valid: expected %s";
      throw new InvalidSettingException(
          key, String.format(Locale.ROOT, message, key, text, origin, form.expected()), e);
    }
  }

  String format(T value) {
    return form.format(Objects.requireNonNull(value, key));
  }

  @Override
  public String toString() {
    return key;
  }
}
