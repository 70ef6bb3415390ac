package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.StateLimitException;
import io.millrace.Tuple2;
import io.millrace.testkit.StreamTest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bound on the keys of a state, as a program sets it. */
@Timeout(60)
class StateLimitTest {

  private static final Tuple2<String, Integer> A = new Tuple2<>("a", 1);
  private static final Tuple2<String, Integer> B = new Tuple2<>("b", 2);
  private static final Tuple2<String, Integer> C = new Tuple2<>("c", 3);

  private static StreamTest test(int maxEntries, int maxFailures) {
    Conf conf =
        new Conf()
            .setMaster("local[2]")
            .set("millrace.state.maxEntries", Integer.toString(maxEntries))
            .set("millrace.task.maxFailures", Integer.toString(maxFailures));
    return new StreamTest(conf, Duration.ofSeconds(1));
  }

  private static PairDStream<String, Integer> lastValues(PairDStream<String, Integer> stream) {
    return stream.updateStateByKey(
        (List<Integer> values, Optional<Integer> last) ->
            values.isEmpty() ? last : Optional.of(values.get(values.size() - 1)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  @Tag("one-run")
  void aKeyTooMany_failsTheBatch_howeverOftenItsTaskIsTried(int maxFailures) throws Exception {
    try (StreamTest test = test(2, maxFailures)) {
      StreamTest.Recorded<Tuple2<String, Integer>> recorded =
          test.record(lastValues(test.pairInput(List.of(List.of(A, B), List.of(C)), 2)));

      assertThatThrownBy(() -> test.run(2))
          .isInstanceOf(BatchFailedException.class)
          .hasRootCauseInstanceOf(StateLimitException.class)
          .hasMessageContaining("has grown to 3 keys, more than the limit of 2")
          .hasMessageContaining("raise millrace.state.maxEntries");

      assertThat(recorded.batches().get(0)).containsExactlyInAnyOrder(A, B);
    }
  }

  @Test
  void asManyKeysAsAllowed_areKept() throws Exception {
    try (StreamTest test = test(2, 4)) {
      StreamTest.Recorded<Tuple2<String, Integer>> recorded =
          test.record(lastValues(test.pairInput(List.of(List.of(A), List.of(B), List.of(A)), 2)));

      test.run(4);

      assertThat(recorded.batches().get(3)).containsExactlyInAnyOrder(A, B);
    }
  }

  /** The states whose bound is tested. */
  private enum Kind {
    STATE,
    WINDOW,
    INVERTED_WINDOW;

    PairDStream<String, Integer> over(PairDStream<String, Integer> stream) {
      Duration length = Duration.ofSeconds(10);
      return switch (this) {
        case STATE -> lastValues(stream);
        case WINDOW -> stream.reduceByKeyAndWindow((a, b) -> a + b, length);
        case INVERTED_WINDOW ->
            stream.reduceByKeyAndWindow(
                (a, b) -> a + b, (a, b) -> a - b, length, Duration.ofSeconds(1));
      };
    }
  }

  @ParameterizedTest
  @CsvSource({
    "STATE, maxBytes, 1m",
    "STATE, maxEntries, 1000",
    "WINDOW, maxBytes, 1m",
    "WINDOW, maxEntries, 1000",
    "INVERTED_WINDOW, maxBytes, 1m",
    "INVERTED_WINDOW, maxEntries, 1000"
  })
  @Tag("one-run")
  void aStepThatIsTooLarge_failsItsBatch_andLaterBatchesGoOnAsBefore(
      Kind kind, String limit, String value) throws Exception {
    Conf conf =
        new Conf()
            .setMaster("local[2]")
            .set("millrace.state." + limit, value)
            .set("millrace.streaming.batchFailure", "continue");
    List<Tuple2<String, Integer>> many =
        IntStream.range(0, 100_000).mapToObj(i -> new Tuple2<>("key " + i, i)).toList();
    try (StreamTest test = new StreamTest(conf, Duration.ofSeconds(1))) {
      StreamTest.Recorded<Tuple2<String, Integer>> recorded =
          test.record(
              kind.over(test.pairInput(List.of(List.of(A), many, List.of(B), many, List.of()), 2)));
      List<BatchInfo> failed = new CopyOnWriteArrayList<>();
      test.context()
          .addStreamingListener(
              new StreamingListener() {
                @Override
                public void onBatchCompleted(
                    StreamingListenerEvent.StreamingListenerBatchCompleted completed) {
                  if (completed.batchInfo().hasFailed()) {
                    failed.add(completed.batchInfo());
                  }
                }
              });

      test.run(5);
      test.context().stop();

      assertThat(recorded.batches().get(0)).containsExactly(A);
      assertThat(recorded.batches().get(1)).isNull();
      assertThat(recorded.batches().get(2)).containsExactlyInAnyOrder(A, B);
      assertThat(recorded.batches().get(3)).isNull();
      assertThat(recorded.batches().get(4)).containsExactlyInAnyOrder(A, B);
      assertThat(failed).hasSize(2);
      assertThat(failed)
          .flatMap(batch -> batch.outputOperationInfos().values())
          .allSatisfy(
              operation ->
                  assertThat(operation.failureReason()).contains("millrace.state." + limit));
    }
  }
}
