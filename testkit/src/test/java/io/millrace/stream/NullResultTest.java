package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Tuple2;
import io.millrace.function.Function;
import io.millrace.testkit.StreamTest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Functions that return null where that has no meaning are named. */
@Timeout(60)
class NullResultTest {

  private static void assertFails(
      Function<DStream<Integer>, DStreamLike<?, ?, ?>> operation, String expected)
      throws Exception {
    try (StreamTest test = new StreamTest()) {
      test.record(operation.call(test.input(List.of(List.of(1)), 1)));
      assertThatThrownBy(() -> test.run(1))
          .hasStackTraceContaining("a function of " + NullResultTest.class.getName())
          .hasStackTraceContaining("returned null instead of " + expected);
    }
  }

  private static PairDStream<Integer, Integer> pairs(DStream<Integer> numbers) {
    return numbers.mapToPair(i -> new Tuple2<>(i, i));
  }

  @Test
  void mapToPair_namesAFunctionThatReturnsNull() throws Exception {
    assertFails(numbers -> numbers.mapToPair(i -> (Tuple2<Integer, Integer>) null), "a pair");
  }

  @Test
  @Tag("one-run")
  void flatMap_namesAFunctionThatReturnsNull() throws Exception {
    assertFails(numbers -> numbers.<Integer>flatMap(i -> null), "an iterator");
    assertFails(numbers -> pairs(numbers).<Integer>flatMapValues(i -> null), "an iterator");
    assertFails(numbers -> numbers.<Integer, Integer>flatMapToPair(i -> null), "an iterator");
  }

  @Test
  void updateStateByKey_namesAFunctionThatReturnsNull() throws Exception {
    assertFails(
        numbers ->
            pairs(numbers)
                .updateStateByKey(
                    (List<Integer> values, Optional<Integer> state) -> (Optional<Integer>) null),
        "an Optional");
  }

  @Test
  void mapWithState_namesAFunctionThatReturnsNull() throws Exception {
    assertFails(
        numbers ->
            pairs(numbers)
                .mapWithState(
                    StateSpec.function(
                        (Time time, Integer key, Optional<Integer> value, State<Integer> state) ->
                            (Optional<Integer>) null)),
        "an Optional");
  }
}
