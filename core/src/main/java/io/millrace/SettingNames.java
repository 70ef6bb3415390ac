package io.millrace;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The names under which settings may be set, in one spelling: as keys, or as environment variables.
 * Also knows the names that are refused with a reason: settings of Spark Streaming that Millrace
 * has no use for, and settings whose feature is still to come.
 */
final class SettingNames {
  /** {@code millrace.default.parallelism}. */
  static final SettingNames KEYS = new SettingNames("millrace.", UnaryOperator.identity());

  /** {@code MILLRACE_DEFAULT_PARALLELISM}. */
  static final SettingNames ENVIRONMENT =
      new SettingNames("MILLRACE_", SettingNames::environmentName);

  private final String prefix;
  private final Map<String, Setting<?>> known = new TreeMap<>();
  private final Map<String, String> retired = new TreeMap<>();
  private final Map<String, String> planned = new TreeMap<>();

  private SettingNames(String prefix, UnaryOperator<String> spelling) {
    this.prefix = prefix;
    Settings.all().forEach(setting -> known.put(spelling.apply(setting.key()), setting));
    retiredReasons().forEach((key, reason) -> retired.put(spelling.apply(key), reason));
    plannedFeatures().forEach((key, feature) -> planned.put(spelling.apply(key), feature));
  }

  static String environmentName(String key) {
    return key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** Whether the name is Millrace's to judge, rather than the user's own. */
  boolean owns(String name) {
    return name.startsWith(prefix);
  }

  /**
   * The setting of a name that this spelling {@link #owns}.
   *
   * @param origin where the name was met, for the message of the exception
   * @throws InvalidSettingException if there is no such setting, any more or yet
   */
  Setting<?> require(String name, String origin) {
    Setting<?> setting = known.get(name);
    if (setting != null) {
      return setting;
    }
    throw new InvalidSettingException(name, refusal(name, "(from " + origin + ")"));
  }

  private String refusal(String name, String from) {
    String reason = retired.get(name);
    if (reason != null) {
      return name + " " + from + " is not a setting of Millrace: " + reason;
    }
    return plannedFeature(name)
        .map(feature -> name + " " + from + " is not available yet: " + feature)
        .orElseGet(() -> "unknown setting " + name + " " + from + suggestion(name));
  }

  private Optional<String> plannedFeature(String name) {
    return planned.entrySet().stream()
        .filter(entry -> matches(entry.getKey(), name))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** A planned name that ends as the prefix does stands for all names that begin with it. */
  private boolean matches(String plannedName, String name) {
    String separator = prefix.substring(prefix.length() - 1);
    return plannedName.endsWith(separator)
        ? name.startsWith(plannedName)
        : name.equals(plannedName);
  }

  private String suggestion(String name) {
    return NearestName.among(known.keySet(), name, prefix)
        .map(nearest -> "; did you mean " + nearest + "?")
        .orElse("; Settings.all() lists those there are");
  }

  /** Names that Spark Streaming has and Millrace has no use for, with the reason. */
  static Map<String, String> retiredReasons() {
    Map<String, String> reasons = new TreeMap<>();
    reasons.put(
        "millrace.streaming.concurrentJobs",
        "batches run one after another, so that state and outputs see them in order; the outputs of"
            + " one batch share all workers");
    reasons.put(
        "millrace.streaming.blockQueueSize",
        "what a receiver may hold is bounded in records, by"
            + " millrace.streaming.receiver.bufferRecords");
    reasons.put(
        "millrace.streaming.minRememberDuration",
        "it is called millrace.streaming.fileStream.minRememberDuration");
    reasons.put(
        "millrace.streaming.stopSparkContextByDefault",
        "say it in the call, as an argument of stop");
    reasons.put(
        "millrace.streaming.sessionByKey.deltaChainThreshold",
        "state is kept without chains of deltas, so there is nothing to tune");
    reasons.put(
        "millrace.streaming.clock",
        "a test hands its clock to the context; the test kit has one to move by hand");
    reasons.put(
        "millrace.streaming.manualClock.jump",
        "a test hands its clock to the context; the test kit has one to move by hand");
    reasons.put(
        "millrace.streaming.internal.batchTime",
        "foreachBatch tells an output the number and time of its batch");
    reasons.put(
        "millrace.streaming.internal.outputOpId",
        "listeners are told the id of each output operation");
    return reasons;
  }

  /**
   * Names whose feature is still to come, with what holds until then. A name that ends with a dot
   * stands for all that begin with it.
   */
  static Map<String, String> plannedFeatures() {
    Map<String, String> features = new TreeMap<>();
    features.put("millrace.streaming.trigger", "batches are cut at the batch interval alone");
    features.put("millrace.streaming.backpressure.", "there is no rate control yet");
    features.put(
        "millrace.streaming.blockInterval",
        "what a receiver took in for a batch is cut into as many partitions as tasks run at once");
    features.put("millrace.streaming.receiver.maxRate", "there is no rate control yet");
    features.put("millrace.streaming.receiver.writeAheadLog.", "receivers do not log yet");
    features.put("millrace.streaming.receiver.blockStoreTimeout", "receivers do not log yet");
    features.put("millrace.streaming.driver.writeAheadLog.", "there is no batch log yet");
    features.put("millrace.kafka.", "there is no Kafka module yet");
    features.put("millrace.streaming.kafka.", "there is no Kafka module yet");
    features.put("millrace.streaming.dynamicAllocation.", "there is no cluster engine yet");
    features.put("millrace.streaming.ui.", "there is no dashboard yet");
    features.put("millrace.ui.", "there is no dashboard yet");
    return features;
  }
}
