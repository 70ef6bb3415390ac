package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.internal.checkpoint.Checkpoint;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.FileCheckpointStorage;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What of a batch runs before its plan is durable, if nobody writes that before it is needed. */
class PlanOrderTest {

  private static final RDDContext ENGINE = Life.engine(new Conf());

  /** The test that runs, for functions, which have to be serializable. */
  private static PlanOrderTest running;

  private final Outside outside = new Outside();
  private final AtomicInteger nonce = new AtomicInteger();
  private final CheckpointStorage storage = storage();
  private final List<String> seen = new ArrayList<>();

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  private CheckpointStorage storage() {
    return new FileCheckpointStorage(
        new CrashingFiles(outside.disk, new SimulatedProcess()),
        () -> "n" + nonce.incrementAndGet());
  }

  private static void note(String what, long numRecords) {
    try {
      if (numRecords > 0) {
        boolean isPlanned = Checkpoint.read(running.storage()).open().isPresent();
        running.seen.add(what + (isPlanned ? " of a planned batch" : " of a batch without plan"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(Life.Program program) {
    running = this;
    try (Life life = new Life(outside, new SimulatedProcess())) {
      life.writeLate();
      life.run(ENGINE, storage, program);
    }
  }

  private static void count(DStream<Integer> numbers) {
    numbers
        .mapToPair(n -> Tuple2.of(n % 2, 1L))
        .<Long>updateStateByKey(
            (values, sum) -> {
              note("a step", values.size());
              return Optional.of(sum.orElse(0L) + values.size());
            })
        .foreachRDD(rdd -> note("an output", rdd.count()));
  }

  private static DStream<Integer> numbers(StreamingContext context, Life life) {
    return context.sourceStream(life.numbers("numbers", 1)).uid("numbers");
  }

  @Test
  void statesAdvance_beforeThePlanIsDurable_andOutputsRunAfterThat() {
    run((context, life) -> count(numbers(context, life)));
    assertThat(seen).startsWith("a step of a batch without plan", "an output of a planned batch");
  }

  @Test
  void bodiesOfTransform_runAfterThePlanIsDurable() {
    run(
        (context, life) ->
            count(
                numbers(context, life)
                    .transform(
                        rdd -> {
                          note("a transform", rdd.count());
                          return rdd;
                        })));
    assertThat(seen)
        .startsWith(
            "a transform of a planned batch",
            "a step of a planned batch",
            "an output of a planned batch");
  }
}
