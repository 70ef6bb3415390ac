package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.TaskContext;
import io.millrace.stream.DStream;
import io.millrace.stream.Time;
import io.millrace.testkit.StreamTest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OutputsTest {

  /** A table of a database: rows by key. */
  private static final Map<String, List<String>> TABLE = new ConcurrentHashMap<>();

  private static final AtomicInteger NUM_OPEN = new AtomicInteger();
  private static final AtomicInteger NUM_WRITES_OF_B = new AtomicInteger();

  private static final class Database implements AutoCloseable {

    static Database connect() {
      NUM_OPEN.incrementAndGet();
      return new Database();
    }

    void replace(String key, Iterator<String> rows) {
      List<String> written = new ArrayList<>();
      rows.forEachRemaining(written::add);
      TABLE.put(key, written);
      if (written.contains("b") && NUM_WRITES_OF_B.incrementAndGet() == 1) {
        throw new IllegalStateException("the connection broke after the rows were written");
      }
    }

    @Override
    public void close() {
      NUM_OPEN.decrementAndGet();
    }
  }

  @Test
  void foreachPartition_replacesWhatAFailedTaskHasWritten() throws Exception {
    try (StreamTest test = new StreamTest()) {
      DStream<String> rows = test.input(List.of(List.of("a", "b"), List.of("c", "d")), 2);
      // docs/guide/outputs.md begin
      rows.foreachPartition(
          (records, batch) -> {
            try (Database database = Database.connect()) { // one connection for a partition
              String part = batch.time().milliseconds() + "-" + TaskContext.getPartitionId();
              database.replace(part, records); // written again, it replaces itself
            }
          });
      // docs/guide/outputs.md end
      test.run(2);
    }
    assertThat(NUM_WRITES_OF_B.get()).isEqualTo(2);
    assertThat(NUM_OPEN.get()).isZero();
    assertThat(TABLE)
        .isEqualTo(
            Map.of(
                "1000-0", List.of("a"),
                "1000-1", List.of("b"),
                "2000-0", List.of("c"),
                "2000-1", List.of("d")));
  }

  @Test
  void foreachRDD_runsAJobForEachAction() throws Exception {
    Map<Time, Long> dashboard = new ConcurrentHashMap<>();
    try (StreamTest test = new StreamTest()) {
      DStream<String> rows = test.input(List.of(List.of("a", "b"), List.of()), 2);
      // docs/guide/outputs.md begin
      rows.foreachRDD(
          (rdd, time) -> {
            if (!rdd.isEmpty()) {
              dashboard.put(time, rdd.count()); // any object of the program's; no serialization
            }
          });
      // docs/guide/outputs.md end
      test.run(2);
    }
    assertThat(dashboard).isEqualTo(Map.of(new Time(1_000), 2L));
  }
}
