package io.millrace.spi.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.CrashPoints;
import io.millrace.testkit.CrashTreatment;
import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedDisk;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whole and for good, or not at all, at every instant of a crash. */
class FileCheckpointStorageCrashTest {

  /** From nothing to more than a page. */
  private static final Map<String, byte[]> CONTENTS =
      Map.of(
          "identity", content(0),
          "log/1", content(700),
          "log/2", content(5_000),
          "state/deep/1", content(1_025));

  private static final List<String> NAMES = CONTENTS.keySet().stream().sorted().toList();

  /** A disk, and what an observer knows of it. */
  private record World(
      SimulatedDisk disk, Set<String> promised, Set<String> deleted, int numProcesses) {

    World on(SimulatedDisk other) {
      return new World(other, new HashSet<>(promised), new HashSet<>(deleted), numProcesses + 1);
    }

    FileCheckpointStorage storage(SimulatedProcess process) {
      int[] nonce = {0};
      return new FileCheckpointStorage(
          new CrashingFiles(disk, process), () -> numProcesses + "-" + ++nonce[0]);
    }

    void checkPromises() {
      Map<String, byte[]> files = disk.files();
      files.forEach(
          (path, bytes) -> {
            if (!path.startsWith(".") && !Arrays.equals(bytes, CONTENTS.get(path))) {
              throw new AssertionError(path + " is torn, it has " + bytes.length + " bytes");
            }
          });
      for (String name : promised) {
        if (!deleted.contains(name) && !files.containsKey(name)) {
          throw new AssertionError(name + " was promised and is gone, left are " + files.keySet());
        }
      }
    }
  }

  /** Puts, deletes and lists, and then does what was left undone. */
  private record PutsAndDeletes(Function<World, List<SimulatedDisk>> crash)
      implements CrashPoints.Story<World> {

    @Override
    public World begin() {
      return new World(new SimulatedDisk(), new HashSet<>(), new HashSet<>(), 0);
    }

    @Override
    public World copy(World world) {
      return new World(
          world.disk().copy(),
          new HashSet<>(world.promised()),
          new HashSet<>(world.deleted()),
          world.numProcesses());
    }

    @Override
    public void run(World world, SimulatedProcess process) throws IOException {
      CheckpointStorage storage = world.storage(process);
      put(storage, world, "identity");
      put(storage, world, "log/1");
      put(storage, world, "log/2");
      delete(storage, world, "log/1");
      put(storage, world, "log/2");
      put(storage, world, "state/deep/1");
    }

    @Override
    public void recover(World world, SimulatedProcess process) throws IOException {
      world.checkPromises();
      CheckpointStorage storage = world.storage(process);
      storage.sweep();
      list(storage, world, "");
      list(storage, world, "log");
      for (String name : NAMES) {
        put(storage, world, name);
      }
      delete(storage, world, "log/1");
    }

    private static void put(CheckpointStorage storage, World world, String name)
        throws IOException {
      storage.putIfAbsent(name, ByteBuffer.wrap(bytes(name)));
      world.promised().add(name);
    }

    private static void list(CheckpointStorage storage, World world, String directory)
        throws IOException {
      for (CheckpointStorage.StoredObject object : storage.list(directory)) {
        assertThat(object.size()).isEqualTo(bytes(object.name()).length);
        world.promised().add(object.name());
      }
    }

    private static void delete(CheckpointStorage storage, World world, String name)
        throws IOException {
      world.deleted().add(name);
      storage.delete(name);
    }

    @Override
    public List<World> afterCrash(World world) {
      return crash.apply(world).stream().map(world::on).toList();
    }

    @Override
    public void check(World world) {
      assertThat(world.disk().files().keySet())
          .containsExactlyInAnyOrder("identity", "log/2", "state/deep/1");
      for (World found : afterCrash(world)) {
        found.checkPromises();
      }
    }
  }

  private static byte[] content(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(String name) {
    return Objects.requireNonNull(CONTENTS.get(name), name);
  }

  private static CrashPoints.Story<World> story(List<CrashTreatment> treatments) {
    return new PutsAndDeletes(world -> world.disk().afterEachCrash(treatments));
  }

  @Test
  void objects_areThereWholeAndForGoodOrNotAtAllWhereverItCrashesOnce() {
    long numStates = CrashPoints.explore(story(CrashTreatment.all(8)), CrashPoints.CRASHES, 1);
    assertThat(numStates).isGreaterThan(300);
  }

  @Test
  @Tag("slow")
  void objects_areThereWholeAndForGoodOrNotAtAllWhereverItCrashes() {
    long numStates = CrashPoints.explore(story(CrashTreatment.all(1)), CrashPoints.CRASHES, 2);
    assertThat(numStates).isGreaterThan(20_000);
  }

  @Test
  @Tag("slow")
  void objects_areThereWholeAndForGoodOrNotAtAllWhereverACallFails() {
    long numStates =
        CrashPoints.explore(
            story(CrashTreatment.all(0)), Set.of(Fault.FAIL, Fault.LOSE_RESPONSE), 2);
    assertThat(numStates).isGreaterThan(20_000);
  }

  @Test
  void sync_thatLiesLosesWhatWasPromised() {
    CrashPoints.Story<World> story = story(CrashTreatment.all(4));
    List<String> lies = new ArrayList<>();
    World world = story.begin();
    SimulatedProcess process =
        new SimulatedProcess(
            call -> {
              if (!call.operation().equals("sync") || !call.target().equals(".tmp-0-2")) {
                return Fault.NONE;
              }
              lies.add(call.toString());
              return Fault.LIE;
            });
    FileCheckpointStorage storage = world.storage(process);
    try {
      PutsAndDeletes.put(storage, world, "identity");
      PutsAndDeletes.put(storage, world, "log/1");
    } catch (IOException e) {
      throw new AssertionError(e);
    }

    assertThat(lies).hasSize(1);
    assertThat(story.afterCrash(world))
        .anySatisfy(found -> assertThat(found.disk().files().get("log/1")).isEmpty());
  }
}
