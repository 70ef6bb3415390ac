package io.millrace.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.example.Division;
import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.JobFailedException;
import io.millrace.Settings;
import io.millrace.internal.system.LocalMachine;
import io.millrace.internal.system.LocalSpillFiles;
import io.millrace.rdd.Broadcast;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.Engine;
import io.millrace.spi.EngineContract;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class EmbeddedEngineTest {

  private static Engine create(String master, Conf conf) {
    return new EmbeddedEngineProvider().create(master, conf);
  }

  @Nested
  class WithOneThread extends EngineContract {
    @Override
    public Engine newEngine(int maxFailures) {
      return create("local[1," + maxFailures + "]", new Conf());
    }
  }

  @Nested
  class WithThreeThreads extends EngineContract {
    @Override
    public Engine newEngine(int maxFailures) {
      return create("local[3," + maxFailures + "]", new Conf());
    }
  }

  /** Each chunk of work seems to take long, so that all tasks are offered to the workers. */
  @Nested
  class WithWorkersThatAlwaysJoin extends EngineContract {
    @Override
    public Engine newEngine(int maxFailures) {
      long[] nanos = {0};
      EmbeddedEngine engine =
          new EmbeddedEngine(
              new EmbeddedEngine.Options(
                  3, maxFailures, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, true, false),
              new LocalSpillFiles(Optional.empty()),
              "eager",
              () -> {
                synchronized (nanos) {
                  return nanos[0] += 1_000_000;
                }
              },
              new LocalMachine().threads("eager-writer", 2, 1));
      engine.start();
      return engine;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local[2]", "local[*]", "local[2,1]", "local[ 2 , 3 ]"})
  void create_acceptsLocalMasters(String master) {
    assertThat(new EmbeddedEngineProvider().accepts(master)).isTrue();
    try (Engine engine = create(master, new Conf())) {
      assertThat(engine.defaultParallelism()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"local[0]", "local[-1]", "local[2", "spark://a:1", "", "local[2,0]"})
  void create_refusesOthers(String master) {
    assertThat(new EmbeddedEngineProvider().accepts(master)).isFalse();
    assertThatThrownBy(() -> create(master, new Conf()))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(master);
  }

  @Test
  void outOfMemoryThrownByUserCode_isNotTriedAgainAndComesThrough() {
    try (Engine engine = create("local[2]", new Conf())) {
      RDDContext context = RDDContext.on(engine, new Conf());
      RDD<Integer> failing =
          context
              .parallelize(List.of(1), 1)
              .map(
                  x -> {
                    COUNT.set(COUNT.get() + 1);
                    throw new OutOfMemoryError("a test");
                  });
      COUNT.remove();

      assertThatThrownBy(failing::count)
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessageStartingWith("a test\n  in stage ")
          .hasMessageEndingWith("partition 0 of 1\n  of count")
          .hasRootCauseMessage("a test");
      assertThat(COUNT.get()).isEqualTo(1);
      assertThat(context.parallelize(List.of(1, 2), 2).count()).isEqualTo(2);
    }
  }

  private static final ThreadLocal<Integer> COUNT = ThreadLocal.withInitial(() -> 0);

  @Test
  void aCacheOfNoBytes_keepsNothing() {
    Conf conf = new Conf().set(Settings.CACHE_MAX_BYTES.key(), "0");
    try (Engine engine = create("local[2]", conf)) {
      RDD<Integer> kept =
          RDDContext.on(engine, conf)
              .parallelize(IntStream.range(0, 100).boxed().toList(), 4)
              .cache();

      assertThat(kept.count()).isEqualTo(100);
      assertThat(kept.count()).isEqualTo(100);
      assertThat(engine.numPartitionsKept(kept.plan())).isZero();
    }
  }

  @Test
  void whatWasEvicted_isComputedAgain() {
    Conf conf = new Conf().set(Settings.CACHE_MAX_BYTES.key(), "3000");
    try (Engine engine = create("local[2]", conf)) {
      RDDContext context = RDDContext.on(engine, conf);
      List<Integer> numbers = IntStream.range(0, 100).boxed().toList();
      RDD<Integer> first = context.parallelize(numbers, 4).repartition(4).cache();
      RDD<Integer> second = context.parallelize(numbers, 4).repartition(4).cache();
      List<Integer> expected = first.collect();
      assertThat(engine.numPartitionsKept(first.plan())).isEqualTo(4);
      second.collect();
      assertThat(engine.numPartitionsKept(second.plan())).isEqualTo(4);
      assertThat(engine.numPartitionsKept(first.plan())).isLessThan(4);

      assertThat(first.collect()).isEqualTo(expected);
    }
  }

  @Test
  void theFunctionsOwnFrame_isInTheMessageAlsoFromAWorker() {
    try (Engine engine = create("local[3,1]", new Conf())) {
      RDDContext context = RDDContext.on(engine, new Conf());
      assertThatThrownBy(
              () -> context.parallelize(List.of(1, 1, 0), 3).map(new Division()).collect())
          .isInstanceOf(JobFailedException.class)
          .hasMessageContaining("com.example.Division.divide");
    }
  }

  @Test
  void aBroadcastValue_mayBeNullUntilItIsDestroyed() {
    try (Engine engine = create("local", new Conf())) {
      Broadcast<String> nothing = RDDContext.on(engine, new Conf()).broadcast(null);
      assertThat(nothing.value()).isNull();

      nothing.destroy();

      assertThatThrownBy(nothing::value)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("destroyed");
    }
  }
}
