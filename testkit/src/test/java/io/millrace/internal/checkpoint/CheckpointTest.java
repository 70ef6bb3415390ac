package io.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.FencedException;
import io.millrace.spi.checkpoint.FileCheckpointStorage;
import io.millrace.spi.state.StateFile;
import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedDisk;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a checkpoint keeps, and what it deletes. */
class CheckpointTest {

  private final SimulatedDisk disk = new SimulatedDisk();
  private final AtomicInteger numNames = new AtomicInteger();

  private CheckpointStorage storage(SimulatedProcess process) {
    return new FileCheckpointStorage(
        new CrashingFiles(disk, process), () -> "n" + numNames.incrementAndGet());
  }

  private Checkpoint claim(int retainedBatches) throws IOException {
    return claim(new SimulatedProcess(), retainedBatches);
  }

  private Checkpoint claim(SimulatedProcess process, int retainedBatches) throws IOException {
    return Checkpoint.claim(
        storage(process), () -> new UUID(7, numNames.incrementAndGet()), retainedBatches);
  }

  /** Commits a batch that leaves an object, and tells its name. */
  private String commit(Checkpoint checkpoint, long batch) throws IOException {
    String name = checkpoint.newName("s");
    checkpoint.storage().putIfAbsent(name, ByteBuffer.wrap(new byte[10]));
    commit(checkpoint, batch, new StateFile(name, Optional.empty(), 10, 1, 0, 1, true));
    return name;
  }

  private static void commit(Checkpoint checkpoint, long batch, StateFile file) throws IOException {
    List<Fact> facts =
        List.of(
            new Fact.Planned(
                batch, BatchKind.INPUT, 1_000 * batch, 1_000 * (batch - 1), 0, 1, Map.of()),
            new Fact.Prepared(
                batch,
                Map.of("state", new Fact.StateChange("form", List.of(file))),
                Map.of(),
                Map.of()),
            new Fact.Committed(batch, checkpoint.epoch()));
    if (checkpoint.isImageDue()) {
      checkpoint.appendImage(facts, Map.of());
    } else {
      checkpoint.append(facts);
    }
    for (String unneeded : checkpoint.takeUnneeded()) {
      checkpoint.storage().delete(unneeded);
    }
  }

  private long numSlots() {
    return disk.files().keySet().stream().filter(name -> name.startsWith("log/")).count();
  }

  @Test
  void slots_thatAreNotNeeded_goAlsoIfNoObjectGoes() throws IOException {
    Checkpoint checkpoint = claim(3);
    for (int batch = 1; batch <= 50; batch++) {
      byte[] inline = new byte[10];
      commit(
          checkpoint,
          batch,
          new StateFile("inline-" + batch, Optional.of(inline), 10, 1, 0, 1, true));
    }
    // Up to two times what is retained, and the claim.
    assertThat(numSlots()).isLessThan(10);
    assertThat(claim(3).state().lastBatch()).isEqualTo(50);
  }

  @Test
  void driverThatWakesUpAfterItsClaim_deletesNothingOfItsSuccessor() throws IOException {
    String ofFirst = commit(claim(5), 1);
    String[] ofThird = new String[1];
    boolean[] hasClaimed = new boolean[1];
    SimulatedProcess second =
        new SimulatedProcess(
            call -> {
              // It has claimed the log, and falls asleep before it tidies up.
              hasClaimed[0] |= call.operation().equals("link");
              if (hasClaimed[0]
                  && call.operation().equals("list")
                  && call.target().equals(Checkpoint.OBJECTS)
                  && ofThird[0] == null) {
                ofThird[0] = "";
                ofThird[0] = commitAsThird();
              }
              return Fault.NONE;
            });
    Checkpoint asleep = claim(second, 5);
    assertThat(asleep.epoch()).isEqualTo(2);
    assertThat(disk.files()).containsKeys(ofFirst, ofThird[0]);
    assertThatThrownBy(() -> commit(asleep, 2)).isInstanceOf(FencedException.class);
    assertThat(disk.files()).containsKeys(ofFirst, ofThird[0]);
  }

  private String commitAsThird() {
    try {
      return commit(claim(5), 2);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void objectsThatNoSlotMentions_goAtTheNextStart() throws IOException {
    Checkpoint first = claim(5);
    String kept = commit(first, 1);
    String stray = first.newName("s");
    first.storage().putIfAbsent(stray, ByteBuffer.wrap(new byte[10]));
    claim(5);
    assertThat(disk.files()).containsKey(kept).doesNotContainKey(stray);
  }
}
