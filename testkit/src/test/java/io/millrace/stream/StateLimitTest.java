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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
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
}
