package io.millrace;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a program: text values under text keys, where each key of Millrace has a
 * type (see {@link Settings}).
 *
 * <p>What {@code set} puts in wins over system properties ({@code -Dmillrace.master=local[4]}),
 * these over environment variables ({@code MILLRACE_MASTER}; see {@link Setting#environmentName}),
 * these over a file {@code millrace.properties} on the class path (UTF-8; found by the context
 * class loader), and that over the default. The process is read once, when the configuration is
 * made.
 *
 * <p>Each key is checked when it is set, wherever it comes from. A key that begins with {@code
 * millrace.} must be a setting, and its value be as that setting expects. A key of Spark that
 * Millrace has its own name for is refused; the other {@code spark.*} keys are kept, and passed on
 * when Spark is the engine. All other keys are the program's own, and kept as they are.
 *
 * <p>A context takes a copy, so changes after its creation have no effect on it. Safe for
 * concurrent use.
 */
public final class Conf implements Cloneable {
  private static final String CODE = "code";
  private static final Pattern SECRET =
      Pattern.compile("secret|password|token|access[.]?key", Pattern.CASE_INSENSITIVE);

  private record Value(String text, String origin) {}

  private final ConcurrentSkipListMap<String, Value> values = new ConcurrentSkipListMap<>();

  /**
   * A configuration that begins with what the process sets.
   *
   * @throws InvalidSettingException if the process sets a {@code millrace} key that does not exist
   *     or a value that cannot be read
   */
  public Conf() {
    this(true);
  }

  /**
   * @param loadDefaults whether to begin with what the process sets, or with nothing
   * @throws InvalidSettingException as {@link #Conf()}
   */
  public Conf(boolean loadDefaults) {
    this(loadDefaults ? SettingSources.ofProcess() : SettingSources.NONE);
  }

  public Conf(Conf other) {
    values.putAll(other.values);
  }

  Conf(SettingSources sources) {
    sources.forEach(this::put);
  }

  /** Where the program runs, such as {@code local[*]}; see {@link Settings#MASTER}. */
  public Conf setMaster(String master) {
    return set(Settings.MASTER, master);
  }

  public Conf setAppName(String name) {
    return set(Settings.APP_NAME, name);
  }

  /**
   * @throws InvalidSettingException if the key is refused, or the value not as its setting expects;
   *     nothing has changed then
   */
  public Conf set(String key, String value) {
    put(key, value, CODE);
    return this;
  }

  /**
   * @throws InvalidSettingException if the value is out of the setting's range
   */
  public <T> Conf set(Setting<T> setting, T value) {
    return set(setting.key(), setting.format(value));
  }

  /**
   * Sets a value unless code or the process has; a default does not count.
   *
   * @throws InvalidSettingException as {@link #set(String, String)}, even if the value is not used
   */
  public Conf setIfMissing(String key, String value) {
    checkValue(key, value, CODE);
    values.putIfAbsent(key, new Value(value, CODE));
    return this;
  }

  /** Forgets the value of a key wherever it came from, so that the default holds again. */
  public Conf remove(String key) {
    checkKey(key, CODE);
    values.remove(key);
    return this;
  }

  /**
   * The text under a key, or the default if it is a setting with one.
   *
   * @throws NoSuchElementException if there is neither
   * @throws InvalidSettingException if there can be no such key
   */
  public String get(String key) {
    Optional<Setting<?>> setting = checkKey(key, CODE);
    Value value = values.get(key);
    if (value != null) {
      return value.text();
    }
    return setting
        .flatMap(Setting::defaultText)
        .orElseThrow(() -> new NoSuchElementException(key + " is not set"));
  }

  /**
   * The text under a key, or else {@code defaultValue}, which then also wins over the setting's own
   * default.
   *
   * @throws InvalidSettingException if there can be no such key
   */
  public String get(String key, String defaultValue) {
    checkKey(key, CODE);
    Value value = values.get(key);
    return value != null ? value.text() : defaultValue;
  }

  /**
   * The value of a setting, or else its default.
   *
   * @throws NoSuchElementException if there is neither; the message says how to set it
   */
  public <T> T get(Setting<T> setting) {
    return find(setting).orElseThrow(() -> new NoSuchElementException(howToSet(setting)));
  }

  /** The value of a setting, or else its default; empty if there is neither. */
  public <T> Optional<T> find(Setting<T> setting) {
    Value value = values.get(setting.key());
    return value != null
        ? Optional.of(setting.parse(value.text(), value.origin()))
        : setting.defaultValue();
  }

  /**
   * As {@link #get(String, String)}, as a number.
   *
   * @throws InvalidSettingException if there can be no such key, or its text is no such number
   */
  public int getInt(String key, int defaultValue) {
    return read(key, SettingForm.intAtLeast(Integer.MIN_VALUE)).orElse(defaultValue);
  }

  /** As {@link #getInt}. */
  public long getLong(String key, long defaultValue) {
    return read(key, SettingForm.wholeNumber()).orElse(defaultValue);
  }

  /** As {@link #getInt}. */
  public double getDouble(String key, double defaultValue) {
    return read(key, SettingForm.number()).orElse(defaultValue);
  }

  /** As {@link #getInt}, {@code true} or {@code false}. */
  public boolean getBoolean(String key, boolean defaultValue) {
    return read(key, SettingForm.bool()).orElse(defaultValue);
  }

  /**
   * The duration under a key, such as {@code 2m}, in whole seconds. A number without unit is in
   * seconds, except under a setting's key, where it is in the setting's unit.
   *
   * @throws NoSuchElementException if the key is not set and no setting with a default
   * @throws InvalidSettingException if there can be no such key, or its text is no duration
   */
  public long getTimeAsSeconds(String key) {
    return duration(key, get(key), ChronoUnit.SECONDS).toSeconds();
  }

  /** As {@link #getTimeAsSeconds(String)}, or else of {@code defaultValue}. */
  public long getTimeAsSeconds(String key, String defaultValue) {
    return duration(key, get(key, defaultValue), ChronoUnit.SECONDS).toSeconds();
  }

  /** As {@link #getTimeAsSeconds(String)}, in milliseconds, as are numbers without unit. */
  public long getTimeAsMs(String key) {
    return duration(key, get(key), ChronoUnit.MILLIS).toMillis();
  }

  /** As {@link #getTimeAsMs(String)}, or else of {@code defaultValue}. */
  public long getTimeAsMs(String key, String defaultValue) {
    return duration(key, get(key, defaultValue), ChronoUnit.MILLIS).toMillis();
  }

  /**
   * The size under a key, such as {@code 64m}, in bytes, as are numbers without unit.
   *
   * @throws NoSuchElementException if the key is not set and no setting with a default
   * @throws InvalidSettingException if there can be no such key, or its text is no size
   */
  public long getSizeAsBytes(String key) {
    return parse(key, get(key), SettingForm.byteSize());
  }

  /** As {@link #getSizeAsBytes(String)}, or else of {@code defaultValue}. */
  public long getSizeAsBytes(String key, String defaultValue) {
    return parse(key, get(key, defaultValue), SettingForm.byteSize());
  }

  private <T> Optional<T> read(String key, SettingForm<T> form) {
    checkKey(key, CODE);
    return Optional.ofNullable(values.get(key)).map(value -> parse(key, value.text(), form));
  }

  private <T> T parse(String key, String text, SettingForm<T> form) {
    return new Setting<>(key, form, null, "", "").parse(text, origin(key));
  }

  private Duration duration(String key, String text, ChronoUnit bareUnit) {
    Optional<Setting<?>> setting = Settings.find(key);
    if (setting.isPresent() && setting.get().parse(text, origin(key)) instanceof Duration known) {
      return known;
    }
    return parse(key, text, SettingForm.durationAtLeast(Duration.ZERO, bareUnit));
  }

  /**
   * Whether code or the process has set the key.
   *
   * @throws InvalidSettingException if there can be no such key
   */
  public boolean contains(String key) {
    checkKey(key, CODE);
    return values.containsKey(key);
  }

  /**
   * Where the value of a key is from, in words: {@code code}, {@code system property}, {@code
   * environment variable} and its name, {@code millrace.properties at} and its location, {@code
   * default}, or {@code not set}.
   *
   * @throws InvalidSettingException if there can be no such key
   */
  public String origin(String key) {
    Optional<Setting<?>> setting = checkKey(key, CODE);
    Value value = values.get(key);
    if (value != null) {
      return value.origin();
    }
    return setting.flatMap(Setting::defaultText).isPresent() ? "default" : "not set";
  }

  /** What code and the process have set, without defaults, as an immutable copy ordered by key. */
  public SortedMap<String, String> getAll() {
    SortedMap<String, String> all = new TreeMap<>();
    values.forEach((key, value) -> all.put(key, value.text()));
    return Collections.unmodifiableSortedMap(all);
  }

  @Override
  public Conf clone() {
    return new Conf(this);
  }

  /**
   * A line for each key that code or the process has set, ordered by key: {@code
   * millrace.master=local[4] (code)}. The values of keys that look like a secret's are left out.
   */
  public String toDebugString() {
    return values.entrySet().stream()
        .map(
            entry -> {
              String key = entry.getKey();
              Value value = entry.getValue();
              String text = SECRET.matcher(key).find() ? "*********(redacted)" : value.text();
              return key + "=" + text + " (" + value.origin() + ")";
            })
        .collect(Collectors.joining("\n"));
  }

  private void put(String key, String text, String origin) {
    checkValue(key, text, origin);
    values.put(key, new Value(text, origin));
  }

  private static void checkValue(String key, @Nullable String text, String origin) {
    Optional<Setting<?>> setting = checkKey(key, origin);
    Objects.requireNonNull(text, () -> "the value of " + key + " is null");
    setting.ifPresent(known -> known.parse(text, origin));
  }

  /** The setting of a key that is Millrace's, and empty for a key that is kept as it is. */
  private static Optional<Setting<?>> checkKey(String key, String origin) {
    Objects.requireNonNull(key, "the key is null");
    if (SettingNames.KEYS.owns(key)) {
      return Optional.of(SettingNames.KEYS.require(key, origin));
    }
    SparkKeys.check(key, origin);
    return Optional.empty();
  }

  private static String howToSet(Setting<?> setting) {
    return String.format(
        Locale.ROOT,
        "%s is not set; expected %s, from Conf.set, -D%s=…, the environment variable %s or"
            + " millrace.properties",
        setting.key(),
        setting.expected(),
        setting.key(),
        setting.environmentName());
  }
}
