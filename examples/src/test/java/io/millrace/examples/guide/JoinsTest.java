package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.rdd.Broadcast;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.Partitioner;
import io.millrace.rdd.RDDContext;
import io.millrace.stream.PairDStream;
import io.millrace.testkit.StreamTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JoinsTest {

  private static final List<Tuple2<String, String>> CLICK = List.of(new Tuple2<>("ann", "/buy"));
  private static final List<Tuple2<String, String>> VIEW = List.of(new Tuple2<>("ann", "/shoes"));

  @Test
  void streams_joinWhatTheirWindowsHold() throws Exception {
    try (StreamTest test = new StreamTest()) {
      PairDStream<String, String> views = test.pairInput(List.of(VIEW), 2);
      PairDStream<String, String> clicks = test.pairInput(List.of(List.of(), CLICK), 2);
      // docs/guide/joins.md begin
      PairDStream<String, Tuple2<String, String>> viewedBefore =
          clicks.join(views.window(Duration.ofSeconds(10)));
      // docs/guide/joins.md end
      StreamTest.Recorded<Tuple2<String, Tuple2<String, String>>> recorded =
          test.record(viewedBefore);
      test.run(2);
      assertThat(recorded.batches())
          .containsExactly(List.of(), List.of(new Tuple2<>("ann", new Tuple2<>("/buy", "/shoes"))));
    }
  }

  @Test
  void staticData_isJoinedInTransform() throws Exception {
    try (StreamTest test = new StreamTest()) {
      RDDContext context = test.context().rddContext();
      PairRDD<String, String> accounts =
          context.parallelizePairs(List.of(new Tuple2<>("ann", "gold")), 2);
      PairDStream<String, String> clicks = test.pairInput(List.of(CLICK), 2);
      // docs/guide/joins.md begin
      Partitioner byUser = new HashPartitioner(4);
      PairRDD<String, String> placed = accounts.partitionBy(byUser).cache();

      PairDStream<String, Tuple2<String, String>> withAccount =
          clicks.transformToPair(rdd -> rdd.join(placed, byUser)); // moves the clicks alone
      // docs/guide/joins.md end
      StreamTest.Recorded<Tuple2<String, Tuple2<String, String>>> recorded =
          test.record(withAccount);
      test.run(1);
      assertThat(recorded.batches())
          .containsExactly(List.of(new Tuple2<>("ann", new Tuple2<>("/buy", "gold"))));
    }
  }

  @Test
  void smallData_isBroadcast() throws Exception {
    try (StreamTest test = new StreamTest()) {
      RDDContext context = test.context().rddContext();
      Map<String, String> titles = Map.of("/buy", "Checkout");
      PairDStream<String, String> clicks = test.pairInput(List.of(CLICK), 2);
      // docs/guide/joins.md begin
      Broadcast<Map<String, String>> titleOf = context.broadcast(titles);

      PairDStream<String, String> titled =
          clicks.mapValues(page -> titleOf.value().getOrDefault(page, page)); // moves nothing
      // docs/guide/joins.md end
      StreamTest.Recorded<Tuple2<String, String>> recorded = test.record(titled);
      test.run(1);
      assertThat(recorded.batches()).containsExactly(List.of(new Tuple2<>("ann", "Checkout")));
    }
  }
}
