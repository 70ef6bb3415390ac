package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.JobFailedException;
import io.millrace.TaskContext;
import io.millrace.Tuple2;
import io.millrace.spi.plan.PlanNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {

  private final RDDContext context = new RDDContext("local[2,1]", "test");
  private final LongAccumulator computed = context.longAccumulator();

  @TempDir Path directory;

  @AfterEach
  void close() {
    context.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void checkpoint_isWrittenByTheFirstJobAndReadFromThenOn(int partitions) {
    context.setCheckpointDir(directory.toString());
    RDD<Integer> squares = counted(10, partitions).setName("squares");
    squares.checkpoint();

    assertThat(squares.isCheckpointed()).isFalse();
    assertThat(squares.getCheckpointFile()).isEmpty();
    long id = squares.id();
    List<Integer> records = squares.collect();
    assertThat(computed.value()).isEqualTo(20); // for the job, and for the checkpoint

    assertThat(squares.isCheckpointed()).isTrue();
    assertThat(squares.getCheckpointFile().orElseThrow())
        .startsWith(context.getCheckpointDir().orElseThrow());
    assertThat(squares.collect()).isEqualTo(records);
    assertThat(squares.getNumPartitions()).isEqualTo(partitions);
    assertThat(squares.id()).isEqualTo(id);
    assertThat(squares.name()).isEqualTo("squares");
    assertThat(squares.toDebugString())
        .contains(squares.getCheckpointFile().orElseThrow())
        .doesNotContain("parallelize");
    assertThat(computed.value()).isEqualTo(20);
  }

  @Test
  void checkpoint_ofAPersistedDatasetComputesItOnce() {
    context.setCheckpointDir(directory.toString());
    RDD<Integer> squares = counted(10, 2).cache();
    squares.checkpoint();

    assertThat(squares.count()).isEqualTo(10);
    assertThat(squares.count()).isEqualTo(10);

    assertThat(computed.value()).isEqualTo(10);
    assertThat(squares.getStorageLevel()).isEqualTo(StorageLevel.MEMORY_ONLY);
    assertThat(context.engine().numPartitionsKept(squares.plan())).isEqualTo(2);
    assertThat(context.getPersistentRDDs()).hasSize(1);
    squares.unpersist();
    assertThat(squares.count()).isEqualTo(10);
    assertThat(computed.value()).isEqualTo(10);
  }

  @Test
  void aDatasetMadeBefore_readsTheCheckpointToo() {
    context.setCheckpointDir(directory.toString());
    RDD<Integer> squares = counted(4, 2);
    RDD<Integer> mapped = squares.map(x -> x + 1);
    PairRDD<Integer, Integer> zipped = squares.zip(squares);
    RDD<Integer> union = squares.union(mapped).coalesce(1);
    PairRDD<Integer, Integer> product = squares.cartesian(squares);
    PairRDD<Integer, Integer> counts =
        squares.mapToPair(x -> new Tuple2<>(x, 1)).reduceByKey(Integer::sum);
    squares.checkpoint();

    assertThat(mapped.count()).isEqualTo(4);
    long before = computed.value();

    assertThat(squares.isCheckpointed()).isTrue();
    assertThat(mapped.collect()).containsExactly(1, 2, 5, 10);
    assertThat(zipped.keys().collect()).containsExactly(0, 1, 4, 9);
    assertThat(union.collect()).containsExactly(0, 1, 4, 9, 1, 2, 5, 10);
    assertThat(product.count()).isEqualTo(16);
    assertThat(counts.join(counts).count()).isEqualTo(4);
    assertThat(computed.value()).isEqualTo(before);
  }

  @Test
  void checkpoint_keepsThePartitioner() {
    context.setCheckpointDir(directory.toString());
    PairRDD<Integer, Integer> hashed =
        counted(20, 3).keyBy(x -> x % 7).reduceByKey(Integer::sum, 4);
    PairRDD<Integer, Integer> sorted = counted(20, 3).keyBy(x -> x).sortByKey(true, 3);
    List<Tuple2<Integer, Integer>> sums = hashed.collect();
    hashed.checkpoint();
    sorted.checkpoint();
    hashed.count();
    sorted.count();

    assertThat(hashed.isCheckpointed()).isTrue();
    assertThat(hashed.partitioner()).contains(new HashPartitioner(4));
    assertThat(hashed.collect()).isEqualTo(sums);
    assertThat(hashed.reduceByKey(Integer::sum).toDebugString()).doesNotContain("+-");
    assertThat(sorted.lookup(16)).containsExactly(16);
    assertThat(sorted.filterByRange(4, 16).values().collect()).containsExactly(4, 9, 16);
  }

  @Test
  void checkpoint_forgetsWhatTheDatasetWasMadeFrom() throws Exception {
    context.setCheckpointDir(directory.toString());
    PairRDD<Integer, Integer> sorted = counted(20, 2).keyBy(x -> x).sortByKey();
    RDD<Integer> below = sorted.values();
    WeakReference<PlanNode<?>> old = new WeakReference<>(sorted.plan());
    sorted.checkpoint();

    assertThat(below.count()).isEqualTo(20);
    assertThat(below.count()).isEqualTo(20);

    assertThat(sorted.isCheckpointed()).isTrue();
    for (int i = 0; i < 100 && old.get() != null; i++) {
      System.gc();
    }
    assertThat(old.get()).isNull();
  }

  @Test
  void theNearestRequest_isWrittenAndThoseBehindItWait() {
    context.setCheckpointDir(directory.toString());
    RDD<Integer> first = counted(5, 1);
    RDD<Integer> second = first.map(x -> x + 1);
    first.checkpoint();
    second.checkpoint();

    second.count();
    assertThat(second.isCheckpointed()).isTrue();
    assertThat(first.isCheckpointed()).isFalse();
    first.count();
    assertThat(first.isCheckpointed()).isTrue();
  }

  @Test
  @Timeout(60)
  void anIterativeProgramOfTenThousandSteps_runsWithACheckpointNowAndThen() {
    context.setCheckpointDir(directory.toString());
    RDD<Integer> numbers = context.parallelize(List.of(1, 2, 3), 2);
    for (int step = 1; step <= 10_000; step++) {
      numbers = numbers.map(x -> x + 1);
      if (step % 50 == 0) {
        numbers.checkpoint();
        numbers.count();
      }
    }

    assertThat(numbers.collect()).containsExactly(10_001, 10_002, 10_003);
    assertThat(numbers.toDebugString().lines().count()).isEqualTo(1);
  }

  @Test
  void checkpointFile_readsACompleteCheckpointInAnotherContext() throws IOException {
    context.setCheckpointDir(directory.toString());
    RDD<Integer> squares = counted(10, 3);
    squares.checkpoint();
    squares.count();
    String file = squares.getCheckpointFile().orElseThrow();

    try (RDDContext other = new RDDContext("local", "other")) {
      RDD<Integer> read = other.checkpointFile(file);
      assertThat(read.collect()).isEqualTo(squares.collect());
      assertThat(read.getNumPartitions()).isEqualTo(3);
      assertThat(read.isCheckpointed()).isTrue();

      Path first = Path.of(file, "part-00000");
      Files.move(first, Path.of(file, "hidden"));
      assertThatThrownBy(() -> other.checkpointFile(file))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("part-00000");
      Files.delete(Path.of(file, "_SUCCESS"));
      assertThatThrownBy(() -> other.checkpointFile(file))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("_SUCCESS");
    }
  }

  @Test
  void aDamagedCheckpoint_failsTheJob() throws IOException {
    context.setCheckpointDir(directory.toString());
    RDD<Integer> squares = counted(1_000, 1);
    squares.checkpoint();
    squares.count();
    Path part = Path.of(squares.getCheckpointFile().orElseThrow(), "part-00000");
    byte[] bytes = Files.readAllBytes(part);
    bytes[bytes.length / 2] ^= 4;
    Files.write(part, bytes);

    assertThatThrownBy(squares::collect).isInstanceOf(JobFailedException.class);
  }

  @Test
  void aCheckpointThatFails_isTriedAgainByTheNextJob() throws IOException {
    context.setCheckpointDir(directory.toString());
    RDD<Integer> squares = counted(3, 1);
    squares.checkpoint();
    Path target = Path.of(context.getCheckpointDir().orElseThrow(), "rdd-" + squares.plan().id());
    Files.createDirectory(target);

    assertThatThrownBy(squares::count).isInstanceOf(UncheckedIOException.class);
    assertThat(squares.isCheckpointed()).isFalse();
    Files.delete(target);
    assertThat(squares.count()).isEqualTo(3);
    assertThat(squares.isCheckpointed()).isTrue();
  }

  @Test
  void aTaskThatFailsOnce_isWrittenByItsNextAttempt() {
    context.close(); // a process may have one engine at a time
    try (RDDContext retrying = new RDDContext("local[2,3]", "retrying")) {
      retrying.setCheckpointDir(directory.toString());
      RDD<Integer> numbers =
          retrying
              .parallelize(IntStream.range(0, 100).boxed().toList(), 4)
              .map(
                  x -> {
                    if (x % 10 == 9 && TaskContext.get().attemptNumber() == 0) {
                      throw new IllegalStateException("first attempt");
                    }
                    return x;
                  });
      numbers.checkpoint();

      assertThat(numbers.count()).isEqualTo(100);
      assertThat(numbers.isCheckpointed()).isTrue();
      assertThat(numbers.collect()).isEqualTo(IntStream.range(0, 100).boxed().toList());
    }
  }

  @Test
  void checkpoint_needsADirectory() {
    assertThat(context.getCheckpointDir()).isEmpty();
    assertThatThrownBy(() -> counted(3, 1).checkpoint())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("setCheckpointDir");
  }

  @Test
  void contextsWithOneDirectory_doNotMeet() {
    context.setCheckpointDir(directory.toString());
    String first = context.getCheckpointDir().orElseThrow();
    context.setCheckpointDir(directory.toString());

    assertThat(context.getCheckpointDir().orElseThrow()).isNotEqualTo(first);
  }

  private RDD<Integer> counted(int count, int partitions) {
    LongAccumulator calls = computed;
    return context
        .parallelize(IntStream.range(0, count).boxed().toList(), partitions)
        .map(
            x -> {
              calls.add(1);
              return x * x;
            });
  }
}
