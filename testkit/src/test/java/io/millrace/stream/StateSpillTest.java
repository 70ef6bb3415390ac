package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.rdd.PairRDD;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a state emitted, where later batches read it and memory has no room. */
@Timeout(60)
class StateSpillTest {

  private static final int NUM_BATCHES = 6;

  private static List<List<Tuple2<Integer, Integer>>> batches() {
    List<List<Tuple2<Integer, Integer>>> batches = new ArrayList<>();
    for (int batch = 0; batch < NUM_BATCHES; batch++) {
      List<Tuple2<Integer, Integer>> records = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        records.add(new Tuple2<>(i % 10, batch));
      }
      batches.add(records);
    }
    return batches;
  }

  private static PairDStream<Integer, Integer> counted(StreamTest test) {
    return test.pairInput(batches(), 2)
        .mapWithState(
            StateSpec.<Integer, Integer, Integer, Tuple2<Integer, Integer>>function(
                (key, value, state) -> {
                  int count = (state.exists() ? state.get() : 0) + 1;
                  state.update(count);
                  return new Tuple2<>(key, count);
                }))
        .mapToPair(pair -> pair);
  }

  @Test
  void window_overWhatStateEmitted_isTheSameWithoutRoomInMemory() throws Exception {
    List<List<Long>> counts = new ArrayList<>();
    for (String maxBytes : List.of("1g", "0")) {
      Conf conf = new Conf().setMaster("local[2]").set("millrace.cache.maxBytes", maxBytes);
      try (StreamTest test = new StreamTest(conf, Duration.ofSeconds(1))) {
        Recorded<Integer> recorded =
            test.record(
                test.pairInput(batches(), 2)
                    .mapWithState(
                        StateSpec.<Integer, Integer, Integer, Integer>function(
                            (key, value, state) -> {
                              int count = (state.exists() ? state.get() : 0) + 1;
                              state.update(count);
                              return count;
                            }))
                    .window(Duration.ofSeconds(3)));
        test.run(NUM_BATCHES);
        counts.add(
            recorded.batches().stream()
                .map(batch -> batch.stream().mapToLong(Integer::longValue).sum())
                .toList());
      }
    }
    assertThat(counts.get(0)).isEqualTo(counts.get(1));
    // Each key counts to 20 in the first batch, to 40 in the second, and so on.
    assertThat(counts.get(0).get(0)).isEqualTo(10L * 20 * 21 / 2);
    assertThat(counts.get(0).get(5)).isEqualTo(10L * (120 * 121 / 2 - 60 * 61 / 2));
  }

  @Test
  @Tag("one-run")
  void dataset_ofABatchThatHasEnded_isStillThere() throws Exception {
    try (StreamTest test = new StreamTest()) {
      List<PairRDD<Integer, Integer>> held = new ArrayList<>();
      counted(test)
          .foreachRDD(
              rdd -> {
                held.add(rdd);
              });
      test.run(NUM_BATCHES);
      for (int batch = 0; batch < NUM_BATCHES; batch++) {
        int last = 20 * (batch + 1);
        assertThat(held.get(batch).collect()).hasSize(200).contains(new Tuple2<>(9, last));
        assertThat(held.get(batch).filter(pair -> pair._2() > last).count()).isZero();
      }
    }
  }
}
