package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import io.millrace.stream.DStream;
import io.millrace.testkit.StreamTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ModelTest {

  @Test
  void datasets_arePlansUntilAnActionRuns() {
    try (RDDContext context = new RDDContext("local[2]", "test")) {
      // docs/guide/model.md begin
      RDD<String> words = context.parallelize(List.of("one", "two", "three"), 2);
      RDD<Integer> lengths = words.map(String::length); // a plan; nothing has run

      int sum = lengths.reduce(Integer::sum); // a job of two tasks, one for each partition
      // docs/guide/model.md end
      assertThat(sum).isEqualTo(11);
    }
  }

  @Test
  void functions_runInTasksOrOnTheBatchThread() throws Exception {
    List<List<String>> seen = new ArrayList<>();
    try (StreamTest test = new StreamTest()) {
      DStream<String> lines = test.input(List.of(List.of("b", "a"), List.of("c", "c")), 2);
      // docs/guide/model.md begin
      lines
          .map(line -> line + "!") // in tasks, on any worker, again if a task failed
          .transform((rdd, time) -> rdd.distinct(1)) // on the batch thread, once per batch
          .foreachRDD(rdd -> seen.add(rdd.collect())); // there too; collect() runs the tasks
      // docs/guide/model.md end
      test.run(2);
    }
    assertThat(seen).containsExactly(List.of("b!", "a!"), List.of("c!"));
  }
}
