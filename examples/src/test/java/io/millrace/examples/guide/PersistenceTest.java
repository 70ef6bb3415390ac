package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rdd.RDD;
import io.millrace.rdd.StorageLevel;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import io.millrace.testkit.StreamTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PersistenceTest {

  @Test
  void aLargeWindow_maySpill() throws Exception {
    List<Long> counts = new ArrayList<>();
    try (StreamTest test = new StreamTest()) {
      DStream<String> lines = test.input(List.of(List.of("a", "b"), List.of("c")), 2);
      // docs/guide/persistence.md begin
      DStream<String> day =
          lines.persist(StorageLevel.MEMORY_AND_DISK_SER).window(Duration.ofHours(24));
      // docs/guide/persistence.md end
      day.foreachRDD(rdd -> counts.add(rdd.count()));
      test.run(2);
    }
    assertThat(counts).containsExactly(2L, 3L);
  }

  @Test
  void slice_comesBackToWhatIsRemembered() throws Exception {
    List<Long> counts = new ArrayList<>();
    try (StreamTest test = new StreamTest()) {
      StreamingContext context = test.context();
      DStream<String> lines = test.input(List.of(List.of("a", "b"), List.of("c"), List.of("d")), 2);
      // docs/guide/persistence.md begin
      context.remember(Duration.ofMinutes(5)); // before the start

      lines.foreachRDD(
          (rdd, time) -> {
            long lately = 0;
            for (RDD<String> batch : lines.slice(Duration.ofSeconds(2), time)) {
              lately += batch.count();
            }
            counts.add(lately);
          });
      // docs/guide/persistence.md end
      test.run(3);
    }
    assertThat(counts).containsExactly(2L, 3L, 2L);
  }
}
