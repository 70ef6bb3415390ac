package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.rdd.RDD;
import io.millrace.stream.BatchFailedException;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import io.millrace.stream.Time;
import io.millrace.testkit.StreamTest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ErrorsTest {

  @Test
  void aFailedBatch_isThrownWhereTheProgramWaits() throws Exception {
    List<String> told = new ArrayList<>();
    Conf conf = new Conf().setMaster("local[2]").setAppName("test");
    try (StreamingContext context = new StreamingContext(conf, Duration.ofMillis(20))) {
      Queue<RDD<String>> queue = new ArrayDeque<>();
      queue.add(context.rddContext().parallelize(List.of("7", "seven"), 2));
      DStream<String> lines = context.queueStream(queue);
      // docs/guide/errors.md begin
      lines.uid("orders").map(Integer::parseInt).foreachRDD(rdd -> rdd.collect());
      context.start();
      try {
        context.awaitTermination();
      } catch (BatchFailedException e) {
        told.add(e.getMessage()); // the batch's time is e.batchTime()
      }
      // docs/guide/errors.md end
    }
    assertThat(told)
        .singleElement()
        .asString()
        .contains("NumberFormatException: For input string: \"seven\"")
        .contains("partition 1 of 2")
        .contains("after 4 attempts")
        .contains("in output foreachRDD#0");
  }

  @Test
  void aProgram_mayGoOn() throws Exception {
    List<Time> failures = new CopyOnWriteArrayList<>();
    List<Integer> sums = new CopyOnWriteArrayList<>();
    // docs/guide/errors.md begin
    Conf conf = new Conf().setMaster("local[2]").set("millrace.streaming.batchFailure", "continue");
    StreamingListener watch =
        new StreamingListener() {
          @Override
          public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
            if (completed.batchInfo().hasFailed()) {
              failures.add(completed.batchInfo().batchTime());
            }
          }
        };
    // docs/guide/errors.md end
    try (StreamTest test = new StreamTest(conf, Duration.ofSeconds(1))) {
      test.context().addStreamingListener(watch);
      DStream<String> lines = test.input(List.of(List.of("1"), List.of("x"), List.of("3")), 2);
      lines
          .map(Integer::parseInt)
          .reduce(Integer::sum)
          .foreachRDD(rdd -> sums.addAll(rdd.collect()));
      test.run(3);
    }
    assertThat(sums).containsExactly(1, 3);
    assertThat(failures).containsExactly(new Time(2_000));
  }
}
