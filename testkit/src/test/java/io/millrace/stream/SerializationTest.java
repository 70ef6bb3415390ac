package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.NotSerializableFunctionException;
import io.millrace.Tuple2;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What runs here would also run elsewhere. */
@Timeout(30)
class SerializationTest {

  /** Can't travel. */
  private static final class Connection {
    private final AtomicLong numUses = new AtomicLong();

    long use() {
      return numUses.incrementAndGet();
    }
  }

  private final Connection connection = new Connection();

  private Long useOf(Integer i) {
    return connection.use() + i;
  }

  @Test
  void functionThatCanNotTravel_isRefusedWhenDeclared() {
    try (StreamTest test = new StreamTest()) {
      DStream<Integer> numbers = test.input(List.of(List.of(1)), 1);
      Connection captured = connection;
      assertThatThrownBy(() -> numbers.map(i -> captured.use()))
          .isInstanceOf(NotSerializableFunctionException.class)
          .hasMessageContaining("map")
          .hasMessageContaining("Connection")
          .hasMessageContaining("SerializationTest");
      assertThatThrownBy(() -> numbers.map(this::useOf))
          .isInstanceOf(NotSerializableFunctionException.class)
          .hasMessageContaining("SerializationTest");
      PairDStream<Integer, Integer> pairs = numbers.mapToPair(i -> Tuple2.of(i, i));
      assertThatThrownBy(
              () ->
                  pairs.reduceByKeyAndWindow(
                      (a, b) -> a + (int) captured.use(), Duration.ofSeconds(2)))
          .isInstanceOf(NotSerializableFunctionException.class)
          .hasMessageContaining("reduceByKeyAndWindow");
      assertThatThrownBy(() -> pairs.mapValues(i -> captured.use()))
          .isInstanceOf(NotSerializableFunctionException.class)
          .hasMessageContaining("mapValues");
    }
  }

  @Test
  void driverFunctions_mayUseAnything() throws Exception {
    try (StreamTest test = new StreamTest()) {
      DStream<Integer> numbers = test.input(List.of(List.of(1)), 1);
      Recorded<Integer> recorded =
          test.record(
              numbers.transform(
                  rdd -> {
                    connection.use();
                    return rdd;
                  }));
      numbers.foreachRDD(rdd -> connection.use());
      numbers.foreachBatch((rdd, batch) -> connection.use());
      test.run(1);
      assertThat(recorded.batches()).containsExactly(List.of(1));
      assertThat(connection.use()).isEqualTo(4);
    }
  }

  @Test
  void recordThatCanNotTravel_failsTheBatchThatMovesIt() {
    try (StreamTest test = new StreamTest()) {
      test.record(test.input(List.of(List.of(1, 2)), 2).map(i -> new Connection()).repartition(2));
      assertThatThrownBy(() -> test.run(1))
          .isInstanceOf(BatchFailedException.class)
          .hasMessageContaining("Connection")
          .hasMessageContaining("repartition")
          .hasMessageContaining("batch 1");
    }
  }

  @Test
  void recordThatCanNotTravel_mayStayWhereItIs() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Long> recorded =
          test.record(
              test.input(List.of(List.of(1, 2)), 2)
                  .map(i -> new Connection())
                  .map(Connection::use));
      test.run(1);
      assertThat(recorded.batches()).containsExactly(List.of(1L, 1L));
    }
  }

  @Tag("embedded") // elsewhere functions travel, checked or not
  @Test
  @Tag("counts-calls")
  void check_canBeTurnedOff() throws Exception {
    Conf conf =
        new Conf().setMaster("local[2]").set("millrace.function.serializationCheck", "false");
    try (StreamTest test = new StreamTest(conf, Duration.ofSeconds(1))) {
      Connection captured = connection;
      Recorded<Long> recorded =
          test.record(test.input(List.of(List.of(1)), 1).map(i -> captured.use()).repartition(1));
      test.run(1);
      assertThat(recorded.batches()).containsExactly(List.of(1L));
    }
  }
}
