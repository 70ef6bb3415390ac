package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.internal.system.LocalCheckpointStorageProvider;
import io.millrace.sink.FileSinkReader;
import io.millrace.sink.FileSinks;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.stream.CheckpointException;
import io.millrace.stream.InjectedRuntime;
import io.millrace.stream.StreamingContext;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole programs whose storage can't be written, or does not answer. */
@Timeout(60)
class StorageTroubleTest {

  private static final Duration INTERVAL = Duration.ofMillis(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir private Path directory;
  private Path input;
  private Path checkpoint;
  private Path ledger;

  /** Local files behind a gate that lets writes through, refuses them or holds them up. */
  private static final class Gate implements CheckpointStorage {

    private final CheckpointStorage storage;

    /** Guarded by this. */
    private boolean isHeld;

    private boolean isReadOnly;
    private boolean hasHeld;

    Gate(Path directory) throws IOException {
      storage = new LocalCheckpointStorageProvider().open(directory.toString());
    }

    synchronized void set(boolean held, boolean readOnly) {
      isHeld = held;
      isReadOnly = readOnly;
      notifyAll();
    }

    synchronized void awaitHeld() throws InterruptedException {
      while (!hasHeld) {
        wait();
      }
    }

    /** Like a system call, it can't be interrupted. */
    private synchronized void pass() throws IOException {
      boolean wasInterrupted = false;
      while (isHeld) {
        hasHeld = true;
        notifyAll();
        try {
          wait();
        } catch (InterruptedException e) {
          wasInterrupted = true;
        }
      }
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
      if (isReadOnly) {
        throw new IOException("Read-only file system");
      }
    }

    @Override
    public String location() {
      return storage.location();
    }

    @Override
    public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
      pass();
      return storage.putIfAbsent(name, content);
    }

    @Override
    public byte[] read(String name, long offset, int length) throws IOException {
      return storage.read(name, offset, length);
    }

    @Override
    public byte[] read(String name) throws IOException {
      return storage.read(name);
    }

    @Override
    public List<StoredObject> list(String below) throws IOException {
      return storage.list(below);
    }

    @Override
    public void delete(String name) throws IOException {
      pass();
      storage.delete(name);
    }

    @Override
    public void sweep() throws IOException {
      storage.sweep();
    }

    @Override
    public void close() throws IOException {
      storage.close();
    }
  }

  @BeforeEach
  void makeDirectories() throws IOException {
    input = Files.createDirectory(directory.resolve("input"));
    checkpoint = directory.resolve("checkpoint");
    ledger = directory.resolve("ledger");
  }

  private static Conf conf(String writeTimeout) {
    return new Conf()
        .setMaster("local[1]")
        .setAppName("trouble")
        .set(Settings.CHECKPOINT_WRITE_TIMEOUT.key(), writeTimeout);
  }

  private StreamingContext context(CheckpointStorage storage, String writeTimeout) {
    StreamingContext context =
        InjectedRuntime.into(
                StreamingContext.builder(conf(writeTimeout), INTERVAL),
                setup ->
                    new DefaultStreamRuntime(setup, new TimeLimits(SHORT, SHORT, SHORT, SHORT)))
            .checkpoint(storage)
            .build();
    context
        .textFileStream(input.toString(), false)
        .writeTo(FileSinks.lines(ledger.toString(), line -> line))
        .uid("ledger");
    return context;
  }

  private void file(String name) throws IOException {
    Path written = Files.write(directory.resolve(name), List.of(name));
    Files.move(written, input.resolve(name));
  }

