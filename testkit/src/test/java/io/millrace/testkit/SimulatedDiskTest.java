package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.CrashTreatment.Contents;
import io.millrace.testkit.CrashTreatment.Names;
import io.millrace.testkit.SimulatedProcess.Fault;
import io.millrace.testkit.SimulatedProcess.FaultPlan;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The simulation keeps, loses and tears what it says. */
class SimulatedDiskTest {

  private static final CrashTreatment KEEP = new CrashTreatment(Names.KEPT, Contents.KEPT, 1, 0);
  private static final CrashTreatment DROP =
      new CrashTreatment(Names.DROPPED, Contents.EMPTY, 1, 0);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final CrashingFiles files = files(FaultPlan.NONE);

  private CrashingFiles files(FaultPlan plan) {
    return new CrashingFiles(disk, new SimulatedProcess(plan));
  }

  private static byte[] ones(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 1);
    return bytes;
  }

  private static void create(CrashingFiles files, String path, int length) throws IOException {
    files.create(path, List.of(ByteBuffer.wrap(ones(length))));
  }

  private Set<String> namesAfter(CrashTreatment treatment) {
    return disk.afterCrash(treatment).files().keySet();
  }

  @Test
  void name_withoutSyncOfItsDirectoryIsDropped() throws IOException {
    create(files, "a", 3);
    files.sync("a");

    assertThat(namesAfter(DROP)).isEmpty();
    assertThat(namesAfter(KEEP)).containsExactly("a");
    files.syncDirectory("");
    assertThat(namesAfter(DROP)).containsExactly("a");
    assertThat(disk.hasUnsynced()).isFalse();
  }

  @Test
  void content_withoutSyncIsLostThoughItsNameIsKept() throws IOException {
    create(files, "a", 3);
    files.syncDirectory("");

    assertThat(disk.hasUnsynced()).isTrue();
    assertThat(disk.afterCrash(DROP).files().get("a")).isEmpty();
    assertThat(disk.afterCrash(KEEP).files().get("a")).containsExactly(1, 1, 1);
    files.sync("a");
    assertThat(disk.afterCrash(DROP).files().get("a")).containsExactly(1, 1, 1);
  }

  @Test
  void content_isCutAndZeroedAtBlocks() throws IOException {
    create(files, "a", 5_000);
    files.syncDirectory("");
    Set<Integer> lengths = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      byte[] cut =
          disk.afterCrash(new CrashTreatment(Names.KEPT, Contents.CUT, 512, seed)).files().get("a");
      byte[] zeroed =
          disk.afterCrash(new CrashTreatment(Names.KEPT, Contents.ZEROED, 512, seed))
              .files()
              .get("a");
      assertThat(cut.length % 512).isZero();
      assertThat(cut).isEqualTo(ones(cut.length));
      assertThat(zeroed).isEqualTo(Arrays.copyOf(cut, 5_000));
      lengths.add(cut.length);
    }
    assertThat(lengths).hasSize(10).contains(0, 4_608).doesNotContain(5_000);
  }

  @Test
  void content_losesAnyOfItsBlocks() throws IOException {
    create(files, "a", 1_500);
    files.syncDirectory("");
    Set<List<Byte>> firstBytes = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      byte[] found =
          disk.afterCrash(new CrashTreatment(Names.KEPT, Contents.ANY, 512, seed)).files().get("a");
      assertThat(found).hasSize(1_500);
      firstBytes.add(List.of(found[0], found[512], found[1_024]));
    }
    assertThat(firstBytes).hasSize(8);
  }

  @Test
  void changes_ofNamesSurviveInAnyCombination() throws IOException {
    create(files, "old", 1);
    files.syncDirectory("");
    files.delete("old");
    create(files, "new", 1);
    files.link("newer", "new");
    Set<Set<String>> seen = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      seen.add(namesAfter(new CrashTreatment(Names.ANY, Contents.KEPT, 1, seed)));
    }

    assertThat(seen).hasSize(8).contains(Set.of("newer"), Set.of("old", "new", "newer"));
    assertThat(namesAfter(new CrashTreatment(Names.ADDED, Contents.KEPT, 1, 0)))
        .containsExactly("new", "newer", "old");
    assertThat(namesAfter(new CrashTreatment(Names.REMOVED, Contents.KEPT, 1, 0))).isEmpty();
  }

  @Test
  void directory_thatIsLostTakesWithItWhatIsInIt() throws IOException {
    files.createDirectory("a/b");
    create(files, "a/b/c", 1);
    files.sync("a/b/c");
    files.syncDirectory("a/b");
    files.syncDirectory("");
    assertThat(namesAfter(DROP)).isEmpty();

    files.syncDirectory("a");
    assertThat(namesAfter(DROP)).containsExactly("a/b/c");
  }

  @Test
  void sync_thatFailedIsNotMadeGoodByAnother() throws IOException {
    CrashingFiles failing =
        files(call -> call.number() == 2 || call.number() == 4 ? Fault.FAIL : Fault.NONE);
    create(failing, "a", 3);
    assertThatThrownBy(() -> failing.sync("a")).hasMessageContaining("call 2 (sync a)");
    failing.sync("a");
    assertThatThrownBy(() -> failing.syncDirectory("")).isInstanceOf(IOException.class);
    failing.syncDirectory("");

    assertThat(namesAfter(DROP)).isEmpty();
    assertThat(disk.afterCrash(new CrashTreatment(Names.KEPT, Contents.EMPTY, 1, 0)).files())
        .hasEntrySatisfying("a", bytes -> assertThat(bytes).isEmpty());
  }

  @Test
  void sync_thatLiedIsMadeGoodByAnHonestOne() throws IOException {
    CrashingFiles lying = files(FaultPlan.at(2, Fault.LIE));
    create(lying, "a", 3);
    lying.sync("a");
    lying.syncDirectory("");
    assertThat(disk.afterCrash(DROP).files().get("a")).isEmpty();

    lying.sync("a");
    assertThat(disk.afterCrash(DROP).files().get("a")).hasSize(3);
  }

  @Test
  void crash_beforeAndAfterACallDiffersByItsEffectAndEndsTheProcess() throws IOException {
    for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
      SimulatedDisk fresh = new SimulatedDisk();
      SimulatedProcess process = new SimulatedProcess(FaultPlan.at(2, fault));
      CrashingFiles crashing = new CrashingFiles(fresh, process);
      create(crashing, "a", 1);
      assertThatThrownBy(() -> create(crashing, "b", 1)).isInstanceOf(SimulatedCrash.class);
      assertThatThrownBy(() -> create(crashing, "c", 1)).isInstanceOf(SimulatedCrash.class);
      assertThat(process.isDead()).isTrue();
      assertThat(process.numCalls()).isEqualTo(2);
      assertThat(fresh.files().keySet())
          .isEqualTo(fault == Fault.CRASH_AFTER ? Set.of("a", "b") : Set.of("a"));
    }
  }

  @Test
  void response_thatIsLostLeavesTheEffect() throws IOException {
    CrashingFiles unlucky = files(FaultPlan.at(1, Fault.LOSE_RESPONSE));
    assertThatThrownBy(() -> create(unlucky, "a", 1)).hasMessageContaining("loss of the response");
    assertThat(disk.files()).containsKey("a");
    assertThatThrownBy(() -> create(files(FaultPlan.at(1, Fault.FAIL)), "b", 1))
        .isInstanceOf(IOException.class);
    assertThat(disk.files()).doesNotContainKey("b");
  }

  @Test
  void fullDisk_failsWhatNeedsSpaceAndTakesPartOfAFile() throws IOException {
    create(files, "a", 1);
    disk.setFull(true);
    assertThatThrownBy(() -> create(files, "b", 10)).hasMessageContaining("No space left");
    assertThatThrownBy(() -> files.link("c", "a")).hasMessageContaining("No space left");
    assertThatThrownBy(() -> files.createDirectory("d")).hasMessageContaining("No space left");
    assertThat(files.size("b")).isEqualTo(5);
    files.delete("b");
    disk.setFull(false);
    create(files, "b", 10);
    assertThat(files.read("b", 8, 2)).containsExactly(1, 1);
  }

  @Test
  void calls_failAsTheContractSays() throws IOException {
    create(files, "a", 1);
    assertThatThrownBy(() -> create(files, "a", 1)).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> files.link("a", "a")).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> files.link("b", "x")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> create(files, "no/b", 1)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> files.size("x")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> files.read("a", 1, 1)).isInstanceOf(EOFException.class);
    files.delete("x");
    assertThat(files.list("no")).isEmpty();
  }

  @Test
  void copies_areApart() throws IOException {
    create(files, "a", 1);
    SimulatedDisk copy = disk.copy();
    files.delete("a");
    assertThat(copy.files()).containsKey("a");
    assertThat(copy.hasUnsynced()).isTrue();
    assertThat(copy.afterCrash(DROP).files()).isEmpty();
  }

  @Test
  void outcomes_areEachADifferentOne() throws IOException {
    assertThat(disk.afterEachCrash(CrashTreatment.all(10))).hasSize(1);
    create(files, "a", 2);
    files.sync("a");
    List<Set<String>> names = new ArrayList<>();
    for (SimulatedDisk found : disk.afterEachCrash(CrashTreatment.all(10))) {
      names.add(found.files().keySet());
    }
    // The process alone, the name kept, the name dropped.
    assertThat(names).containsExactly(Set.of("a"), Set.of("a"), Set.of());
  }
}
