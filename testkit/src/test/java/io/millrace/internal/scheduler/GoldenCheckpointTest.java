package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.millrace.Conf;
import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import io.millrace.codec.SchemaException;
import io.millrace.rdd.RDDContext;
import io.millrace.stream.BatchFailedException;
import io.millrace.stream.CheckpointException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Checkpoints that were written when their format was new are opened by every later build, and by
 * none if they are damaged. Each directory {@code golden/checkpoint-*} was made by {@code mvn test
 * -pl core,testkit -Dtest=GoldenCheckpointTest -Dgolden.write=DIRECTORY}; it is never made again, a
 * new format gets a new one.
 */
@Tag("counts-calls")
class GoldenCheckpointTest {

  private static final List<String> RESOURCES =
      List.of("/golden/checkpoint-1", "/golden/checkpoint-2", "/golden/checkpoint-3");

  /** Batches that the writer has run, and that the readers go on to. */
  private static final int WRITTEN = 7;

  private static final int LAST = 10;
  private static final UUID WRITER = new UUID(1, 0);
  private static final UUID READER = new UUID(2, 0);

  private static RDDContext engine;
  private static final List<StoredObjects> GOLDEN = new ArrayList<>();
  private static Map<Long, String> uninterrupted;

  @BeforeAll
  static void open() throws Exception {
    Conf conf =
        new Conf(false)
            .setMaster("local[1]")
            .setAppName("golden")
            .set("millrace.checkpoint.retainedBatches", "3")
            .set("millrace.checkpoint.maxInlineBytes", "36")
            .set("millrace.checkpoint.writeTimeout", "0s")
            .set("millrace.task.maxFailures", "1");
    engine = new RDDContext(conf);
    uninterrupted = new GoldenProgram(LAST, WRITER).run(engine, new StoredObjects(Map.of()));
    String directory = System.getProperty("golden.write");
    if (directory != null) {
      StoredObjects written = new StoredObjects(Map.of());
      new GoldenProgram(WRITTEN, WRITER).run(engine, written);
      written.save(Path.of(directory));
    }
    for (String resource : RESOURCES) {
      GOLDEN.add(
          StoredObjects.load(
              Path.of(
                  Objects.requireNonNull(GoldenCheckpointTest.class.getResource(resource))
                      .toURI())));
    }
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static Map<Long, String> goOn(StoredObjects storage) {
    return new GoldenProgram(LAST, READER).run(engine, storage);
  }

  @Test
  void aCheckpointOfAnyVersion_isOpened_andGoneOnWith() {
    for (StoredObjects golden : GOLDEN) {
      StoredObjects copy = new StoredObjects(golden.objects());
      assertThat(goOn(copy)).isEqualTo(new TreeMap<>(uninterrupted).tailMap(WRITTEN + 1L));
      // What it has become of this version is opened too.
      assertThat(goOn(copy)).isEqualTo(new TreeMap<>(uninterrupted).tailMap(LAST + 1L));
    }
  }

  /** A driver of the release that wrote the checkpoint finds the slot taken that it would put. */
  @Test
  void theClaimOfACheckpointOfVersion1_takesTheNextSlotOfThatVersion() {
    StoredObjects copy = new StoredObjects(GOLDEN.get(0).objects());
    String next = "log/0000000000000000017";
    assertThat(copy.objects()).doesNotContainKey(next).containsKey("log/0000000000000000016");
    goOn(copy);
    assertThat(copy.objects()).containsKey(next);
    assertThat(copy.objects().keySet())
        .anyMatch(name -> name.startsWith("log/0000000000000000018-"));
  }

  @Test
  void everyKindOfFile_isThere() {
    for (StoredObjects golden : GOLDEN) {
      assertThat(golden.objects().keySet())
          .contains("identity")
          .anyMatch(name -> name.startsWith("log/"))
          .anyMatch(name -> name.startsWith("data/s"))
          .anyMatch(name -> name.startsWith("data/w"));
    }
  }

  @Test
  void aMissingFile_isANamedErrorOrNotNeeded() {
    for (StoredObjects golden : GOLDEN) {
      for (String name : golden.objects().keySet()) {
        open("without " + name, golden.without(name));
      }
    }
  }

  @Test
  void someDamage_isANamedErrorOrAnEarlierState() {
    damage(40);
  }

  @Test
  @Tag("slow")
  void anyDamage_isANamedErrorOrAnEarlierState() {
    damage(3);
  }

  /**
   * Flips a bit of, and cuts the file at, about every so many bytes.
   *
   * @param stride mean distance
   */
  private static void damage(int stride) {
    GOLDEN.forEach(golden -> damage(golden, stride));
  }

  private static void damage(StoredObjects golden, int stride) {
    SplittableRandom random = new SplittableRandom(20_261_122L + stride);
    golden
        .objects()
        .forEach(
            (name, content) -> {
              for (int i = 0; i < content.length; i += 1 + random.nextInt(2 * stride - 1)) {
                byte[] flipped = content.clone();
                flipped[i] ^= (byte) (1 << random.nextInt(8));
                open("byte " + i + " of " + name + " changed", golden.with(name, flipped));
                open(
                    name + " cut after " + i + " bytes",
                    golden.with(name, Arrays.copyOf(content, i)));
              }
            });
  }

  /** Opens a damaged checkpoint: it must say so, or be what some batch has left. */
  private static void open(String damage, StoredObjects damaged) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    Map<Long, String> shown;
    try {
      shown = goOn(damaged);
    } catch (CheckpointException | BatchFailedException e) {
      // What windows read again is read by the batch that needs it.
      if (!isNamed(e)) {
        fail(damage + " is not told by name", e);
      }
      return;
    } catch (Throwable e) {
      fail(damage, e);
      return;
    } finally {
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(allocated).as("bytes taken after " + damage).isLessThan(32L << 20);
    }
    long first = new TreeMap<>(shown).firstKey();
    assertThat(first).as("first batch after " + damage).isLessThanOrEqualTo(WRITTEN + 1L);
    assertThat(shown).as(damage).isEqualTo(new TreeMap<>(uninterrupted).tailMap(first));
  }

  private static boolean isNamed(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CorruptionException
          || cause instanceof FormatVersionException
          || cause instanceof SchemaException) {
        return true;
      }
    }
    return false;
  }
}
