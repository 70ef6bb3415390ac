package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.stream.BatchInfo;
import io.millrace.stream.StreamInputInfo;
import io.millrace.stream.Time;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

class BatchReportTest {

  private static final long INTERVAL = 100;

  private final List<String> lines = new ArrayList<>();
  private long nowMillis;
  private long number;

  private BatchReport report(Duration period) {
    return new BatchReport(logger(), "app", INTERVAL, period, 0);
  }

  private Logger logger() {
    return (Logger)
        Proxy.newProxyInstance(
            Logger.class.getClassLoader(),
            new Class<?>[] {Logger.class},
            (proxy, method, arguments) -> {
              if (method.getReturnType() == boolean.class) {
                return true;
              }
              Object[] values =
                  arguments.length == 2 && arguments[1] instanceof Object[] all
                      ? all
                      : List.of(arguments).subList(1, arguments.length).toArray();
              lines.add(
                  method.getName()
                      + ": "
                      + MessageFormatter.arrayFormat((String) arguments[0], values).getMessage());
              return null;
            });
  }

  private List<String> lines(String level) {
    return lines.stream().filter(line -> line.startsWith(level)).toList();
  }

  /** A batch whose first tick came a while before its end. */
  private void run(BatchReport report, long delayMillis, long merged) {
    nowMillis += INTERVAL;
    long timeMillis = nowMillis - delayMillis + merged * INTERVAL;
    report.completed(
        new BatchInfo(
            ++number,
            new Time(timeMillis),
            merged,
            Map.of(0, new StreamInputInfo(0, 10, "ten")),
            timeMillis,
            timeMillis + 5,
            nowMillis,
            TimeUnit.MILLISECONDS.toNanos(3),
            Map.of(),
            List.of(),
            Optional.empty()),
        true,
        TimeUnit.MILLISECONDS.toNanos(nowMillis));
  }

  @Test
  void eachBatchIsALineAtDebug_andTheirSumAtInfo_onceInAPeriod() {
    BatchReport report = report(Duration.ofSeconds(1));
    for (int i = 0; i < 25; i++) {
      run(report, 10, 0);
    }
    report.ended(number, TimeUnit.MILLISECONDS.toNanos(nowMillis));

    assertThat(lines("debug")).hasSize(25);
    assertThat(lines("debug").get(0))
        .isEqualTo("debug: batch 1 at 1970-01-01T00:00:00.090Z: 10 records in 3.000 ms, 5 ms late");
    assertThat(lines("info"))
        .containsExactly(
            "info: app: 10 batches up to number 10 in 1.0 s, 100 records; processing 3.000 ms on"
                + " average, 3.000 ms at most; up to 5 ms late",
            "info: app: 10 batches up to number 20 in 1.0 s, 100 records; processing 3.000 ms on"
                + " average, 3.000 ms at most; up to 5 ms late",
            "info: app: 5 batches up to number 25 in 0.5 s, 50 records; processing 3.000 ms on"
                + " average, 3.000 ms at most; up to 5 ms late");
    assertThat(lines("warn")).isEmpty();
  }

  @Test
  void withoutAPeriod_thereAreNoSummaries() {
    BatchReport report = report(Duration.ZERO);
    run(report, 10, 0);
    report.ended(number, TimeUnit.MILLISECONDS.toNanos(nowMillis));
    assertThat(lines("info")).isEmpty();
  }

  @Test
  void batchesThatAreBehind_areOneWarning_andOneWhenThatIsOver() {
    BatchReport report = report(Duration.ZERO);
    run(report, 50, 0);
    for (int i = 0; i < 50; i++) {
      run(report, 201, i % 2);
    }
    assertThat(lines("warn")).hasSize(1);
    assertThat(lines("warn").get(0))
        .startsWith("warn: app is behind: batch 12 has ended 201 ms after its first tick");
    for (int i = 0; i < 50; i++) {
      run(report, 200, i % 2);
    }
    assertThat(lines("warn")).hasSize(2);
    assertThat(lines("warn").get(1)).isEqualTo("warn: app is in time again since batch 62");
  }

  @Test
  void oneSlowBatch_isNoWarning() {
    BatchReport report = report(Duration.ZERO);
    for (int i = 0; i < 50; i++) {
      run(report, i % 5 == 0 ? 5_000 : 50, 0);
    }
    assertThat(lines("warn")).isEmpty();
  }
}
