package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.Tuple2;
import io.millrace.internal.system.LocalCheckpointStorageProvider;
import io.millrace.internal.system.SystemClock;
import io.millrace.sink.FileSinkReader;
import io.millrace.sink.FileSinks;
import io.millrace.spi.Clock;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.ForwardingStorage;
import io.millrace.stream.CheckpointException;
import io.millrace.stream.InjectedRuntime;
import io.millrace.stream.StreamingContext;
import io.millrace.stream.StreamingContextState;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole programs whose storage can't be written, or does not answer. */
@Timeout(60)
class StorageTroubleTest {

  private static final Duration INTERVAL = Duration.ofMillis(20);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LOOK = Duration.ofMillis(20);

  @TempDir private Path directory;
  private Path input;
  private Path checkpoint;
  private Path ledger;

  /** Local files behind a gate that lets writes through, refuses them or holds them up. */
  private static final class Gate extends ForwardingStorage {

    // Guarded by this.
    private Predicate<String> held = name -> false;
    private boolean isReadOnly;
    private boolean hasHeld;

    Gate(Path directory) throws IOException {
      super(new LocalCheckpointStorageProvider().open(directory.toString()));
    }

    synchronized void set(boolean allHeld, boolean readOnly) {
      held = name -> allHeld;
      isReadOnly = readOnly;
      notifyAll();
    }

    /**
     * Holds up what changes objects of such names; asked once for each call, and when it changes.
     */
    synchronized void hold(Predicate<String> names) {
      held = names;
      notifyAll();
    }

    synchronized void awaitHeld() throws InterruptedException {
      while (!hasHeld) {
        wait();
      }
    }

    /** Like a system call, it can't be interrupted. */
    private synchronized void pass(String name) throws IOException {
      boolean wasInterrupted = false;
      while (held.test(name)) {
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
    public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
      pass(name);
      return super.putIfAbsent(name, content);
    }

    @Override
    public void delete(String name) throws IOException {
      pass(name);
      super.delete(name);
    }
  }

  /** The machine's clock, whose measure of elapsed time can be moved on by hand. */
  private static final class SkippingClock implements Clock {

    private final Clock clock = new SystemClock();
    private final AtomicLong skippedNanos = new AtomicLong();

    void skip(Duration elapsed) {
      skippedNanos.addAndGet(elapsed.toNanos());
    }

    @Override
    public long millis() {
      return clock.millis();
    }

    @Override
    public long nanoTime() {
      return clock.nanoTime() + skippedNanos.get();
    }

    @Override
    public void awaitMillis(long targetMillis, BooleanSupplier cancelled)
        throws InterruptedException {
      clock.awaitMillis(targetMillis, cancelled);
    }

    @Override
    public void wake() {
      clock.wake();
    }

    @Override
    public MissedTicks missedTicks() {
      return clock.missedTicks();
    }
  }

  private final SkippingClock clock = new SkippingClock();
  private String appName = "trouble";
  private String maxInlineBytes = "16k";
  private final List<Gate> gates = new ArrayList<>();

  /** So that a test which fails leaves no thread behind. */
  @AfterEach
  void openGates() {
    gates.forEach(gate -> gate.set(false, false));
  }

  @BeforeEach
  void makeDirectories() throws IOException {
    input = Files.createDirectory(directory.resolve("input"));
    checkpoint = directory.resolve("checkpoint");
    ledger = directory.resolve("ledger");
  }

  private Gate gate() throws IOException {
    Gate gate = new Gate(checkpoint);
    gates.add(gate);
    return gate;
  }

  private Conf conf(String writeTimeout) {
    return new Conf()
        .setMaster("local[1]")
        .setAppName(appName)
        .set(Settings.CHECKPOINT_MAX_INLINE_BYTES.key(), maxInlineBytes)
        .set(Settings.CHECKPOINT_WRITE_TIMEOUT.key(), writeTimeout);
  }

  private StreamingContext context(CheckpointStorage storage, String writeTimeout) {
    StreamingContext context =
        InjectedRuntime.into(
                StreamingContext.builder(conf(writeTimeout), INTERVAL),
                setup ->
                    new DefaultStreamRuntime(
                        setup, new TimeLimits(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, LOOK)))
            .clock(clock)
            .checkpoint(storage)
            .build();
    context
        .textFileStream(input.toString(), false)
        .writeTo(FileSinks.lines(ledger.toString(), line -> line))
        .uid("ledger");
    return context;
  }

  /** The program with a state, which tasks write down. */
  private StreamingContext counting(CheckpointStorage storage, String writeTimeout) {
    StreamingContext context = context(storage, writeTimeout);
    context
        .textFileStream(input.toString(), false)
        .uid("counted")
        .mapToPair(line -> Tuple2.of(line, 1L))
        .<Long>updateStateByKey((values, sum) -> Optional.of(sum.orElse(0L) + values.size()))
        .foreachRDD(rdd -> rdd.count());
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
    try (StreamingContext context = context(gate(), "10s")) {
      goOnWith(file, context);
    }
  }

