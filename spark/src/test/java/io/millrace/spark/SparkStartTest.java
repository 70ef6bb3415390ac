package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.JobFailedException;
import io.millrace.MillraceException;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorageProvider;
import io.millrace.spi.checkpoint.ForwardingStorage;
import io.millrace.spi.checkpoint.StorageAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a program meets on its way to Spark, with Spark in this process where there is one. */
@Timeout(60)
class SparkStartTest {

  private static RDDContext contextOn(String master) {
    return new RDDContext(new Conf(false).setMaster(master).setAppName("started"));
  }

  @Test
  void theMasterDecides_thatItIsSpark() {
    try (RDDContext warm = RDDContext.on(SparkInProcess.engine(4), new Conf(false));
        RDDContext context = contextOn("spark-local[2]")) {
      assertThat(context.parallelize(List.of(1, 2, 3)).map(SparkStartTest::isOnSpark).collect())
          .containsOnly(true);
    }
  }

  @Test
  void theEngineSetting_takesALocalMasterToSpark() {
    Conf conf = new Conf(false).setMaster("local[2]").set("millrace.engine", "spark");
    try (RDDContext warm = RDDContext.on(SparkInProcess.engine(4), new Conf(false));
        RDDContext context = new RDDContext(conf)) {
      assertThat(context.parallelize(List.of(1)).map(SparkStartTest::isOnSpark).collect())
          .containsOnly(true);
    }
    try (RDDContext context = contextOn("local[2]")) {
      assertThat(context.parallelize(List.of(1)).map(SparkStartTest::isOnSpark).collect())
          .containsOnly(false);
    }
  }

  private static boolean isOnSpark(int record) {
    return org.apache.spark.TaskContext.get() != null;
  }

  @Test
  void underSparkSubmit_aProgramWithoutMaster_runsWhereItWasSubmitted() {
    SparkInProcess.engine(4).close();
    System.setProperty("spark.submit.deployMode", "client");
    System.setProperty("spark.master", "local[2]");
    System.setProperty("spark.app.name", "submitted");
    try (RDDContext context = new RDDContext(new Conf())) {
      assertThat(context.parallelize(List.of(1)).map(SparkStartTest::isOnSpark).collect())
          .containsOnly(true);
      assertThat(context.conf().get("millrace.app.name")).isEqualTo("submitted");
    } finally {
      List.of("spark.submit.deployMode", "spark.master", "spark.app.name")
          .forEach(System::clearProperty);
    }
  }

  @Test
  void defaultParallelism_isThatOfTheSetting_thenOfTheMaster() {
    Conf conf = new Conf(false).setMaster("spark-local[2]");
    try (RDDContext warm = RDDContext.on(SparkInProcess.engine(4), new Conf(false))) {
      try (RDDContext context = new RDDContext(conf)) {
        assertThat(context.defaultParallelism()).isEqualTo(2);
      }
      try (RDDContext context =
          new RDDContext(conf.clone().set("millrace.default.parallelism", "5"))) {
        assertThat(context.defaultParallelism()).isEqualTo(5);
        assertThat(context.parallelize(List.of(1, 2)).getNumPartitions()).isEqualTo(5);
      }
    }
  }

  @Test
  void aClusterThatIsNotThere_isToldAtOnce() {
    assertWithoutSpark(
        () ->
            assertThatThrownBy(() -> contextOn("spark://127.0.0.1:1"))
                .isInstanceOf(MillraceException.class)
                .hasMessageContaining("there is no Spark master at 127.0.0.1:1")
                .hasMessageContaining("Connection refused")
                .hasMessageContaining("millrace.master=spark://127.0.0.1:1"));
  }