  /** Counts down with each batch that has had records. */
  private static CountDownLatch batchesWithRecords(StreamingContext context, int number) {
    CountDownLatch latch = new CountDownLatch(number);
    context.addStreamingListener(
        new StreamingListener() {
          @Override
          public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
            if (completed.batchInfo().numRecords() > 0 && !completed.batchInfo().hasFailed()) {
              latch.countDown();
            }
          }
        });
    return latch;
  }

  private List<String> lines() throws IOException {
    try (FileSinkReader reader = FileSinkReader.open(ledger.toString())) {
      return reader.lines().toList();
    }
  }

  /** Starts the program on what it has left, and waits for a file that comes then. */
  private void goOnWith(String file) throws Exception {
    try (StreamingContext context = context(new Gate(checkpoint), "10s")) {
      CountDownLatch done = batchesWithRecords(context, 1);
      context.start();
      file(file);
      done.await();
      while (!lines().contains(file)) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void aPlaceThatCanNotBeMade_isRefusedWithPlaceAndRemedy() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "no directory");
    try (StreamingContext context = new StreamingContext(conf("0s"), INTERVAL)) {
      context.checkpoint(file.resolve("checkpoint").toString());
      context.textFileStream(input.toString()).print();
      assertThatThrownBy(context::start)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("the checkpoint " + file.resolve("checkpoint"))
          .hasMessageContaining("can't be opened");
    }
  }

  @Test
  void aDirectoryThatCanNotBeWritten_isRefusedWithPlaceAndRemedy() throws IOException {
    Files.createDirectory(
        checkpoint,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
    assumeThat(Files.isWritable(checkpoint)).as("permissions bind who runs this").isFalse();
    try (StreamingContext context = new StreamingContext(conf("0s"), INTERVAL)) {
      context.checkpoint(checkpoint.toString());
      context.textFileStream(input.toString()).print();
      assertThatThrownBy(context::start)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(checkpoint.toString())
          .hasMessageContaining("can't be opened");
    }
  }

  @Test
  void storageThatIsReadOnlyAtTheStart_isNamed() throws IOException {
    Gate gate = new Gate(checkpoint);
    gate.set(false, true);
    try (StreamingContext context = context(gate, "10s")) {
      assertThatThrownBy(context::start)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(checkpoint.toString())
          .hasMessageContaining("Read-only file system")
          .hasMessageContaining("make it writable");
    }
  }

  @Test
  void storageThatBecomesReadOnly_stopsTheProgramByName_andLosesNothing() throws Exception {
    Gate gate = new Gate(checkpoint);
    try (StreamingContext context = context(gate, "100ms")) {
      CountDownLatch done = batchesWithRecords(context, 1);
      file("a");
      context.start();
      done.await();
      gate.set(false, true);
      file("b");
      assertThatThrownBy(context::awaitTermination)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("the checkpoint can't be written any more")
          .hasMessageContaining("Read-only file system");
    }
    assertThat(lines()).containsExactly("a");
    goOnWith("c");
    assertThat(lines()).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void storageThatHoldsAWriteUp_letsTheBatchWait_andNobodyElse() throws Exception {
    Gate gate = new Gate(checkpoint);
    try (StreamingContext context = context(gate, "10s");
        StreamingContext other = new StreamingContext(conf("10s"), INTERVAL)) {
      CountDownLatch done = batchesWithRecords(context, 2);
      file("a");
      context.start();
      while (done.getCount() > 1) {
        Thread.onSpinWait();
      }
      gate.set(true, false);
      file("b");
      gate.awaitHeld();

      Path others = Files.createDirectory(directory.resolve("others"));
      CountDownLatch run = batchesWithRecords(other, 1);
      other.textFileStream(others.toString(), false).foreachRDD(rdd -> rdd.count());
      Files.write(others.resolve("x"), List.of("x"));
      other.start();
      run.await();

      assertThat(lines()).containsExactly("a");
      gate.set(false, false);
      done.await();
      assertThat(lines()).containsExactly("a", "b");
    }
  }

  @Test
  void storageThatHoldsAWriteUp_doesNotHoldUpAStop_andNothingIsLost() throws Exception {
    Gate gate = new Gate(checkpoint);
    try (StreamingContext context = context(gate, "10s")) {
      CountDownLatch done = batchesWithRecords(context, 1);
      file("a");
      context.start();
      done.await();
      gate.set(true, false);
      file("b");
      gate.awaitHeld();
      long startNanos = System.nanoTime();
      context.stop();
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
          .isLessThan(SHORT.multipliedBy(20));
    }
    gate.set(false, false);
    goOnWith("c");
    assertThat(lines()).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void aWriteThatFailsAfterItWasHeldUpForTooLong_isNotTriedAgain() throws Exception {
    Gate gate = new Gate(checkpoint);
    try (StreamingContext context = context(gate, "1ms")) {
      CountDownLatch done = batchesWithRecords(context, 1);
      file("a");
      context.start();
      done.await();
      gate.set(true, false);
      file("b");
      gate.awaitHeld();
      gate.set(false, true);
      assertThatThrownBy(context::awaitTermination)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("the checkpoint can't be written any more");
    }
    goOnWith("c");
    assertThat(lines()).containsExactlyInAnyOrder("a", "b", "c");
  }
}
