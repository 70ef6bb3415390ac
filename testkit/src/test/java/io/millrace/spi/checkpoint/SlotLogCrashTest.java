package io.millrace.spi.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.CorruptionException;
import io.millrace.testkit.CrashPoints;
import io.millrace.testkit.CrashTreatment;
import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedCrash;
import io.millrace.testkit.SimulatedDisk;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** After any crash the log is what was appended: all that was answered, and perhaps one more. */
class SlotLogCrashTest {

  private static final LogName LOG = LogName.of("log", new UUID(1, 2));

  /** A disk, and what an observer knows about the log on it. */
  private static final class World {

    final SimulatedDisk disk;
    final int numProcesses;
    final List<String> appended;
    // Bodies from here on must not be deleted.
    int neededFrom;
    // Attempted, and neither answered nor seen since; null if there is none.
    String inDoubt;

    World(SimulatedDisk disk, int numProcesses, World like) {
      this.disk = disk;
      this.numProcesses = numProcesses;
      this.appended = like == null ? new ArrayList<>() : new ArrayList<>(like.appended);
      this.neededFrom = like == null ? 0 : like.neededFrom;
      this.inDoubt = like == null ? null : like.inDoubt;
    }

    FileCheckpointStorage storage(SimulatedProcess process) {
      int[] nonce = {0};
      return new FileCheckpointStorage(
          new CrashingFiles(disk, process), () -> numProcesses + "-" + ++nonce[0]);
    }

    /** Compares with what was read, which settles what was in doubt. */
    void settle(SlotLog.Contents contents) {
      List<String> found = texts(contents);
      List<String> withDoubt = new ArrayList<>(appended);
      if (inDoubt != null) {
        withDoubt.add(inDoubt);
      }
      boolean isThere =
          inDoubt != null && !found.isEmpty() && found.get(found.size() - 1).equals(inDoubt);
      List<String> expected = isThere ? withDoubt : List.copyOf(appended);
      int numNeeded = Math.max(0, appended.size() - neededFrom);
      if (found.size() < numNeeded
          || found.size() > expected.size()
          || !found.equals(expected.subList(expected.size() - found.size(), expected.size()))) {
        throw new AssertionError(
            "found " + found + " where " + appended + " was appended, in doubt " + inDoubt);
      }
      appended.clear();
      appended.addAll(expected);
      inDoubt = null;
    }

    void append(SlotLog log, String body, boolean dropsEarlier) throws IOException {
      inDoubt = body;
      if (dropsEarlier) {
        neededFrom = appended.size();
      }
      long retainFrom = dropsEarlier ? log.lastNumber() + 1 : 1;
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      try {
        log.append(bytes, retainFrom);
      } catch (FailedSyncException e) {
        throw e;
      } catch (IOException e) {
        log.append(bytes, retainFrom);
      }
      appended.add(body);
      inDoubt = null;
    }
  }

  private static List<String> texts(SlotLog.Contents contents) {
    return contents.slots().stream()
        .filter(slot -> !slot.isClaim())
        .map(slot -> new String(slot.body(), StandardCharsets.UTF_8))
        .toList();
  }

  private static UUID owner(World world) {
    return new UUID(0, world.numProcesses);
  }

  /** One process after the other claims the log, appends to it and clears it. */
  private record Appends(List<CrashTreatment> treatments) implements CrashPoints.Story<World> {

    @Override
    public World begin() {
      return new World(new SimulatedDisk(), 0, null);
    }

    @Override
    public World copy(World world) {
      return new World(world.disk.copy(), world.numProcesses, world);
    }

    @Override
    public void run(World world, SimulatedProcess process) throws IOException {
      SlotLog.Claimed claimed = SlotLog.claim(world.storage(process), LOG, owner(world));
      world.settle(claimed.before());
      String own = world.numProcesses + ".";
      world.append(claimed.log(), own + "a", false);
      world.append(claimed.log(), own + "b", true);
      claimed.log().deleteUnneeded();
      world.append(claimed.log(), own + "c", false);
    }

    @Override
    public void recover(World world, SimulatedProcess process) throws IOException {
      run(world, process);
    }

    @Override
    public List<World> afterCrash(World world) {
      return world.disk.afterEachCrash(treatments).stream()
          .map(found -> new World(found, world.numProcesses + 1, world))
          .toList();
    }

    @Override
    public void check(World world) throws IOException {
      for (World found : afterCrash(world)) {
        found.settle(SlotLog.read(found.storage(new SimulatedProcess()), LOG));
      }
    }
  }

  @Test
  void log_isWhatWasAppendedWhereverItCrashesOnce() {
    assertThat(
            CrashPoints.explore(
                new Appends(CrashTreatment.all(8)),
                Set.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.FAIL, Fault.LOSE_RESPONSE),
                1))
        .isGreaterThan(500);
  }

  @Test
  @Tag("slow")
  void log_isWhatWasAppendedWhereverItCrashes() {
    assertThat(CrashPoints.explore(new Appends(CrashTreatment.all(1)), CrashPoints.CRASHES, 2))
        .isGreaterThan(10_000);
  }

  @Test
  @Tag("slow")
  void log_isWhatWasAppendedWhereverCallsFail() {
    assertThat(
            CrashPoints.explore(
                new Appends(CrashTreatment.all(0)), Set.of(Fault.FAIL, Fault.LOSE_RESPONSE), 2))
        .isGreaterThan(10_000);
  }

  /** A sync that lies, then a crash. */
  @Test
  void log_afterASyncThatLiedIsAnEarlierOneOrNamedAsDamaged() throws IOException {
    Appends story = new Appends(CrashTreatment.all(4));
    SimulatedProcess honest = new SimulatedProcess();
    story.run(story.begin(), honest);
    int numErrors = 0;
    int numEarlier = 0;
    for (int lie = 1; lie <= honest.numCalls(); lie++) {
      for (int crash = lie + 1; crash <= honest.numCalls(); crash++) {
        int lieNumber = lie;
        int crashNumber = crash;
        World world = story.begin();
        SimulatedProcess process =
            new SimulatedProcess(
                call ->
                    call.number() == lieNumber
                        ? Fault.LIE
                        : call.number() == crashNumber ? Fault.CRASH_BEFORE : Fault.NONE);
        runUntilDeath(story, world, process);
        for (World found : story.afterCrash(world)) {
          try {
            List<String> texts = texts(SlotLog.read(found.storage(new SimulatedProcess()), LOG));
            assertThat(Collections.indexOfSubList(List.of("0.a", "0.b", "0.c"), texts))
                .as("%s", texts)
                .isNotNegative();
            numEarlier += texts.size() < found.appended.size() - found.neededFrom ? 1 : 0;
          } catch (CorruptionException e) {
            numErrors++;
          }
        }
      }
    }
    assertThat(numErrors).isPositive();
    assertThat(numEarlier).isPositive();
  }

  private static void runUntilDeath(Appends story, World world, SimulatedProcess process)
      throws IOException {
    try {
      story.run(world, process);
    } catch (SimulatedCrash e) {
      assertThat(process.isDead()).isTrue();
    }
  }
}
