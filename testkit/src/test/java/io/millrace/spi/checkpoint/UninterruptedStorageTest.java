package io.millrace.spi.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedDisk;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.FaultPlan;
import io.millrace.testkit.StorageContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of stores, over one that fails when its thread is interrupted. */
@Timeout(30)
class UninterruptedStorageTest implements StorageContract {

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final AtomicInteger nonce = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @Override
  public CheckpointStorage open() throws IOException {
    return UninterruptedStorage.open(Executors.newCachedThreadPool(), Fragile::new);
  }

  /** Does what clients of networks do. */
  private class Fragile implements CheckpointStorage {

    private final CheckpointStorage storage =
        new FileCheckpointStorage(
            new CrashingFiles(disk, new SimulatedProcess(FaultPlan.NONE)),
            () -> "n" + nonce.incrementAndGet());
    private int numCloses;

    private void checkNotInterrupted() throws IOException {
      if (Thread.currentThread().isInterrupted()) {
        throw new IOException("interrupted, nobody knows");
      }
    }

    @Override
    public String location() {
      return storage.location();
    }

    @Override
    public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
      checkNotInterrupted();
      return storage.putIfAbsent(name, content);
    }

    @Override
    public byte[] read(String name, long offset, int length) throws IOException {
      checkNotInterrupted();
      return storage.read(name, offset, length);
    }

    @Override
    public byte[] read(String name) throws IOException {
      checkNotInterrupted();
      return storage.read(name);
    }

    @Override
    public List<StoredObject> list(String directory) throws IOException {
      checkNotInterrupted();
      return storage.list(directory);
    }

    @Override
    public void delete(String name) throws IOException {
      checkNotInterrupted();
      storage.delete(name);
    }

    @Override
    public void sweep() throws IOException {
      checkNotInterrupted();
      storage.sweep();
    }

    @Override
    public void close() throws IOException {
      checkNotInterrupted();
      numCloses++;
    }
  }

  @Test
  void call_whoseCallerIsInterruptedGoesOnToItsEnd() throws Exception {
    CountDownLatch isUnderWay = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Fragile slow =
        new Fragile() {
          @Override
          public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
            isUnderWay.countDown();
            try {
              mayEnd.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return super.putIfAbsent(name, content);
          }
        };
    ExecutorService caller = Executors.newSingleThreadExecutor();
    try (CheckpointStorage storage = UninterruptedStorage.open(threads, () -> slow)) {
      Future<List<Boolean>> result =
          caller.submit(() -> List.of(storage.putIfAbsent("a", NOTHING), Thread.interrupted()));
      isUnderWay.await();
      caller.shutdownNow();
      mayEnd.countDown();

      assertThat(result.get()).containsExactly(true, true);
    } finally {
      caller.shutdownNow();
    }
  }

  @Test
  void failure_isTheStoresOwnAndSaysWhoHasCalled() throws IOException {
    IOException failure = new IOException("as told");
    RuntimeException bug = new IllegalStateException("as told");
    Fragile failing =
        new Fragile() {
          @Override
          public byte[] read(String name) throws IOException {
            throw failure;
          }

          @Override
          public void delete(String name) {
            throw bug;
          }
        };
    try (CheckpointStorage storage = UninterruptedStorage.open(threads, () -> failing)) {
      assertThatThrownBy(() -> storage.read("a")).isSameAs(failure);
      assertThatThrownBy(() -> storage.delete("a")).isSameAs(bug);
    }
    assertThat(List.of(failure, bug))
        .allSatisfy(
            thrown ->
                assertThat(thrown.getStackTrace())
                    .extracting(StackTraceElement::getMethodName)
                    .contains("failure_isTheStoresOwnAndSaysWhoHasCalled"));
  }

  @Test
  void open_thatFailsLeavesNoThreads() {
    assertThatThrownBy(
            () ->
                UninterruptedStorage.open(
                    threads,
                    () -> {
                      throw new NoClassDefFoundError("a/client");
                    }))
        .isInstanceOf(NoClassDefFoundError.class);
    assertThat(threads.isShutdown()).isTrue();
  }

  @Test
  void open_byAnInterruptedThreadSucceedsAndKeepsTheInterrupt() throws IOException {
    Thread.currentThread().interrupt();
    try (CheckpointStorage storage =
        UninterruptedStorage.open(
            threads,
            () -> {
              Fragile opened = new Fragile();
              opened.checkNotInterrupted();
              return opened;
            })) {
      assertThat(Thread.interrupted()).isTrue();
      assertThat(storage.list("")).isEmpty();
    }
  }

  @Test
  void close_closesTheStoreOnceAndEndsTheThreads() throws IOException {
    Fragile closed = new Fragile();
    CheckpointStorage storage = UninterruptedStorage.open(threads, () -> closed);
    storage.close();
    storage.close();

    assertThat(closed.numCloses).isEqualTo(1);
    assertThat(threads.isShutdown()).isTrue();
    assertThatThrownBy(() -> storage.read("a"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(storage.location() + " has been closed");
  }

  @Test
  void close_thatFailsEndsTheThreadsAllTheSame() throws IOException {
    Fragile stuck =
        new Fragile() {
          @Override
          public void close() throws IOException {
            throw new IOException("as told");
          }
        };
    CheckpointStorage storage = UninterruptedStorage.open(threads, () -> stuck);

    assertThatThrownBy(storage::close).hasMessage("as told");
    assertThat(threads.isShutdown()).isTrue();
  }
}
