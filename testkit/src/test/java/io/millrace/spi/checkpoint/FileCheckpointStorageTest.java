package io.millrace.spi.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.CrashTreatment;
import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedDisk;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Fault;
import io.millrace.testkit.SimulatedProcess.FaultPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the store does when the files beneath it fail. */
@Timeout(30)
class FileCheckpointStorageTest {

  private static final LogName LOG = LogName.of("log", new UUID(1, 2));

  private final SimulatedDisk disk = new SimulatedDisk();
  private final AtomicInteger nonce = new AtomicInteger();
  private final FileCheckpointStorage storage = storage(FaultPlan.NONE);

  private FileCheckpointStorage storage(FaultPlan plan) {
    return new FileCheckpointStorage(files(plan), this::nonce);
  }

  private CrashingFiles files(FaultPlan plan) {
    return new CrashingFiles(disk, new SimulatedProcess(plan));
  }

  private String nonce() {
    return "n" + nonce.incrementAndGet();
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (int value : values) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }

  private static FaultPlan first(String operation, String target, Fault fault) {
    AtomicInteger numMet = new AtomicInteger();
    return call ->
        call.operation().equals(operation)
                && call.target().equals(target)
                && numMet.incrementAndGet() == 1
            ? fault
            : Fault.NONE;
  }

  @Test
  void put_whoseDirectoryCouldNotBeSyncedEndsAllWriting() throws IOException {
    FileCheckpointStorage failing = storage(first("syncDirectory", "log", Fault.FAIL));
    failing.putIfAbsent("before", bytes(1));

    assertThatThrownBy(() -> failing.putIfAbsent("log/1", bytes(2)))
        .isInstanceOf(FailedSyncException.class)
        .hasMessageContaining("a simulated disk")
        .hasMessageContaining("restart")
        .hasRootCauseMessage("simulated failure of call 11 (syncDirectory log)");
    assertThatThrownBy(() -> failing.putIfAbsent("log/1", bytes(2)))
        .isInstanceOf(FailedSyncException.class);
    assertThatThrownBy(() -> failing.putIfAbsent("other/1", bytes(2)))
        .isInstanceOf(FailedSyncException.class);
    assertThatThrownBy(() -> failing.list("log")).isInstanceOf(FailedSyncException.class);
    assertThatThrownBy(() -> failing.delete("before")).isInstanceOf(FailedSyncException.class);
    assertThatThrownBy(failing::sweep).isInstanceOf(FailedSyncException.class);
    assertThat(failing.read("before")).containsExactly(1);
  }

  @Test
  void put_whoseFileCouldNotBeSyncedIsNotThereAndMayBeRepeatedWithAnother() throws IOException {
    FileCheckpointStorage failing = storage(first("sync", ".tmp-n1", Fault.FAIL));

    assertThatThrownBy(() -> failing.putIfAbsent("a", bytes(1)))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(FailedSyncException.class)
        .hasMessageContaining("a could not be stored in a simulated disk");
    assertThat(disk.files()).isEmpty();
    assertThat(failing.putIfAbsent("a", bytes(1))).isTrue();
    assertThat(disk.afterEachCrash(CrashTreatment.all(4)))
        .allSatisfy(found -> assertThat(found.files().get("a")).containsExactly(1));
  }

