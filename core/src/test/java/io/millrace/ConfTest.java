package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SettingSources.PropertiesFile;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfTest {
  private static final String KEY = "millrace.task.maxFailures";
  private static final String VARIABLE = "MILLRACE_TASK_MAXFAILURES";

  private final Conf conf = new Conf(false);

  // Values

  @Test
  void set_isReadBackAsTextAndAsTheSettingsType() {
    conf.setMaster("local[2]")
        .setAppName("words")
        .set("millrace.streaming.receiverRestartDelay", "50ms")
        .set(Settings.BATCH_FAILURE, BatchFailure.CONTINUE);

    assertThat(conf.get("millrace.master")).isEqualTo("local[2]");
    assertThat(conf.get(Settings.APP_NAME)).isEqualTo("words");
    assertThat(conf.get(Settings.RECEIVER_RESTART_DELAY)).isEqualTo(Duration.ofMillis(50));
    assertThat(conf.get("millrace.streaming.batchFailure")).isEqualTo("continue");
    assertThat(conf.get(Settings.BATCH_FAILURE)).isEqualTo(BatchFailure.CONTINUE);
  }

  @Test
  void get_fallsBackToTheSettingsDefault() {
    assertThat(conf.get(Settings.TASK_MAX_FAILURES)).isEqualTo(4);
    assertThat(conf.get(KEY)).isEqualTo("4");
    assertThat(conf.get(KEY, "9")).isEqualTo("9");
    assertThat(conf.contains(KEY)).isFalse();
  }

  @Test
  void get_saysHowToSetASettingWithoutDefault() {
    assertThatThrownBy(() -> conf.get(Settings.MASTER))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContainingAll("millrace.master is not set", "-Dmillrace.master", "local[4]")
        .hasMessageContaining("MILLRACE_MASTER");
  }

  @Test
  void getters_readTheTypesOfSparksConf() {
    conf.set("acme.int", " 7 ")
        .set("acme.long", "-3000000000")
        .set("acme.double", "1e3")
        .set("acme.flag", "TRUE")
        .set("acme.time", "2m")
        .set("acme.bare", "90")
        .set("acme.size", "2k");

    assertThat(conf.getInt("acme.int", 1)).isEqualTo(7);
    assertThat(conf.getLong("acme.long", 1)).isEqualTo(-3_000_000_000L);
    assertThat(conf.getDouble("acme.double", 1)).isEqualTo(1_000);
    assertThat(conf.getBoolean("acme.flag", false)).isTrue();
    assertThat(conf.getTimeAsSeconds("acme.time")).isEqualTo(120);
    assertThat(conf.getTimeAsMs("acme.time")).isEqualTo(120_000);
    assertThat(conf.getTimeAsSeconds("acme.bare")).isEqualTo(90);
    assertThat(conf.getTimeAsMs("acme.bare")).isEqualTo(90);
    assertThat(conf.getSizeAsBytes("acme.size")).isEqualTo(2_048);
  }

  @Test
  void getters_fallBackToWhatTheCallerSays() {
    assertThat(conf.getInt("acme.x", 1)).isEqualTo(1);
    assertThat(conf.getLong("acme.x", 2)).isEqualTo(2);
    assertThat(conf.getDouble("acme.x", 0.5)).isEqualTo(0.5);
    assertThat(conf.getBoolean("acme.x", true)).isTrue();
    assertThat(conf.getTimeAsSeconds("acme.x", "1500ms")).isEqualTo(1);
    assertThat(conf.getTimeAsMs("acme.x", "2s")).isEqualTo(2_000);
    assertThat(conf.getSizeAsBytes("acme.x", "1m")).isEqualTo(1 << 20);
    assertThatThrownBy(() -> conf.getTimeAsMs("acme.x")).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void getters_ofASetting_useItsDefaultAndItsUnit() {
    String key = Settings.FILE_STREAM_MIN_REMEMBER_DURATION.key();

    assertThat(conf.getTimeAsMs(key)).isEqualTo(60_000);
    assertThat(conf.set(key, "5").getTimeAsMs(key)).as("5 s").isEqualTo(5_000);
  }

  @Test
  void getters_refuseTextOfAnotherType_namingKeyAndOrigin() {
    conf.set("acme.int", "seven").set("acme.flag", "yes");

    assertThatThrownBy(() -> conf.getInt("acme.int", 1))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll("acme.int = 'seven' (from code)", "expected a whole number");
    assertThatThrownBy(() -> conf.getBoolean("acme.flag", true))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("expected true or false");
    assertThatThrownBy(() -> conf.getTimeAsMs("acme.int"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("expected a duration");
    assertThatThrownBy(() -> conf.getInt("millrace.task.maxFailure", 1))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("did you mean millrace.task.maxFailures");
  }

  @Test
  void find_isEmptyWhenThereIsNeitherValueNorDefault() {
    assertThat(conf.find(Settings.DEFAULT_PARALLELISM)).isEmpty();
    assertThat(conf.find(Settings.UNPERSIST)).contains(true);
    assertThat(conf.set(Settings.DEFAULT_PARALLELISM, 8).find(Settings.DEFAULT_PARALLELISM))
        .contains(8);
    assertThat(conf.set(Settings.CACHE_MAX_BYTES, 0L).find(Settings.CACHE_MAX_BYTES)).contains(0L);
  }

  @Test
  void get_throwsForAnUnsetKeyOfTheUsersOwn() {
    assertThatThrownBy(() -> conf.get("acme.topic"))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("acme.topic");
    assertThat(conf.get("acme.topic", "orders")).isEqualTo("orders");
  }

  @Test
  void setIfMissing_doesNotReplaceAValueButDoesReplaceADefault() {
    conf.setIfMissing(KEY, "2").setIfMissing(KEY, "3");

    assertThat(conf.get(Settings.TASK_MAX_FAILURES)).isEqualTo(2);
  }

  @Test
  void setIfMissing_checksAValueThatItDoesNotUse() {
    conf.set(KEY, "2");

    assertThatThrownBy(() -> conf.setIfMissing(KEY, "zero"))
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void remove_bringsTheDefaultBack() {
    conf.set(KEY, "2").remove(KEY);

    assertThat(conf.get(Settings.TASK_MAX_FAILURES)).isEqualTo(4);
    assertThat(conf.contains(KEY)).isFalse();
  }

  @Test
  void getAll_isAnImmutableCopyOrderedByKey() {
    conf.set("z", "1").setMaster("local").set("a", "2");

    Map<String, String> all = conf.getAll();
    conf.set("b", "3");

    assertThat(all.keySet()).containsExactly("a", "millrace.master", "z");
    assertThatThrownBy(() -> all.put("c", "4")).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void clone_isIndependentOfItsOriginal() {
    conf.setMaster("local");

    Conf copy = conf.clone().setMaster("local[8]");
    conf.setAppName("original");

    assertThat(conf.get(Settings.MASTER)).isEqualTo("local");
    assertThat(copy.get(Settings.MASTER)).isEqualTo("local[8]");
    assertThat(copy.contains("millrace.app.name")).isFalse();
    assertThat(new Conf(conf).getAll()).isEqualTo(conf.getAll());
  }

  @Test
  void toDebugString_listsValuesWithTheirOriginAndHidesSecrets() {
    conf.setMaster("local").set("acme.db.Password", "hunter2").set("aws.access.key", "AKIA");

    assertThat(conf.toDebugString())
        .isEqualTo(
            "acme.db.Password=*********(redacted) (code)\n"
                + "aws.access.key=*********(redacted) (code)\n"
                + "millrace.master=local (code)");
  }

  // Refusals

  @Test
  void set_refusesAnUnknownKeyAndNamesTheNearest() {
    assertThatThrownBy(() -> conf.set("millrace.streaming.receiverRestartDelayl", "1s"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage(
            "unknown setting millrace.streaming.receiverRestartDelayl (from code); did you mean"
                + " millrace.streaming.receiverRestartDelay?")
        .extracting(e -> ((InvalidSettingException) e).key())
        .isEqualTo("millrace.streaming.receiverRestartDelayl");
  }

  @Test
  void set_doesNotSuggestAKeyThatHasNothingInCommon() {
    assertThatThrownBy(() -> conf.set("millrace.flux", "1"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageNotContaining("did you mean");
  }

  @Test
  void anyAccess_refusesAnUnknownKeySinceItIsAMistakeThereToo() {
    assertThatThrownBy(() -> conf.get("millrace.mster")).hasMessageContaining("millrace.master?");
    assertThatThrownBy(() -> conf.get("millrace.mster", "local"))
        .hasMessageContaining("millrace.master?");
    assertThatThrownBy(() -> conf.contains("millrace.mster"))
        .hasMessageContaining("millrace.master?");
    assertThatThrownBy(() -> conf.remove("millrace.mster"))
        .hasMessageContaining("millrace.master?");
    assertThatThrownBy(() -> conf.origin("millrace.mster"))
        .hasMessageContaining("millrace.master?");
  }

  @Test
  void set_refusesAMalformedValueAndKeepsTheOldOne() {
    conf.set("millrace.streaming.receiverRestartDelay", "1s");

    assertThatThrownBy(() -> conf.set("millrace.streaming.receiverRestartDelay", "2 fortnights"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll(
            "millrace.streaming.receiverRestartDelay = '2 fortnights' (from code) is not valid",
            "expected a duration such as 200ms");
    assertThat(conf.get(Settings.RECEIVER_RESTART_DELAY)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void set_refusesATypedValueThatIsOutOfRange() {
    assertThatThrownBy(() -> conf.set(Settings.TASK_MAX_FAILURES, 0))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll("'0'", "a whole number from 1 to 2147483647");
    assertThatThrownBy(() -> conf.set(Settings.RECEIVER_RESTART_DELAY, Duration.ofMillis(-1)))
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> conf.setMaster("  ")).isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void set_refusesNull() {
    assertThatThrownBy(() -> conf.set(KEY, (String) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining(KEY);
    assertThatThrownBy(() -> conf.set((String) null, "1")).isInstanceOf(NullPointerException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "millrace.streaming.concurrentJobs, one after another",
    "millrace.streaming.blockQueueSize, millrace.streaming.receiver.bufferRecords",
    "millrace.streaming.minRememberDuration, fileStream.minRememberDuration"
  })
  void set_refusesARetiredKeyWithTheReason(String key, String reason) {
    assertThatThrownBy(() -> conf.set(key, "2"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll(key, "is not a setting of Millrace", reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "millrace.streaming.backpressure.enabled",
        "millrace.streaming.backpressure.pid.minRate",
        "millrace.streaming.receiver.maxRate",
        "millrace.streaming.receiver.writeAheadLog.enable",
        "millrace.streaming.kafka.maxRatePerPartition",
        "millrace.streaming.trigger"
      })
  void set_refusesAPlannedKeyAsNotAvailableYet(String key) {
    assertThatThrownBy(() -> conf.set(key, "true"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll(key, "is not available yet");
  }

  @ParameterizedTest
  @CsvSource({
    "spark.master, millrace.master",
    "spark.app.name, millrace.app.name",
    "spark.default.parallelism, millrace.default.parallelism",
    "spark.task.maxFailures, millrace.task.maxFailures",
    "spark.streaming.receiverRestartDelay, millrace.streaming.receiverRestartDelay",
    "spark.streaming.fileStream.minRememberDuration,"
        + " millrace.streaming.fileStream.minRememberDuration"
  })
  void set_refusesAKeyOfSparkThatHasANameHere(String sparkKey, String key) {
    assertThatThrownBy(() -> conf.set(sparkKey, "2"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage(sparkKey + " (from code) is called " + key + " in Millrace");
  }

  @ParameterizedTest
  @CsvSource({
    "spark.streaming.concurrentJobs, one after another",
    "spark.streaming.backpressure.enabled, not available yet",
    "spark.streaming.receiverRestartDelayl, did you mean millrace.streaming.receiverRestartDelay",
    "spark.streaming.foo, unknown setting millrace.streaming.foo"
  })
  void set_refusesAKeyOfSparkStreamingThatHasNoNameHereAndSaysWhy(String sparkKey, String reason) {
    assertThatThrownBy(() -> conf.set(sparkKey, "2"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll(sparkKey, "has no effect", reason);
  }

  @Test
  void set_keepsKeysOfSparkAndOfTheUser() {
    conf.set("spark.executor.memory", "4g").set("acme.topic", "orders").set("millraces", "2");

    assertThat(conf.getAll())
        .containsEntry("spark.executor.memory", "4g")
        .containsEntry("acme.topic", "orders")
        .containsEntry("millraces", "2");
  }

  // Origins and their precedence

  @ParameterizedTest
  @CsvSource({
    "false, false, false, false, 4, default",
    "false, false, false, true , 40, millrace.properties at here",
    "false, false, true , false, 30, environment variable MILLRACE_TASK_MAXFAILURES",
    "false, false, true , true , 30, environment variable MILLRACE_TASK_MAXFAILURES",
    "false, true , false, false, 20, system property",
    "false, true , false, true , 20, system property",
    "false, true , true , false, 20, system property",
    "false, true , true , true , 20, system property",
    "true , false, false, false, 10, code",
    "true , false, false, true , 10, code",
    "true , false, true , false, 10, code",
    "true , false, true , true , 10, code",
    "true , true , false, false, 10, code",
    "true , true , false, true , 10, code",
    "true , true , true , false, 10, code",
    "true , true , true , true , 10, code"
  })
  void get_takesCodeThenSystemPropertyThenEnvironmentThenFileThenDefault(
      boolean inCode,
      boolean inProperties,
      boolean inEnvironment,
      boolean inFile,
      int expected,
      String origin) {
    Conf loaded =
        new Conf(
            new SettingSources(
                file(inFile ? Map.of(KEY, "40") : Map.of()),
                inEnvironment ? Map.of(VARIABLE, "30") : Map.of(),
                inProperties ? Map.of(KEY, "20") : Map.of()));
    if (inCode) {
      loaded.set(KEY, "10");
    }

    assertThat(loaded.get(Settings.TASK_MAX_FAILURES)).isEqualTo(expected);
    assertThat(loaded.origin(KEY)).isEqualTo(origin);
  }

  @Test
  void origin_isNotSetWithoutValueAndDefault() {
    assertThat(conf.origin("millrace.master")).isEqualTo("not set");
    assertThat(conf.origin("acme.topic")).isEqualTo("not set");
    assertThat(conf.set("acme.topic", "orders").origin("acme.topic")).isEqualTo("code");
  }

  @Test
  void conf_refusesAnUnknownSystemProperty() {
    assertThatThrownBy(() -> withSystemProperties(Map.of("millrace.mster", "local")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage(
            "unknown setting millrace.mster (from system property); did you mean millrace.master?");
  }

  @Test
  void conf_refusesAnUnknownEnvironmentVariableInItsOwnSpelling() {
    assertThatThrownBy(
            () -> withEnvironment(Map.of("MILLRACE_STREAMING_RECEIVER_RESTART_DELAY", "1s")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage(
            "unknown setting MILLRACE_STREAMING_RECEIVER_RESTART_DELAY (from environment); did you mean"
                + " MILLRACE_STREAMING_RECEIVERRESTARTDELAY?");
  }

  @Test
  void conf_refusesRetiredAndPlannedSettingsFromTheEnvironment() {
    assertThatThrownBy(() -> withEnvironment(Map.of("MILLRACE_STREAMING_CONCURRENTJOBS", "2")))
        .hasMessageContaining("one after another");
    assertThatThrownBy(
            () -> withEnvironment(Map.of("MILLRACE_STREAMING_BACKPRESSURE_ENABLED", "true")))
        .hasMessageContaining("not available yet");
  }

  @Test
  void conf_refusesUnknownKeysOfTheFileAndNamesTheFile() {
    assertThatThrownBy(() -> withFile(Map.of("millrace.mster", "local")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("(from millrace.properties at here)");
    assertThatThrownBy(() -> withFile(Map.of("spark.master", "local")))
        .hasMessage(
            "spark.master (from millrace.properties at here) is called millrace.master in"
                + " Millrace");
  }

  @Test
  void conf_refusesABadValueEvenWhereAnotherOriginWins() {
    assertThatThrownBy(
            () ->
                new Conf(new SettingSources(file(Map.of(KEY, "many")), Map.of(), Map.of(KEY, "2"))))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll("'many'", "millrace.properties at here");
  }

  @Test
  void conf_leavesOtherPeoplesPropertiesAndVariablesAlone() {
    Conf loaded =
        new Conf(
            new SettingSources(
                file(Map.of("acme.topic", "orders")),
                Map.of("PATH", "/bin", "SPARK_HOME", "/opt"),
                Map.of("spark.master", "yarn", "java.version", "17")));

    assertThat(loaded.getAll()).containsExactly(Map.entry("acme.topic", "orders"));
  }

  @Test
  void conf_withoutDefaultsReadsNothingOfTheProcess() {
    System.setProperty(KEY, "7");
    try {
      assertThat(new Conf(false).getAll()).isEmpty();
      assertThat(new Conf().get(Settings.TASK_MAX_FAILURES)).isEqualTo(7);
      assertThat(new Conf(true).origin(KEY)).isEqualTo("system property");
    } finally {
      System.clearProperty(KEY);
    }
  }

  @Test
  void conf_readsTheFileThatTheContextClassLoaderFinds(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("millrace.properties"), "millrace.app.name = Mühle\n");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
      thread.setContextClassLoader(loader);
      Conf loaded = new Conf();

      assertThat(loaded.get(Settings.APP_NAME)).isEqualTo("Mühle");
      assertThat(loaded.origin("millrace.app.name"))
          .startsWith("millrace.properties at file:")
          .endsWith("millrace.properties");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void readFile_namesAFileThatItCannotRead(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("millrace.properties"), "a = \\uXYZ1\n");

    assertThatThrownBy(() -> SettingSources.readFile(file.toUri().toURL()))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining(file.getFileName().toString());
    assertThatThrownBy(() -> SettingSources.readFile(directory.resolve("no").toUri().toURL()))
        .isInstanceOf(MillraceException.class);
  }

  private static Conf withSystemProperties(Map<String, String> properties) {
    return new Conf(new SettingSources(file(Map.of()), Map.of(), properties));
  }

  private static Conf withEnvironment(Map<String, String> environment) {
    return new Conf(new SettingSources(file(Map.of()), environment, Map.of()));
  }

  private static Conf withFile(Map<String, String> values) {
    return new Conf(new SettingSources(file(values), Map.of(), Map.of()));
  }

  private static PropertiesFile file(Map<String, String> values) {
    return new PropertiesFile("here", values);
  }
}