  private void goOnWith(String file, StreamingContext context) throws Exception {
    CountDownLatch done = batchesWithRecords(context, 1);
    context.start();
    file(file);
    done.await();
    while (!lines().contains(file)) {
      Thread.onSpinWait();
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
    Gate gate = gate();
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
    Gate gate = gate();
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
    Gate gate = gate();
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
    Gate gate = gate();
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
    Gate gate = gate();
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

  /** Lets time go by until the storage has been waited for long enough. */
  private void skipUntil(BooleanSupplier ended) throws InterruptedException {
    while (!ended.getAsBoolean()) {
      clock.skip(Duration.ofMillis(100));
      throwIfInterrupted();
      Thread.onSpinWait();
    }
  }

  /** Lets the time limit of a test end its loops. */
  private static void throwIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** Threads of the context of this name. */
  private void awaitNoThreadsOf(String name) throws InterruptedException {
    while (Thread.getAllStackTraces().entrySet().stream()
        .anyMatch(
            thread -> thread.getKey().getName().startsWith(name) && !isIdle(thread.getValue()))) {
      throwIfInterrupted();
      Thread.onSpinWait();
    }
  }

  /** Whether a thread of a pool waits for more to do, and so ends by itself some seconds later. */
  private static boolean isIdle(StackTraceElement[] stack) {
    return Stream.of(stack)
        .anyMatch(
            frame ->
                frame.getClassName().equals(ThreadPoolExecutor.class.getName())
                    && frame.getMethodName().equals("getTask"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"log/", "data/"})
  void aWriteThatNeverReturns_stopsTheProgramByName_andNothingIsLost(String held) throws Exception {
    appName = "never-returns-" + held.replace("/", "");
    maxInlineBytes = "0";
    Gate gate = gate();
    try (StreamingContext context = counting(gate, "0s")) {
      CountDownLatch done = batchesWithRecords(context, 1);
      file("a");
      context.start();
      done.await();
      gate.hold(name -> name.startsWith(held));
      file("b");
      gate.awaitHeld();
      skipUntil(() -> context.getState() == StreamingContextState.STOPPED);
      assertThatThrownBy(context::awaitTermination)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("the checkpoint's storage does not answer")
          .hasMessageContaining("writing " + held)
          .hasMessageContaining("in " + checkpoint)
          .hasMessageContaining("has not returned for 10 s")
          // A plan, or what is written in its place while there is no input; a step writes for
          // itself.
          .hasMessageMatching(
              held.equals("log/") ? "(?s).*it is part of .*batch.*" : "(?s).*writing data/s-.*")
          .hasMessageContaining("start again")
          .hasMessageContaining("millrace.checkpoint.writeTimeout");
    }
    // The write is carried out after all, and nobody goes on with it.
    gate.hold(name -> false);
    awaitNoThreadsOf(appName);
    appName = "next";
    try (StreamingContext context = counting(gate(), "10s")) {
      goOnWith("c", context);
    }
    assertThat(lines()).containsExactlyInAnyOrder("a", "b", "c");
  }

  /** Starts a context on another thread; what it throws is in the future. */
  private static CompletableFuture<Throwable> starting(StreamingContext context) {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                context.start();
                thrown.completeExceptionally(new AssertionError("the start has succeeded"));
              } catch (Throwable e) {
                thrown.complete(e);
              }
            })
        .start();
    return thrown;
  }

  /** Holds up a write of the log during a start, the first for the claim. */
  private static Predicate<String> write(int number) {
    Set<String> begun = new HashSet<>();
    return name -> {
      if (!name.startsWith("log/")) {
        return false;
      }
      begun.add(name);
      return begun.size() == number;
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aStartThatIsHeldUpByItsStorage_isEndedByAStop(int write) throws Exception {
    file("a");
    goOnWith("b");
    appName = "held-start-" + write;
    Gate gate = gate();
    gate.hold(write(write));
    try (StreamingContext context = context(gate, "10s")) {
      CompletableFuture<Throwable> thrown = starting(context);
      gate.awaitHeld();
      long startNanos = System.nanoTime();
      context.stop();
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
          .isLessThan(SHORT.multipliedBy(20));
      assertThat(thrown.get())
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(appName + " was stopped while it started")
          .hasMessageContaining(
              write == 1 ? "the opening of the checkpoint " : "bringing the sources");
      assertThat(context.getState()).isEqualTo(StreamingContextState.STOPPED);
    }
    gate.hold(name -> false);
    awaitNoThreadsOf(appName);
    appName = "next";
    goOnWith("c");
    assertThat(lines()).containsExactlyInAnyOrder("a", "b", "c");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aStartWhoseStorageNeverAnswers_failsByName(int write) throws Exception {
    file("a");
    goOnWith("b");
    Gate gate = gate();
    gate.hold(write(write));
    try (StreamingContext context = context(gate, "20s")) {
      CompletableFuture<Throwable> thrown = starting(context);
      gate.awaitHeld();
      skipUntil(thrown::isDone);
      assertThat(thrown.get())
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("the checkpoint's storage does not answer: writing log/")
          .hasMessageContaining("has not returned for 20 s");
      assertThat(context.getState()).isEqualTo(StreamingContextState.STOPPED);
    }
    gate.hold(name -> false);
    goOnWith("c");
    assertThat(lines()).containsExactlyInAnyOrder("a", "b", "c");
  }
}
