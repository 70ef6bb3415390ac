package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.rdd.PairRDD;
import io.millrace.testkit.StreamTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunningTotalsTest {

  @Test
  void define_beginsWithTheOpeningStock_andForgetsWhatIsGone() throws Exception {
    try (StreamTest test = new StreamTest()) {
      PairRDD<String, Long> opening =
          test.context().rddContext().parallelizePairs(List.of(stock("apples", 5)));
      List<List<Tuple2<String, Long>>> movements =
          List.of(
              List.of(stock("pears", 2), stock("apples", -1), stock("pears", 1)),
              List.of(),
              List.of(stock("apples", -4)));
      StreamTest.Recorded<Tuple2<String, Long>> totals =
          test.record(RunningTotals.define(test.pairInput(movements, 2), opening));

      test.run(4);

      assertThat(totals.batches().get(0))
          .containsExactlyInAnyOrder(stock("apples", 4), stock("pears", 3));
      assertThat(totals.batches().get(1))
          .containsExactlyInAnyOrder(stock("apples", 4), stock("pears", 3));
      assertThat(totals.batches().get(2)).containsExactly(stock("pears", 3));
      assertThat(totals.batches().get(3)).containsExactly(stock("pears", 3));
    }
  }

  private static Tuple2<String, Long> stock(String article, long number) {
    return new Tuple2<>(article, number);
  }
}
