package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearestNameTest {
  private static final List<String> KEYS = Settings.all().stream().map(Setting::key).toList();

  @ParameterizedTest
  @CsvSource({
    "millrace.mster, millrace.master",
    "millrace.masetr, millrace.master",
    "millrace.Master, millrace.master",
    "millrace.appName, millrace.app.name",
    "millrace.app.nmae, millrace.app.name",
    "millrace.defaultParallelism, millrace.default.parallelism",
    "millrace.task.maxFailure, millrace.task.maxFailures",
    "millrace.tasks.max.failures, millrace.task.maxFailures",
    "millrace.cache.maxSize, millrace.cache.maxBytes",
    "millrace.streaming.batchfailure, millrace.streaming.batchFailure",
    "millrace.streaming.batch.failure, millrace.streaming.batchFailure",
    "millrace.batchFailure, millrace.streaming.batchFailure",
    "millrace.streaming.maxFilesPerBatch, millrace.streaming.fileStream.maxFilesPerBatch",
    "millrace.stream.unpersist, millrace.streaming.unpersist",
    "millrace.streaming.stopGracefulyOnShutdown, millrace.streaming.stopGracefullyOnShutdown",
    "millrace.streaming.receiver.restartDelay, millrace.streaming.receiverRestartDelay"
  })
  void among_findsWhatWasMeant(String wrong, String meant) {
    assertThat(NearestName.among(KEYS, wrong, "millrace.")).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"millrace.", "millrace.foo", "millrace.x.y", "millrace.streaming.standby"})
  void among_doesNotGuessWhenNothingIsNear(String wrong) {
    assertThat(NearestName.among(KEYS, wrong, "millrace.")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "abc, abc, 0",
    "abc, '', 3",
    "abc, abd, 1",
    "abc, acb, 1",
    "abc, bc, 1",
    "ca, abc, 3"
  })
  void distance_countsInsertionsDeletionsReplacementsAndSwaps(String a, String b, int expected) {
    assertThat(NearestName.distance(a, b)).isEqualTo(expected);
    assertThat(NearestName.distance(b, a)).isEqualTo(expected);
  }

  @Test
  void among_isEmptyWithoutNames() {
    assertThat(NearestName.among(List.of(), "millrace.master", "millrace.")).isEmpty();
  }
}
