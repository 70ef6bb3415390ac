package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.stream.MapWithStateDStream;
import io.millrace.stream.PairDStream;
import io.millrace.stream.State;
import io.millrace.stream.StateInfo;
import io.millrace.stream.StateSpec;
import io.millrace.stream.StreamingContext;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import io.millrace.testkit.StreamTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StateTest {

  private static Tuple2<String, Integer> paid(String user, int amount) {
    return new Tuple2<>(user, amount);
  }

  @Test
  void updateStateByKey_seesEveryKeyInEveryBatch() throws Exception {
    try (StreamTest test = new StreamTest()) {
      PairDStream<String, Integer> payments =
          test.pairInput(
              List.of(List.of(paid("ann", 3), paid("bob", 1)), List.of(paid("ann", 4))), 2);
      // docs/guide/state.md begin
      PairDStream<String, Long> totals =
          payments.updateStateByKey(
              (List<Integer> amounts, Optional<Long> total) -> {
                long paid = amounts.stream().mapToLong(Integer::longValue).sum();
                return Optional.of(total.orElse(0L) + paid); // Optional.empty() forgets the key
              });
      // docs/guide/state.md end
      StreamTest.Recorded<Tuple2<String, Long>> recorded = test.record(totals);
      test.run(2);
      assertThat(recorded.batches().get(1))
          .containsExactlyInAnyOrder(new Tuple2<>("ann", 7L), new Tuple2<>("bob", 1L));
    }
  }

  @Test
  void mapWithState_seesRecordsAndTimeouts() throws Exception {
    try (StreamTest test = new StreamTest()) {
      PairDStream<String, Integer> payments =
          test.pairInput(List.of(List.of(paid("ann", 3), paid("ann", 4)), List.of()), 2);
      // docs/guide/state.md begin
      MapWithStateDStream<String, Integer, Long, String> events =
          payments.mapWithState(
              StateSpec.function(
                      (String user, Optional<Integer> amount, State<Long> total) -> {
                        if (total.isTimingOut()) {
                          return user + " left after paying " + total.get();
                        }
                        long sum = total.getOption().orElse(0L) + amount.orElse(0);
                        total.update(sum);
                        return user + " has paid " + sum;
                      })
                  .timeout(Duration.ofSeconds(2)));

      PairDStream<String, Long> totals = events.stateSnapshots();
      // docs/guide/state.md end
      StreamTest.Recorded<String> recorded = test.record(events);
      StreamTest.Recorded<Tuple2<String, Long>> snapshots = test.record(totals);
      test.run(4);
      assertThat(recorded.batches())
          .containsExactly(
              List.of("ann has paid 3", "ann has paid 7"),
              List.of(),
              List.of(),
              List.of("ann left after paying 7"));
      assertThat(snapshots.batches())
          .containsExactly(
              List.of(new Tuple2<>("ann", 7L)),
              List.of(new Tuple2<>("ann", 7L)),
              List.of(new Tuple2<>("ann", 7L)),
              List.of());
    }
  }

  @Test
  void sizes_areToldToListeners() throws Exception {
    int numKeys = 100_000;
    Map<String, StateInfo> sizes = new ConcurrentHashMap<>();
    try (StreamTest test = new StreamTest()) {
      StreamingContext context = test.context();
      List<Tuple2<Long, Long>> records = new ArrayList<>();
      LongStream.range(0, numKeys).forEach(key -> records.add(new Tuple2<>(key * 977, key)));
      test.record(
          test.pairInput(List.of(records), 2)
              .updateStateByKey(
                  (List<Long> values, Optional<Long> last) ->
                      last.or(() -> Optional.of(values.get(0))))
              .uid("last"));
      // docs/guide/state.md begin
      context.addStreamingListener(
          new StreamingListener() {
            @Override
            public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
              completed.batchInfo().states().forEach(state -> sizes.put(state.name(), state));
            }
          });
      // docs/guide/state.md end
      test.run(1);
    }
    assertThat(sizes).hasSize(1);
    StateInfo state = sizes.values().iterator().next();
    assertThat(state.numEntries()).isEqualTo(numKeys);
    assertThat((double) state.bytes() / numKeys).as("bytes per entry").isBetween(16.0, 40.0);
  }
}
