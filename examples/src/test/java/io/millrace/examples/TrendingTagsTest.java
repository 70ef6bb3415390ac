package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.testkit.StreamTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TrendingTagsTest {

  @Test
  void define_ranksTheTagsOfEachWindow() throws Exception {
    try (StreamTest test = new StreamTest()) {
      List<List<String>> lines =
          List.of(
              List.of("to #sail or #row", "#sail away #", "no tag"),
              List.of("#row #row #row", "#fly"),
              List.of(),
              List.of("#fly"));
      StreamTest.Recorded<Tuple2<String, Long>> top =
          test.record(
              TrendingTags.define(
                  test.input(lines, 2), Duration.ofSeconds(2), Duration.ofSeconds(1), 2));

      test.run(6);

      assertThat(top.batches())
          .containsExactly(
              List.of(new Tuple2<>("#sail", 2L), new Tuple2<>("#row", 1L)),
              List.of(new Tuple2<>("#row", 4L), new Tuple2<>("#sail", 2L)),
              List.of(new Tuple2<>("#row", 3L), new Tuple2<>("#fly", 1L)),
              List.of(new Tuple2<>("#fly", 1L)),
              List.of(new Tuple2<>("#fly", 1L)),
              List.of());
    }
  }
}
