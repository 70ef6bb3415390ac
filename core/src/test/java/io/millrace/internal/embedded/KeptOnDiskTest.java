package io.millrace.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.JobFailedException;
import io.millrace.rdd.LongAccumulator;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import io.millrace.rdd.StorageLevel;
import io.millrace.spi.plan.BlockSetNode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class KeptOnDiskTest {

  private static final int SLICES = 8;
  private static final int RECORDS = 8_000;

  /** Room for about two partitions of eight. */
  private static final long MAX_CACHE_BYTES = 345_000;

  private final SpillFilesInMemory files = new SpillFilesInMemory();
  private final EmbeddedEngine engine = engine(MAX_CACHE_BYTES, Long.MAX_VALUE);
  private final RDDContext context = RDDContext.on(engine, new Conf());
  private final LongAccumulator computed = context.longAccumulator("computed");

  private EmbeddedEngine engine(long maxCacheBytes, long maxLocalBytes) {
    EmbeddedEngine made =
        new EmbeddedEngine(
            new EmbeddedEngine.Options(
                2, 2, maxCacheBytes, Long.MAX_VALUE, maxLocalBytes, true, false),
            files,
            "test",
            System::nanoTime,
            Runnable::run);
    made.start();
    return made;
  }

  @AfterEach
  void close() {
    context.close();
    engine.close();
    assertThat(files.files).isEmpty();
  }

  private RDD<String> counted() {
    LongAccumulator computed = this.computed;
    return context
        .parallelize(IntStream.range(0, RECORDS).boxed().toList(), SLICES)
        .map(
            x -> {
              computed.add(1);
              return text(x);
            });
  }

  private static String text(int number) {
    return "record " + number + "x".repeat(100);
  }

  private static List<String> expected() {
    return IntStream.range(0, RECORDS).mapToObj(KeptOnDiskTest::text).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"MEMORY_AND_DISK", "MEMORY_AND_DISK_SER", "DISK_ONLY"})
  void aDatasetLargerThanMemory_isComputedOnceIfItMayBeOnDisk(String level) {
    RDD<String> records = counted().persist(StorageLevel.fromString(level));

    assertThat(records.collect()).isEqualTo(expected());
    assertThat(records.collect()).isEqualTo(expected());

    assertThat(computed.value()).isEqualTo(RECORDS);
    assertThat(engine.numPartitionsKept(records.plan())).isEqualTo(SLICES);
    assertThat(files.files).isNotEmpty();
    assertThat(engine.store().usedBytes()).isLessThanOrEqualTo(MAX_CACHE_BYTES);
    records.unpersist();
    assertThat(files.files).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"MEMORY_ONLY", "MEMORY_ONLY_SER"})
  void aDatasetLargerThanMemory_isComputedInPartIfItMayNot(String level) {
    RDD<String> records = counted().persist(StorageLevel.fromString(level));

    assertThat(records.collect()).isEqualTo(expected());
    assertThat(records.collect()).isEqualTo(expected());

    assertThat(computed.value()).isGreaterThan(RECORDS);
    assertThat(engine.numPartitionsKept(records.plan())).isBetween(1, SLICES - 1);
    assertThat(files.created).hasValue(0);
  }

  @Test
  void serializedRecords_takeLessMemory() {
    RDD<String> bytes = counted().persist(StorageLevel.MEMORY_ONLY_SER);
    bytes.count();
    int asBytes = engine.numPartitionsKept(bytes.plan());
    bytes.unpersist();
    RDD<String> objects = counted().persist(StorageLevel.MEMORY_ONLY);
    objects.count();

    assertThat(asBytes).isGreaterThan(engine.numPartitionsKept(objects.plan()));
  }

  @Test
  void aBlockThatMakesRoom_isReadBackFromTheDisk() {
    RDD<Integer> first =
        context
            .parallelize(IntStream.range(0, 1_000).boxed().toList(), 1)
            .persist(StorageLevel.MEMORY_AND_DISK);
    first.count();
    assertThat(files.created).hasValue(0);

    RDD<String> second = counted().persist(StorageLevel.MEMORY_ONLY);
    second.count();

    assertThat(files.created).hasValue(1);
    assertThat(first.collect()).isEqualTo(IntStream.range(0, 1_000).boxed().toList());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBlockLostOrDamagedOnDisk_isComputedAgain(boolean isLost) {
    RDD<String> records = counted().persist(StorageLevel.DISK_ONLY);
    records.count();
    for (String name : List.copyOf(files.files.keySet())) {
      damage(name, isLost);
    }

    assertThat(records.collect()).isEqualTo(expected());
    assertThat(computed.value()).isEqualTo(2 * RECORDS);
    assertThat(records.collect()).isEqualTo(expected());
    assertThat(computed.value()).as("kept again").isEqualTo(2 * RECORDS);
  }

  @Test
  void aBlockLostBehindAnExchange_isComputedAgain() {
    RDD<Integer> sums =
        context
            .parallelize(IntStream.range(0, 100).boxed().toList(), 4)
            .mapToPair(x -> io.millrace.Tuple2.of(x % 10, x))
            .reduceByKey(Integer::sum, 2)
            .values()
            .persist(StorageLevel.DISK_ONLY);
    List<Integer> first = sums.collect();
    List.copyOf(files.files.keySet()).forEach(name -> damage(name, true));

    assertThat(sums.collect()).isEqualTo(first).hasSize(10);
  }

  private void damage(String name, boolean isLost) {
    if (isLost) {
      files.files.remove(name);
    } else {
      byte[] damaged = files.files.get(name).clone();
      damaged[damaged.length - 20] ^= 1;
      files.files.put(name, damaged);
    }
  }

  @Test
  void aDiskThatIsFull_onlyMeansThatRecordsAreComputedAgain() {
    files.capacity = 1_000;
    RDD<String> records = counted().persist(StorageLevel.DISK_ONLY);

    assertThat(records.collect()).isEqualTo(expected());
    assertThat(records.collect()).isEqualTo(expected());

    assertThat(computed.value()).isEqualTo(2 * RECORDS);
    assertThat(engine.numPartitionsKept(records.plan())).isZero();
  }

  @Test
  void anAttemptThatFails_leavesNoFileBehind() {
    RDD<String> records = counted().persist(StorageLevel.DISK_ONLY);

    assertThatThrownBy(
            () ->
                records
                    .map(
                        x -> {
                          if (x.startsWith("record 500x")) {
                            throw new IllegalStateException(x);
                          }
                          return x;
                        })
                    .count())
        .isInstanceOf(JobFailedException.class);

    assertThat(files.files).hasSize(engine.numPartitionsKept(records.plan()));
  }

  @Test
  void pinnedRecords_areSpilledAndNeverDropped() {
    BlockSetNode<String> pinned = pin();
    RDD<String> other = counted().cache();
    other.count();

    assertThat(context.rdd(pinned).collect()).isEqualTo(expected());
    assertThat(context.rdd(pinned).count()).isEqualTo(RECORDS);
    assertThat(pinned.blocks().numRecords()).isEqualTo(RECORDS);
    assertThat(files.files).isNotEmpty();
    assertThat(engine.store().usedBytes()).isLessThanOrEqualTo(MAX_CACHE_BYTES);

    engine.drop(pinned);
    assertThat(files.files).isEmpty();
    assertThatThrownBy(() -> context.rdd(pinned).count())
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("of 8 of state is lost")
        .hasMessageContaining("dropped");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPinnedBlockLostOrDamaged_failsByName(boolean isLost) {
    BlockSetNode<String> pinned = pin();
    List.copyOf(files.files.keySet()).forEach(name -> damage(name, isLost));

    assertThatThrownBy(() -> context.rdd(pinned).count())
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("of 8 of state is lost, and can't be computed again");
  }

  @Test
  void pinnedRecordsThatTheDiskDoesNotTake_stayInMemory() {
    files.capacity = 0;
    BlockSetNode<String> pinned = pin();

    assertThat(context.rdd(pinned).collect()).isEqualTo(expected());
    assertThat(engine.store().usedBytes()).isGreaterThan(MAX_CACHE_BYTES);
    engine.drop(pinned);
    assertThat(engine.store().usedBytes()).isZero();
  }

  private BlockSetNode<String> pin() {
    int each = RECORDS / SLICES;
    List<List<String>> partitions =
        IntStream.range(0, SLICES)
            .mapToObj(i -> expected().subList(i * each, (i + 1) * each))
            .toList();
    return engine.pin("state", partitions, null);
  }
}
