package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rdd.RDD;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class QueueStreamTest {

  private final StreamTest test = new StreamTest();
  private final Queue<RDD<Integer>> queue = new ArrayDeque<>();

  @AfterEach
  void close() {
    test.close();
  }

  private void add(Integer... records) {
    synchronized (queue) {
      queue.add(test.context().rddContext().parallelize(List.of(records), 2));
    }
  }

  @Test
  void queueStream_takesOneDatasetPerBatch() throws Exception {
    add(1, 2);
    add(3);
    Recorded<Integer> recorded = test.record(test.context().queueStream(queue));
    test.run(3);
    add(4);
    test.run(1);
    assertThat(recorded.batches())
        .containsExactly(List.of(1, 2), List.of(3), List.of(), List.of(4));
  }

  @Test
  void queueStream_notOneAtATime_takesAllThatThereAre() throws Exception {
    add(1, 2);
    add(3);
    Recorded<Integer> recorded = test.record(test.context().queueStream(queue, false));
    test.run(2);
    assertThat(recorded.batches()).containsExactly(List.of(1, 2, 3), List.of());
  }

  @Test
  void queueStream_withDefault_givesItWhenTheQueueIsEmpty() throws Exception {
    RDD<Integer> nothing = test.context().rddContext().parallelize(List.of(0, 0), 1);
    add(1);
    Recorded<Integer> recorded = test.record(test.context().queueStream(queue, true, nothing));
    test.run(3);
    assertThat(recorded.batches()).containsExactly(List.of(1), List.of(0, 0), List.of(0, 0));
  }

  @Test
  void queueStream_countsRecordsThatAreKnown() throws Exception {
    add(1, 2, 3);
    test.record(test.context().queueStream(queue));
    test.run(1);
    assertThat(test.context().progress().numRecords()).isEqualTo(3);
  }

  @Test
  void queueStream_leavesTheUsersDatasetUnmarked() throws Exception {
    add(1);
    RDD<Integer> mine = queue.element();
    DStream<Integer> stream = test.context().queueStream(queue).cache();
    test.record(stream);
    test.record(stream);
    test.run(1);
    assertThat(mine.getStorageLevel().isValid()).isFalse();
    assertThat(mine.collect()).containsExactly(1);
  }

  @Test
  void constantStream_givesTheSameDatasetInEveryBatch() throws Exception {
    RDD<Integer> rdd = test.context().rddContext().parallelize(List.of(1, 2, 3), 2);
    Recorded<Integer> recorded = test.record(test.context().constantStream(rdd).map(i -> -i));
    test.run(3);
    assertThat(recorded.partitions()).containsOnly(List.of(List.of(-1), List.of(-2, -3)));
    assertThat(test.context().progress().numRecords()).isEqualTo(9);
    assertThat(rdd.name()).as("the program's dataset is left as it is").isNull();
  }
}
