package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.internal.scheduler.WindowForm.Kind;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.checkpoint.FileCheckpointStorage;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import io.millrace.stream.graph.WindowSpan;
import io.millrace.testkit.CrashPoints;
import io.millrace.testkit.CrashTreatment;
import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedCrash;
import io.millrace.testkit.SimulatedDisk;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Programs with windows whose batches are slow, which are down for a while, are stopped or die at
 * any call: every record is in each window whose interval holds the time of its batch, every window
 * fires in a batch whose time is its end, and none that holds a batch with input is skipped.
 */
@Tag("slow")
class WindowCrashTest {

  private static final RDDContext PLAIN = Life.engine(new Conf());

  private static final RDDContext FILES =
      Life.engine(
          new Conf()
              .set(Settings.CHECKPOINT_MAX_INLINE_BYTES.key(), "0")
              .set(Settings.CHECKPOINT_RETAINED_BATCHES.key(), "1"));

  @AfterAll
  static void close() {
    PLAIN.close();
    FILES.close();
  }

  /**
   * A program.
   *
   * @param end the last number of its input
   * @param slowMillis by number, how long the batch takes that has it
   */
  private record Program(int end, Map<Integer, Long> slowMillis, List<WindowForm> forms)
      implements Life.Program {

    @Override
    public void declare(StreamingContext context, Life life) {
      DStream<Integer> numbers = context.sourceStream(life.numbers("numbers", end)).uid("numbers");
      numbers.foreachBatch(
          (rdd, batch) -> {
            List<Integer> given = rdd.collect();
            life.fire("numbers", batch, given.stream().map(String::valueOf).toList());
            given.forEach(number -> life.pass(slowMillis.getOrDefault(number, 0L)));
          });
      for (int i = 0; i < forms.size(); i++) {
        String name = "w" + i;
        forms
            .get(i)
            .declare(numbers, name)
            .foreachBatch(
                (rdd, batch) -> life.fire(name, batch, rdd.collect().stream().sorted().toList()));
      }
    }

    void check(Outside outside) {
      NavigableMap<Long, List<Long>> batches = new TreeMap<>();
      List<Long> all = new ArrayList<>();
      outside
          .firings
          .get("numbers")
          .forEach(
              (batch, texts) -> {
                List<Long> numbers = texts.stream().map(Long::parseLong).toList();
                all.addAll(numbers);
                if (!numbers.isEmpty()) {
                  batches.put(outside.times.get(batch), numbers);
                }
              });
      assertThat(all).hasSize(end).doesNotHaveDuplicates().isSorted();
      Expected.times(
          outside.times,
          batch ->
              outside.firings.values().stream()
                  .allMatch(fired -> fired.getOrDefault(batch, List.of()).isEmpty()));
      long last = outside.times.values().stream().mapToLong(time -> time).max().orElseThrow();
      for (int i = 0; i < forms.size(); i++) {
        check(
            forms.get(i), outside.firings.getOrDefault("w" + i, Map.of()), outside, batches, last);
      }
    }

    private static void check(
        WindowForm form,
        Map<Long, List<String>> firings,
        Outside outside,
        NavigableMap<Long, List<Long>> batches,
        long lastMillis) {
      NavigableMap<Long, List<String>> fired = new TreeMap<>();
      firings.forEach(
          (batch, rows) -> {
            long time = outside.times.get(batch);
            assertThat(form.span().isEnd(time)).as("%s fires at %d ms", form, time).isTrue();
            assertThat(rows)
                .as("%s at %d ms over %s", form, time, batches)
                .isEqualTo(form.model(batches, time));
            fired.put(time, rows);
          });
      NavigableSet<Long> ends = form.ends(batches.navigableKeySet(), lastMillis);
      assertThat(fired.navigableKeySet())
          .as("ends of %s over %s up to %d ms", form, batches, lastMillis)
          .containsAll(ends);
    }
  }

  private static WindowForm form(Kind kind, int length, int slide) {
    return new WindowForm(
        kind, new WindowSpan(1_000L * length, 1_000L * slide), new WindowSpan(2_000, 2_000));
  }

  private static void crashEverywhere(RDDContext engine, Program program, long outageMillis) {
    CrashStory story =
        CrashStory.of(engine, program, program::check)
            .treated(CrashTreatment.all(0).subList(0, 2))
            .withOutage(outageMillis);
    assertThat(CrashPoints.explore(story, CrashPoints.CRASHES, 1)).isGreaterThan(50);
  }

