package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SettingsTest {
  /** A default is part of the interface: changing one has to be seen here. */
  @Test
  void all_hasTheseKeysAndDefaults() {
    Map<String, String> defaults = new TreeMap<>();
    Settings.all().forEach(s -> defaults.put(s.key(), s.defaultText().orElse("-")));

    assertThat(defaults)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("millrace.app.name", "-"),
                Map.entry("millrace.cache.maxBytes", "-"),
                Map.entry("millrace.checkpoint.maxInlineBytes", "16k"),
                Map.entry("millrace.checkpoint.retainedBatches", "20"),
                Map.entry("millrace.checkpoint.writeTimeout", "300s"),
                Map.entry("millrace.streaming.checkpoint.directory", "-"),
                Map.entry("millrace.streaming.checkpoint.plan", "-"),
                Map.entry("millrace.default.parallelism", "-"),
                Map.entry("millrace.engine", "-"),
                Map.entry("millrace.function.serializationCheck", "true"),
                Map.entry("millrace.local.dir", "-"),
                Map.entry("millrace.local.maxBytes", "64g"),
                Map.entry("millrace.master", "-"),
                Map.entry("millrace.memory.execution.maxBytes", "-"),
                Map.entry("millrace.spark.startTimeout", "60s"),
                Map.entry("millrace.state.maxBytes", "-"),
                Map.entry("millrace.state.maxEntries", "-"),
                Map.entry("millrace.streaming.batch.maxAttempts", "4"),
                Map.entry("millrace.streaming.batchFailure", "stop"),
                Map.entry("millrace.streaming.extraListeners", ""),
                Map.entry("millrace.streaming.fileStream.maxFilesPerBatch", "1000"),
                Map.entry("millrace.streaming.fileStream.minRememberDuration", "60s"),
                Map.entry("millrace.streaming.gracefulStopTimeout", "30s"),
                Map.entry("millrace.streaming.listenerQueueSize", "10000"),
                Map.entry("millrace.streaming.logSummary", "10s"),
                Map.entry("millrace.streaming.maxClockJump", "3600s"),
                Map.entry("millrace.streaming.mergeTicksAfter", "20ms"),
                Map.entry("millrace.streaming.onUnreadableInput", "fail"),
                Map.entry("millrace.streaming.receiver.bufferRecords", "65536"),
                Map.entry("millrace.streaming.receiverRestartDelay", "2s"),
                Map.entry("millrace.streaming.sinkTimeout", "300s"),
                Map.entry("millrace.streaming.socket.idleTimeout", "600s"),
                Map.entry("millrace.streaming.socket.maxLineBytes", "1m"),
                Map.entry("millrace.streaming.stopGracefullyOnShutdown", "true"),
                Map.entry("millrace.streaming.unpersist", "true"),
                Map.entry("millrace.streaming.windowCatchUp", "all"),
                Map.entry("millrace.task.maxFailures", "4"),
                Map.entry("millrace.test.abortFirstAttempts", "false"),
                Map.entry("millrace.text.maxLineBytes", "64m"),
                Map.entry("millrace.text.skipLongLines", "false")));
  }

  @Test
  void all_isOrderedByKey() {
    List<String> keys = Settings.all().stream().map(Setting::key).toList();

    assertThat(keys).isSorted();
  }

  @Test
  void all_documentsEachSettingInASentence() {
    for (Setting<?> setting : Settings.all()) {
      assertThat(setting.doc()).as(setting.key()).endsWith(".").hasSizeGreaterThan(30);
      assertThat(setting.expected()).as(setting.key()).isNotBlank();
      assertThat(setting.since()).as(setting.key()).matches("\\d+\\.\\d+\\.\\d+");
    }
  }

  @Test
  void all_haveDefaultsThatAreValidAsText() {
    for (Setting<?> setting : Settings.all()) {
      setting
          .defaultText()
          .ifPresent(
              text ->
                  assertThat(setting.parse(text, "test"))
                      .as(setting.key())
                      .isEqualTo(setting.defaultValue().orElseThrow()));
    }
  }

  @Test
  void environmentName_isUpperCaseWithUnderscoresForDots() {
    assertThat(Settings.RECEIVER_RESTART_DELAY.environmentName())
        .isEqualTo("MILLRACE_STREAMING_RECEIVERRESTARTDELAY");
    assertThat(Settings.MASTER.environmentName()).isEqualTo("MILLRACE_MASTER");
  }

  @Test
  void environmentName_isDifferentForEachSettingAndLegalInAShell() {
    List<String> names = Settings.all().stream().map(Setting::environmentName).toList();

    assertThat(names).doesNotHaveDuplicates().allMatch(Pattern.compile("[A-Z0-9_]+").asPredicate());
  }

  /** The keys that Spark Streaming 4.1 and its Kafka module read, without their prefix. */
  private static final String KEYS_OF_SPARK_STREAMING =
      """
      blockInterval blockQueueSize concurrentJobs receiver.maxRate
      backpressure.enabled backpressure.initialRate backpressure.rateEstimator
      backpressure.pid.proportional backpressure.pid.integral backpressure.pid.derived
      backpressure.pid.minRate
      receiver.writeAheadLog.enable receiver.writeAheadLog.class
      receiver.writeAheadLog.rollingIntervalSecs receiver.writeAheadLog.maxFailures
      receiver.writeAheadLog.closeFileAfterWrite
      driver.writeAheadLog.class driver.writeAheadLog.rollingIntervalSecs
      driver.writeAheadLog.maxFailures driver.writeAheadLog.closeFileAfterWrite
      driver.writeAheadLog.allowBatching driver.writeAheadLog.batchingTimeout
      receiver.blockStoreTimeout receiverRestartDelay unpersist checkpoint.directory
      stopGracefullyOnShutdown gracefulStopTimeout stopSparkContextByDefault ui.retainedBatches
      sessionByKey.deltaChainThreshold fileStream.minRememberDuration minRememberDuration
      dynamicAllocation.enabled dynamicAllocation.testing dynamicAllocation.minExecutors
      dynamicAllocation.maxExecutors dynamicAllocation.scalingInterval
      dynamicAllocation.scalingUpRatio dynamicAllocation.scalingDownRatio
      extraListeners clock manualClock.jump internal.batchTime internal.outputOpId
      kafka.maxRatePerPartition kafka.minRatePerPartition kafka.consumer.cache.enabled
      kafka.consumer.cache.initialCapacity kafka.consumer.cache.maxCapacity
      kafka.consumer.cache.loadFactor kafka.consumer.poll.ms kafka.allowNonConsecutiveOffsets
      """;

  @Test
  void eachKeyOfSparkStreaming_isASettingOrRefusedWithAReason() {
    for (String tail : KEYS_OF_SPARK_STREAMING.strip().split("\\s+")) {
      String key = "millrace.streaming." + tail;
      if (Settings.find(key).isEmpty()) {
        assertThatThrownBy(() -> SettingNames.KEYS.require(key, "test"))
            .as(key)
            .isInstanceOf(InvalidSettingException.class)
            .message()
            .doesNotContain("unknown setting")
            .containsAnyOf("is not a setting of Millrace: ", "is not available yet: ");
      }
      assertThatThrownBy(() -> new Conf(false).set("spark.streaming." + tail, "1"))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining(key);
    }
  }

  @Test
  void noName_isASettingAndRefusedToo() {
    for (Setting<?> setting : Settings.all()) {
      assertThat(SettingNames.retiredReasons()).doesNotContainKey(setting.key());
      assertThat(SettingNames.plannedFeatures().keySet())
          .as("planned names that hide %s", setting)
          .noneMatch(
              name ->
                  name.endsWith(".") ? setting.key().startsWith(name) : setting.key().equals(name));
    }
  }

  @Test
  void find_knowsExactlyTheKeysOfAll() {
    for (Setting<?> setting : Settings.all()) {
      assertThat(Settings.find(setting.key())).containsSame(setting);
    }
    assertThat(Settings.find("millrace.Master")).isEmpty();
  }
}