  @Test
  void aMalformedMaster_isAWrongSetting() {
    assertThatThrownBy(() -> contextOn("spark://nowhere"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("'nowhere' is no host:port");
  }

  @Test
  void localCluster_asksForASpark() {
    assumeTrue(System.getenv("SPARK_HOME") == null);
    assertWithoutSpark(
        () ->
            assertThatThrownBy(() -> contextOn("local-cluster[1,1,1024]"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("SPARK_HOME"));
  }

  private static void assertWithoutSpark(Runnable claim) {
    SparkInProcess.stop();
    claim.run();
    assertThat(SparkContext$.MODULE$.getActive().isEmpty()).isTrue();
  }

  @Test
  void anotherMasterInTheSameProcess_isRefused_andTheFirstGoesOn() {
    try (RDDContext first = RDDContext.on(SparkInProcess.engine(4), new Conf(false))) {
      assertThatThrownBy(() -> contextOn("spark-local[3]"))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("millrace.master=local[3] is wanted")
          .hasMessageContaining("with local[2]");
      assertThat(first.parallelize(List.of(1, 2)).count()).isEqualTo(2);
    }
  }

  @Test
  void ownContext_endsWithItsLastEngine() {
    SparkInProcess.stop();
    RDDContext first = contextOn("spark-local[2]");
    SparkContext spark = SparkContext$.MODULE$.getActive().get();
    try (RDDContext second = contextOn("spark-local[2]")) {
      first.close();
      first.close();
      assertThat(spark.isStopped()).isFalse();
      assertThat(second.parallelize(List.of(1, 2)).count()).isEqualTo(2);
    }
    assertThat(spark.isStopped()).isTrue();
  }

  @Test
  void aContextThatIsStoppedUnderneath_isTold() {
    try (RDDContext context = RDDContext.on(SparkInProcess.engine(4), new Conf(false))) {
      assertThat(context.parallelize(List.of(1, 2)).count()).isEqualTo(2);
      SparkInProcess.stop();
      assertThatThrownBy(() -> context.parallelize(List.of(1, 2)).count())
          .isInstanceOf(JobFailedException.class)
          .hasMessageContaining("Spark has been stopped underneath")
          .hasMessageContaining("Start the program again");
    }
  }

  @Test
  void aCheckpointThatExecutorsSee_isAdmitted(@TempDir Path directory) throws Exception {
    try (CheckpointStorage storage = storage(directory)) {
      storage.putIfAbsent("identity", ByteBuffer.wrap(new byte[] {1}));
      SparkInProcess.engine(4).requireReachable(storage, "identity");
    }
  }

  @Test
  void aCheckpointThatExecutorsDoNotSee_isRefused(@TempDir Path directory) throws Exception {
    try (CheckpointStorage here = storage(directory.resolve("here"));
        CheckpointStorage other = storage(directory.resolve("other"))) {
      here.putIfAbsent("identity", ByteBuffer.wrap(new byte[] {1}));
      other.putIfAbsent("identity", ByteBuffer.wrap(new byte[] {2}));

      Path missing = directory.resolve("missing");
      assertThatThrownBy(
              () ->
                  SparkInProcess.engine(4)
                      .requireReachable(new Renamed(here, missing.toString()), "identity"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("this process on ")
          .hasMessageContaining(missing + " does not exist there")
          .hasMessageContaining("where all its machines reach the same files");
      assertThat(Files.exists(missing)).as("an executor makes no directory").isFalse();
      assertThatThrownBy(
              () ->
                  SparkInProcess.engine(4)
                      .requireReachable(new Renamed(here, other.location()), "identity"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another checkpoint there");
      assertThatThrownBy(
              () ->
                  SparkInProcess.engine(4)
                      .requireReachable(new Renamed(here, "gopher://host/x"), "identity"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no module on the executor's class path serves it");
    }
  }

  private static CheckpointStorage storage(Path directory) throws IOException {
    CheckpointStorageProvider provider =
        StorageAddress.provider(directory.toString()).orElseThrow();
    return provider.open(directory.toString());
  }

  /** A storage that is elsewhere for everybody else. */
  private static final class Renamed extends ForwardingStorage {

    private final String location;

    Renamed(CheckpointStorage real, String location) {
      super(real);
      this.location = location;
    }

    @Override
    public String location() {
      return location;
    }

    /** It is the test's to close. */
    @Override
    public void close() {}
  }
}