  /** The batch with the number 2 takes so long that all ends of its windows pass. */
  private static Program slow(WindowForm... forms) {
    return new Program(3, Map.of(2, 8_300L), List.of(forms));
  }

  @Test
  void tumblingWindows_haveEachRecordOnce() {
    crashEverywhere(
        PLAIN, slow(form(Kind.RECORDS, 3, 3), form(Kind.PANES, 3, 3), form(Kind.INVERSE, 3, 3)), 0);
  }

  @Test
  void slidingWindows_areAllThere() {
    crashEverywhere(
        FILES,
        slow(form(Kind.GROUPS, 4, 2), form(Kind.PANES, 3, 1), form(Kind.INVERSE, 3, 2)),
        4_500);
  }

  @Test
  void windowsOfWindows_areAllThere() {
    crashEverywhere(
        PLAIN,
        slow(
            form(Kind.RECORDS_OF_RECORDS, 4, 4),
            form(Kind.INVERSE_OF_PANES, 4, 2),
            form(Kind.UNION_WITH_INPUT, 2, 1)),
        2_500);
  }

  @Test
  void randomPrograms_areThoseOfAModel() {
    int numPrograms = Integer.getInteger("tests.seeds", 3) * 100;
    for (long seed = 0; seed < numPrograms; seed++) {
      try {
        runRandomly(new Random(seed));
      } catch (Throwable e) {
        throw new AssertionError("with seed " + seed, e);
      }
    }
  }

  private static void runRandomly(Random random) throws Exception {
    Program program = randomProgram(random);
    RDDContext engine = random.nextBoolean() ? PLAIN : FILES;
    Outside world = new Outside();
    boolean hasEnded = false;
    for (int numLives = 1; !hasEnded; numLives++) {
      int crashAt = numLives < 6 && random.nextBoolean() ? random.nextInt(250) : -1;
      Fault fault = random.nextBoolean() ? Fault.CRASH_BEFORE : Fault.CRASH_AFTER;
      AtomicInteger numCalls = new AtomicInteger();
      SimulatedProcess process =
          new SimulatedProcess(call -> numCalls.getAndIncrement() == crashAt ? fault : Fault.NONE);
      int stopAfter = numLives < 6 && random.nextInt(3) == 0 ? random.nextInt(8) : 100;
      hasEnded = live(world, process, engine, program, stopAfter);
      if (!hasEnded) {
        world = next(world, process.isDead(), random);
      }
    }
    program.check(world);
  }

  private static Program randomProgram(Random random) {
    Map<Integer, Long> slow = new TreeMap<>();
    int end = 2 + random.nextInt(10);
    for (int i = random.nextInt(3); i > 0; i--) {
      slow.put(1 + random.nextInt(end), 100L * random.nextInt(150));
    }
    List<WindowForm> forms = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
      // Two of them can't be told from each other by a checkpoint.
      boolean isSecond =
          kind == Kind.GROUPS && forms.stream().anyMatch(form -> form.kind() == Kind.GROUPS);
      forms.add(WindowForm.random(isSecond ? Kind.RECORDS : kind, random));
    }
    return new Program(end, slow, forms);
  }

  /** Runs the program; whether it has come to the end of its input. */
  private static boolean live(
      Outside world, SimulatedProcess process, RDDContext engine, Program program, int stopAfter) {
    try (Life life = new Life(world, process)) {
      life.stopAfter(stopAfter);
      AtomicInteger nonce = new AtomicInteger();
      life.run(
          engine,
          new FileCheckpointStorage(
              new CrashingFiles(world.disk, process),
              () -> world.numProcesses + "-" + nonce.incrementAndGet()),
          program);
      return stopAfter == 100 && life.isExhausted();
    } catch (RuntimeException | SimulatedCrash e) {
      if (!process.isDead()) {
        throw e;
      }
      return false;
    }
  }

  private static Outside next(Outside world, boolean hasDied, Random random) {
    List<SimulatedDisk> disks =
        hasDied ? world.disk.afterEachCrash(CrashTreatment.all(2)) : List.of(world.disk.copy());
    Outside found = world.with(disks.get(random.nextInt(disks.size())), world.numProcesses + 1);
    found.nowMillis += random.nextBoolean() ? 0 : 100L * random.nextInt(200);
    return found;
  }
}
