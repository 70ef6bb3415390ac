package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

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
                Map.entry("millrace.default.parallelism", "-"),
                Map.entry("millrace.engine", "-"),
                Map.entry("millrace.function.serializationCheck", "true"),
                Map.entry("millrace.local.dir", "-"),
                Map.entry("millrace.local.maxBytes", "64g"),
                Map.entry("millrace.master", "-"),
                Map.entry("millrace.memory.execution.maxBytes", "-"),
                Map.entry("millrace.streaming.batchFailure", "stop"),
                Map.entry("millrace.streaming.fileStream.maxFilesPerBatch", "1000"),
                Map.entry("millrace.streaming.fileStream.minRememberDuration", "60s"),
                Map.entry("millrace.streaming.gracefulStopTimeout", "30s"),
                Map.entry("millrace.streaming.listenerQueueSize", "10000"),
                Map.entry("millrace.streaming.receiver.bufferRecords", "65536"),
                Map.entry("millrace.streaming.receiverRestartDelay", "2s"),
                Map.entry("millrace.streaming.stopGracefullyOnShutdown", "true"),
                Map.entry("millrace.streaming.unpersist", "true"),
                Map.entry("millrace.task.maxFailures", "4")));
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

  @Test
  void find_knowsExactlyTheKeysOfAll() {
    for (Setting<?> setting : Settings.all()) {
      assertThat(Settings.find(setting.key())).containsSame(setting);
    }
    assertThat(Settings.find("millrace.Master")).isEmpty();
  }
}
