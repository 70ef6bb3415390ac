package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.SimulatedProcess.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CrashPointsTest {

  /** Writes a file, and calls it done; with or without the sync that this takes. */
  private static class OneFile implements CrashPoints.Story<OneFile.World> {

    record World(SimulatedDisk disk, List<String> done) {}

    private final boolean syncs;

    OneFile(boolean syncs) {
      this.syncs = syncs;
    }

    @Override
    public World begin() {
      return new World(new SimulatedDisk(), new ArrayList<>());
    }

    @Override
    public World copy(World world) {
      return new World(world.disk().copy(), new ArrayList<>(world.done()));
    }

    @Override
    public void run(World world, SimulatedProcess process) throws IOException {
      CrashingFiles files = new CrashingFiles(world.disk(), process);
      files.create("a", List.of(ByteBuffer.allocate(3)));
      files.sync("a");
      if (syncs) {
        files.syncDirectory("");
      }
      world.done().add("a");
      files.list("");
    }

    @Override
    public void recover(World world, SimulatedProcess process) throws IOException {
      new CrashingFiles(world.disk(), process).list("");
    }

    @Override
    public List<World> afterCrash(World world) {
      return world.disk().afterEachCrash(CrashTreatment.all(0)).stream()
          .map(disk -> new World(disk, new ArrayList<>(world.done())))
          .toList();
    }

    @Override
    public void check(World world) {
      assertThat(world.disk().files().keySet()).containsAll(world.done());
    }
  }

  @Test
  void explore_findsTheCrashThatLosesWhatWasDone() {
    assertThatThrownBy(() -> CrashPoints.explore(new OneFile(false), CrashPoints.CRASHES, 1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("CRASH_BEFORE at call 3 (list )")
        .hasMessageContaining("outcome 2")
        .hasMessageContaining("a state that must not be");
  }

  @Test
  void explore_countsWhatItHasChecked() {
    long once = CrashPoints.explore(new OneFile(true), CrashPoints.CRASHES, 1);
    long twice = CrashPoints.explore(new OneFile(true), CrashPoints.CRASHES, 2);

    // Each of 4 calls, before and after it.
    assertThat(once).isGreaterThanOrEqualTo(8);
    assertThat(twice).isGreaterThan(2 * once);
  }

  @Test
  void explore_letsCallsFailToo() {
    assertThatThrownBy(
            () ->
                CrashPoints.explore(
                    new OneFile(true) {
                      @Override
                      public void run(World world, SimulatedProcess process) throws IOException {
                        try {
                          super.run(world, process);
                        } catch (IOException ignored) {
                          world.done().add("a");
                        }
                      }
                    },
                    Set.of(Fault.FAIL),
                    1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("FAIL at call 1 (create a)");
  }

  @Test
  void explore_failsOnAStoryThatFailsWithoutFaults() {
    assertThatThrownBy(
            () ->
                CrashPoints.explore(
                    new OneFile(true) {
                      @Override
                      public void run(World world, SimulatedProcess process) throws IOException {
                        throw new IOException("always");
                      }
                    },
                    CrashPoints.CRASHES,
                    1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a run without faults failed")
        .hasMessageContaining("always");
  }
}
