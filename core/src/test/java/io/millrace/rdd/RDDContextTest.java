package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.JobCancelledException;
import io.millrace.spi.Cancellation;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("embedded") // it is about the engine that a master gets
class RDDContextTest {

  private static final CountDownLatch NEVER = new CountDownLatch(1);
  private static CountDownLatch started = new CountDownLatch(1);

  @ParameterizedTest
  @CsvSource({"local,1", "local[3],3", "'local[2,5]',2"})
  void constructor_startsTheEmbeddedEngineForLocalMasters(String master, int parallelism) {
    try (RDDContext context = new RDDContext(master, "demo")) {
      assertThat(context.master()).isEqualTo(master);
      assertThat(context.appName()).isEqualTo("demo");
      assertThat(context.defaultParallelism()).isEqualTo(parallelism);
      assertThat(context.defaultMinPartitions()).isEqualTo(Math.min(2, parallelism));
      assertThat(context.parallelize(List.of(1, 2, 3)).count()).isEqualTo(3);
    }
  }

  @Test
  void context_tellsOfItself() {
    long before = System.currentTimeMillis();
    try (RDDContext context = new RDDContext("local[3]", "demo")) {
      assertThat(context.isLocal()).isTrue();
      assertThat(context.startTime()).isBetween(before, System.currentTimeMillis());
      assertThat(context.withCancellation(new Cancellation()).startTime())
          .isEqualTo(context.startTime());
      assertThat(context.version()).isNotBlank();
    }
  }

  @Test
  void getPersistentRDDs_listsWhatIsMarkedNow() {
    try (RDDContext context = new RDDContext("local", "demo")) {
      RDD<Integer> kept =
          context.parallelize(List.of(1, 2)).map(x -> x + 1).setName("kept").cache();
      DoubleRDD numbers = context.parallelizeDoubles(List.of(1.0)).cache();
      RDD<Integer> other = context.parallelize(List.of(1));

      assertThat(context.getPersistentRDDs()).containsOnlyKeys(kept.id(), numbers.id());
      RDD<?> found = context.getPersistentRDDs().get(kept.id());
      assertThat(found.name()).isEqualTo("kept");
      found.unpersist();
      numbers.unpersist();

      assertThat(kept.getStorageLevel()).isEqualTo(StorageLevel.NONE);
      assertThat(context.getPersistentRDDs()).isEmpty();
      assertThat(other.partitions()).containsExactly(new Partition(0));
    }
  }

  @Test
  void constructor_copiesTheConfiguration() {
    Conf conf = new Conf().setMaster("local").setAppName("before");
    try (RDDContext context = new RDDContext(conf)) {
      conf.setAppName("after");
      context.conf().setAppName("after");

      assertThat(context.appName()).isEqualTo("before");
    }
  }

  @Test
  void constructor_withoutAMasterListsWhatIsAccepted() {
    assertThatThrownBy(() -> new RDDContext(new Conf(false)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("millrace.master is not set")
        .hasMessageContaining("local[*]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"spark://host:7077", "yarn", "k8s://https://host", "local-cluster[2,1,1]"})
  void constructor_saysWhichArtifactAClusterNeeds(String master) {
    assertThatThrownBy(() -> new RDDContext(master, "test"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(master)
        .hasMessageContaining("io.millrace:millrace-spark");
  }

  @ParameterizedTest
  @ValueSource(strings = {"locale", "local[0]", "local[]", "mesos://host"})
  void constructor_namesAMasterThatNobodyKnows(String master) {
    assertThatThrownBy(() -> new RDDContext(master, "test"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("millrace.master=" + master)
        .hasMessageContaining("local[n]");
  }

  @Test
  void constructor_findsAnEngineByName() {
    Conf conf = new Conf().setMaster("local").set("millrace.engine", "embedded");
    try (RDDContext context = new RDDContext(conf)) {
      assertThat(context.defaultParallelism()).isEqualTo(1);
    }
    assertThatThrownBy(() -> new RDDContext(conf.set("millrace.engine", "steam")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("steam")
        .hasMessageContaining("[embedded]");
  }

  @Test
  void aClosedContext_refusesToWork() {
    RDDContext context = new RDDContext("local", "shut");
    RDD<Integer> numbers = context.parallelize(List.of(1), 1);
    context.close();
    context.stop();

    assertThat(context.isClosed()).isTrue();
    assertThatThrownBy(numbers::count)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the context 'shut' is closed");
    assertThatThrownBy(() -> numbers.map(x -> x)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> context.broadcast(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void severalContexts_workSideBySide() {
    try (RDDContext one = new RDDContext("local", "one");
        RDDContext two = new RDDContext("local[2]", "two")) {
      RDD<Integer> ofOne = one.parallelize(List.of(1, 2), 2);
      RDD<Integer> ofTwo = two.parallelize(List.of(3, 4), 2);

      assertThat(ofOne.reduce(Integer::sum)).isEqualTo(3);
      assertThat(ofTwo.reduce(Integer::sum)).isEqualTo(7);
      one.close();
      assertThat(ofTwo.count()).isEqualTo(2);
    }
  }

  @Test
  void on_leavesTheEngineToItsOwner() {
    try (RDDContext owner = new RDDContext("local", "owner")) {
      RDDContext guest = RDDContext.on(owner.engine(), new Conf().setAppName("guest"));
      assertThat(guest.parallelize(List.of(1), 1).count()).isEqualTo(1);
      guest.close();

      assertThat(guest.isClosed()).isTrue();
      assertThat(owner.parallelize(List.of(1), 1).count()).isEqualTo(1);
    }
  }

  @Test
  void withCancellation_endsTheJobsOfTheViewAlone() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (RDDContext context = new RDDContext("local[2]", "test")) {
      Cancellation cancellation = new Cancellation();
      RDDContext view = context.withCancellation(cancellation);
      started = new CountDownLatch(1);

      Future<Long> running =
          other.submit(
              () ->
                  view.parallelize(List.of(1), 1)
                      .map(
                          x -> {
                            started.countDown();
                            NEVER.await();
                            return x;
                          })
                      .count());
      assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
      cancellation.cancel();

      assertThatThrownBy(() -> running.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(JobCancelledException.class);
      assertThat(context.parallelize(List.of(1), 1).count()).isEqualTo(1);
      view.close();
      assertThat(context.isClosed()).isFalse();
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void close_endsTheJobsThatRun() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (RDDContext context = new RDDContext("local[2]", "test")) {
      started = new CountDownLatch(1);
      Future<Long> running =
          other.submit(
              () ->
                  context
                      .parallelize(List.of(1), 1)
                      .map(
                          x -> {
                            started.countDown();
                            NEVER.await();
                            return x;
                          })
                      .count());
      assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

      context.close();

      assertThatThrownBy(() -> running.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(JobCancelledException.class);
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void aView_isClosedWithItsContext() {
    RDDContext context = new RDDContext("local", "test");
    RDDContext view = context.withCancellation(new Cancellation());
    context.close();

    assertThat(view.isClosed()).isTrue();
    assertThatThrownBy(() -> view.parallelize(List.of(1), 1).count())
        .isInstanceOf(IllegalStateException.class);
  }
}