  @Test
  void put_onAFullDiskFailsByNameAndSucceedsWhenThereIsSpaceAgain() throws IOException {
    storage.putIfAbsent("log/1", bytes(1));
    disk.setFull(true);

    assertThatThrownBy(() -> storage.putIfAbsent("log/2", bytes(1, 2, 3)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("log/2 could not be stored in a simulated disk")
        .hasMessageContaining("No space left on device");
    assertThat(storage.read("log/1")).containsExactly(1);
    storage.delete("log/1");

    disk.setFull(false);
    assertThat(storage.putIfAbsent("log/2", bytes(1, 2, 3))).isTrue();
    assertThat(disk.files().keySet()).containsExactly("log/2");
  }

  @Test
  void put_underATemporaryNameThatIsTakenFailsAndStoresNothing() throws IOException {
    files(FaultPlan.NONE).create(".tmp-n1", List.of(bytes(9)));

    assertThatThrownBy(() -> storage.putIfAbsent("a", bytes(1)))
        .hasRootCauseInstanceOf(FileAlreadyExistsException.class);
    assertThat(storage.putIfAbsent("a", bytes(1))).isTrue();
    assertThat(storage.read("a")).containsExactly(1);
  }

  @Test
  void list_makesDurableWhatAnotherHasOnlyLinked() throws IOException {
    FileCheckpointStorage other = storage(first("syncDirectory", "log", Fault.CRASH_BEFORE));
    assertThatThrownBy(() -> other.putIfAbsent("log/1", bytes(1))).isInstanceOf(Error.class);
    assertThat(disk.afterEachCrash(CrashTreatment.all(0)))
        .anySatisfy(found -> assertThat(found.files()).doesNotContainKey("log/1"));

    assertThat(storage.list("log")).hasSize(1);

    assertThat(disk.afterEachCrash(CrashTreatment.all(8)))
        .allSatisfy(found -> assertThat(found.files()).containsKey("log/1"));
  }

  @Test
  void claim_afterASlotThatAnotherHasOnlyLinkedLeavesNoGap() throws IOException {
    String second = LOG.slot(2);
    String third = LOG.slot(3);
    AtomicInteger numSyncs = new AtomicInteger();
    FileCheckpointStorage first =
        storage(
            call ->
                call.operation().equals("syncDirectory")
                        && call.target().equals("log")
                        && numSyncs.incrementAndGet() == 3
                    ? Fault.CRASH_BEFORE
                    : Fault.NONE);
    SlotLog log = SlotLog.claim(first, LOG, new UUID(0, 1)).log();
    assertThatThrownBy(() -> log.append(new byte[1])).isInstanceOf(Error.class);
    assertThat(disk.files()).containsKey(second).doesNotContainKey(third);
    FileCheckpointStorage next = storage(first("link", third, Fault.CRASH_AFTER));
    assertThatThrownBy(() -> SlotLog.claim(next, LOG, new UUID(0, 2))).isInstanceOf(Error.class);

    for (SimulatedDisk found : disk.afterEachCrash(CrashTreatment.all(16))) {
      FileCheckpointStorage reader =
          new FileCheckpointStorage(new CrashingFiles(found, new SimulatedProcess()), this::nonce);
      assertThat(SlotLog.read(reader, LOG).slots()).hasSizeGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void sweep_takesWhatACrashHasLeftAndNotWhatIsUnderWay() throws Exception {
    FileCheckpointStorage dead = storage(first("link", "a", Fault.CRASH_BEFORE));
    assertThatThrownBy(() -> dead.putIfAbsent("a", bytes(1))).isInstanceOf(Error.class);
    assertThat(disk.files().keySet()).containsExactly(".tmp-n1");
    CountDownLatch isHeld = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    FileCheckpointStorage slow =
        storage(
            call -> {
              if (call.operation().equals("link")) {
                isHeld.countDown();
                awaitUninterruptibly(release);
              }
              return Fault.NONE;
            });
    CompletableFuture<Boolean> put =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return slow.putIfAbsent("b", bytes(2));
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    isHeld.await();

    slow.sweep();

    assertThat(disk.files().keySet()).containsExactly(".tmp-n2");
    release.countDown();
    assertThat(put.get()).isTrue();
    assertThat(disk.files().keySet()).containsExactly("b");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void put_whoseTemporaryFileAnotherHasSweptAway_beginsAnew() throws IOException {
    FileCheckpointStorage swept = storage(sweptAway(".tmp-n1"));

    assertThat(swept.putIfAbsent("a", bytes(1))).isTrue();

    assertThat(disk.files().keySet()).containsExactly("a");
  }

  @Test
  void put_whoseTemporaryFileAnotherHasSweptAway_findsWhatThatOneHasPut() throws IOException {
    storage.putIfAbsent("a", bytes(2));

    FileCheckpointStorage swept = storage(sweptAway(".tmp-n2"));

    assertThat(swept.putIfAbsent("a", bytes(1))).isFalse();
    assertThat(storage.read("a")).containsExactly(2);
  }

  @Test
  void put_whoseTemporaryFilesAreAllSweptAway_failsAndStoresNothing() {
    FileCheckpointStorage swept = storage(sweptAway(".tmp-n1", ".tmp-n2", ".tmp-n3"));

    assertThatThrownBy(() -> swept.putIfAbsent("a", bytes(1)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("a could not be stored in ");

    assertThat(disk.files()).isEmpty();
  }

  private FaultPlan sweptAway(String... temporary) {
    return call -> {
      if (call.operation().equals("link")) {
        List.of(temporary).forEach(disk::lose);
      }
      return Fault.NONE;
    };
  }

  @Test
  void open_leavesNothingBehind() throws IOException {
    FileCheckpointStorage.open(files(FaultPlan.NONE), this::nonce);
    assertThat(disk.files()).isEmpty();
  }

  @Test
  void open_whereALinkReplacesIsRefused() {
    CrashingFiles files = files(FaultPlan.NONE);
    DurableFiles careless =
        new ForwardingFiles(files) {
          @Override
          public void link(String path, String existing) throws IOException {
            files.delete(path);
            super.link(path, existing);
          }
        };
    assertThatThrownBy(() -> FileCheckpointStorage.open(careless, this::nonce))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a simulated disk can't hold a checkpoint")
        .hasMessageContaining("replaces");
  }

  @Test
  void open_whereThereAreNoLinksIsRefused() {
    DurableFiles linkless =
        new ForwardingFiles(files(FaultPlan.NONE)) {
          @Override
          public void link(String path, String existing) {
            throw new UnsupportedOperationException("no links");
          }
        };
    assertThatThrownBy(() -> FileCheckpointStorage.open(linkless, this::nonce))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("hard links")
        .hasMessageContaining("ext4");
    assertThat(disk.files()).isEmpty();
  }

  @Test
  void open_whereNothingCanBeWrittenIsRefused() {
    FaultPlan readOnly = first("create", ".tmp-n1", Fault.FAIL);
    assertThatThrownBy(() -> FileCheckpointStorage.open(files(readOnly), this::nonce))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("make it writable");
  }

  @Test
  void readOnly_readsAndWritesNothing() throws IOException {
    storage.putIfAbsent("log/1", bytes(1));
    SimulatedProcess process =
        new SimulatedProcess(
            call -> {
              assertThat(call.operation()).isIn("list", "size", "read");
              return Fault.NONE;
            });
    CheckpointStorage reader = FileCheckpointStorage.readOnly(new CrashingFiles(disk, process));

    assertThat(reader.list("log")).hasSize(1);
    assertThat(reader.read("log/1")).containsExactly(1);
    assertThatThrownBy(() -> reader.putIfAbsent("log/2", bytes(2)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("reading alone");
    assertThatThrownBy(() -> reader.delete("log/1"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(reader::sweep).isInstanceOf(UnsupportedOperationException.class);
  }

  /** Files that differ from others in a method or two. */
  private static class ForwardingFiles implements DurableFiles {

    private final DurableFiles files;

    ForwardingFiles(DurableFiles files) {
      this.files = files;
    }

    @Override
    public String location() {
      return files.location();
    }

    @Override
    public void create(String path, List<ByteBuffer> content) throws IOException {
      files.create(path, content);
    }

    @Override
    public void sync(String path) throws IOException {
      files.sync(path);
    }

    @Override
    public void link(String path, String existing) throws IOException {
      files.link(path, existing);
    }

    @Override
    public void createDirectory(String path) throws IOException {
      files.createDirectory(path);
    }

    @Override
    public void syncDirectory(String path) throws IOException {
      files.syncDirectory(path);
    }

    @Override
    public void delete(String path) throws IOException {
      files.delete(path);
    }

    @Override
    public List<String> list(String path) throws IOException {
      return files.list(path);
    }

    @Override
    public long size(String path) throws IOException {
      return files.size(path);
    }

    @Override
    public byte[] read(String path, long offset, int length) throws IOException {
      return files.read(path, offset, length);
    }
  }
}
