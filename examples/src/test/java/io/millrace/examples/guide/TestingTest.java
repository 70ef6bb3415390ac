package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.examples.WordCount;
import io.millrace.rdd.RDD;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.StreamTest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TestingTest {

  // docs/guide/testing.md begin
  @Test
  void define_countsEachBatchByItself() throws Exception {
    try (StreamTest test = new StreamTest()) { // local[2], batches of one second
      DStream<String> lines = test.input(List.of(List.of("b a", "b"), List.of("b")), 2);
      StreamTest.Recorded<Tuple2<String, Integer>> counts = test.record(WordCount.define(lines));

      test.run(2);

      assertThat(counts.batches().get(0))
          .containsExactlyInAnyOrder(new Tuple2<>("b", 2), new Tuple2<>("a", 1));
      assertThat(counts.batches().get(1)).containsExactly(new Tuple2<>("b", 1));
    }
  }

  // docs/guide/testing.md end

  @Test
  void define_countsEachBatchInEveryWay() throws Exception {
    // docs/guide/testing.md begin
    StreamTest.inEveryWay(
        test -> {
          DStream<String> lines = test.input(List.of(List.of("b a", "b"), List.of("b")), 2);
          StreamTest.Recorded<Tuple2<String, Integer>> counts =
              test.record(WordCount.define(lines));
          test.run(2);
          assertThat(counts.batches().get(1)).containsExactly(new Tuple2<>("b", 1));
        });
    // docs/guide/testing.md end
  }

  @Test
  void aClock_isMovedByHand() throws Exception {
    Conf conf = new Conf().setMaster("local[2]").setAppName("test");
    List<Long> counts = new CopyOnWriteArrayList<>();
    // docs/guide/testing.md begin
    ManualClock clock = new ManualClock();
    try (StreamingContext context =
        StreamingContext.builder(conf, Duration.ofMinutes(1)).clock(clock).build()) {
      Queue<RDD<String>> queue = new ArrayDeque<>();
      queue.add(context.rddContext().parallelize(List.of("a", "b")));
      context.queueStream(queue).foreachRDD(rdd -> counts.add(rdd.count()));
      context.start();

      clock.advance(Duration.ofMinutes(2)); // runs two batches, at once

      assertThat(clock.awaitIdle(1, Duration.ofSeconds(30))).isTrue();
    }
    // docs/guide/testing.md end
    assertThat(counts).containsExactly(2L, 0L);
  }
}
