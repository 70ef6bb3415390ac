package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.codec.Codecs;
import io.millrace.function.Function2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Engine;
import io.millrace.spi.StorageInMemory;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.state.Attempt;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StateLimits;
import io.millrace.spi.state.StateOperator;
import io.millrace.spi.state.StatePlace;
import io.millrace.spi.state.StateStep;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;

/** How many of Spark's jobs a step takes, each of which costs milliseconds. */
class StateJobsTest {

  private static final StatePlace PLACE =
      new StatePlace(new StorageInMemory(), Codecs.builtIn(), 0);

  private static final Function2<List<Object>, Optional<Object>, Optional<Object>> LAST =
      (values, state) -> values.isEmpty() ? state : Optional.of(values.get(0));

  private static StateDefinition lasts() {
    return new StateDefinition(
        "lasts",
        new StateOperator.UpdateKeys(LAST, false),
        new HashPartitioner(2),
        null,
        StateLimits.NONE);
  }

  private static int numJobs() {
    return SparkContext.getOrCreate().dagScheduler().numTotalJobs();
  }

  @Test
  void aStepThatIsToldAPlace_takesOneJob_withWhatItWrites() {
    try (Engine engine = SparkInProcess.engine(1);
        KeyedState state = engine.newState(lasts())) {
      PlanNode<?> input =
          engine.pin(
              "pairs",
              List.of(List.of(new Tuple2<>(2L, 20L)), List.of(new Tuple2<>(1L, 10L))),
              new HashPartitioner(2));
      int before = numJobs();
      Attempt told =
          state.step(
              new StateStep(input, 1000, null).to(new StateStep.Delta(PLACE, "data/1")),
              new Cancellation());
      List<StateFile> files = told.persist(PLACE, "data/2", new Cancellation());
      told.adopt();
      assertThat(numJobs() - before).isEqualTo(1);
      assertThat(files).hasSize(2).allMatch(file -> file.name().startsWith("data/1-"));

      Attempt untold = state.step(new StateStep(input, 2000, null), new Cancellation());
      untold.persist(PLACE, "data/3", new Cancellation());
      untold.adopt();
      assertThat(numJobs() - before).isEqualTo(3);
    }
  }
}
