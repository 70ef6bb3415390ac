package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.internal.system.SystemClock;
import io.millrace.spi.Clock;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.stream.CheckpointException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of calls of a storage that take their time. */
@Timeout(20)
class StorageWatchTest {

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration SINK_LIMIT = Duration.ofSeconds(40);
  private static final Duration STEP = LIMIT.dividedBy(5);
  private static final ByteBuffer CONTENT = ByteBuffer.wrap(new byte[] {1});

  private final HandClock clock = new HandClock();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private StorageWatch watch =
      new StorageWatch(clock, LIMIT, SINK_LIMIT, () -> Optional.of("the end of batch 7"));

  @AfterEach
  void letGo() {
    release.countDown();
  }

  /** Elapsed time that is moved by hand. */
  private static final class HandClock implements Clock {

    private final AtomicLong nanos = new AtomicLong();

    @Override
    public long millis() {
      throw new UnsupportedOperationException("calls are measured, not dated");
    }

    @Override
    public long nanoTime() {
      return nanos.get();
    }

    @Override
    public void awaitMillis(long targetMillis, BooleanSupplier cancelled) {
      throw new UnsupportedOperationException("nobody waits here");
    }

    @Override
    public void wake() {}

    @Override
    public MissedTicks missedTicks() {
      return MissedTicks.MERGE;
    }
  }

  /** Writes down its calls, and hangs at objects named {@code hang}. */
  private class Storage implements CheckpointStorage {

    private void called(String call) {
      calls.add(call);
      if (call.endsWith("hang")) {
        entered.countDown();
        try {
          release.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @Override
    public String location() {
      return "the-place";
    }

    @Override
    public boolean putIfAbsent(String name, List<ByteBuffer> content) {
      called("put " + name);
      return true;
    }

    @Override
    public byte[] read(String name, long offset, int length) {
      called("read " + offset + " " + length + " " + name);
      return new byte[length];
    }

    @Override
    public byte[] read(String name) {
      called("read " + name);
      return new byte[] {4, 2};
    }

    @Override
    public List<StoredObject> list(String directory) {
      called("list " + directory);
      return List.of(new StoredObject(directory + "/x", 2));
    }

    @Override
    public void delete(String name) {
      called("delete " + name);
    }

    @Override
    public void sweep() {
      called("sweep");
    }

    @Override
    public void close() {
      called("close");
    }
  }

  /** Something that is asked of a storage. */
  @FunctionalInterface
  private interface Asking {
    void ask(CheckpointStorage storage) throws Exception;
  }

  private CompletableFuture<Boolean> onAnotherThread(CheckpointStorage storage, Asking asking) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                asking.ask(storage);
                done.complete(true);
              } catch (Throwable e) {
                done.completeExceptionally(e);
              }
            },
            "the-writer");
    thread.start();
    return done;
  }

  private Optional<CheckpointException> lookAfter(Duration elapsed) {
    clock.nanos.addAndGet(elapsed.toNanos());
    return watch.look();
  }

  private CheckpointException lookUntilGivenUp() {
    for (int i = 0; i < 5; i++) {
      Optional<CheckpointException> reason = lookAfter(STEP);
      assertThat(reason.isPresent()).as("look %d", i).isEqualTo(i == 4);
      if (reason.isPresent()) {
        return reason.get();
      }
    }
    throw new AssertionError("not given up");
  }

  @Test
  void everyCall_isPassedOn() throws IOException {
    CheckpointStorage storage = watch.open(Storage::new, "the-place");
    assertThat(storage.location()).isEqualTo("the-place");
    assertThat(storage.putIfAbsent("a", CONTENT)).isTrue();
    assertThat(storage.read("a", 3, 2)).hasSize(2);
    assertThat(storage.read("a")).containsExactly(4, 2);
    assertThat(storage.list("d")).hasSize(1);
    storage.delete("a");
    storage.sweep();
    storage.close();
    assertThat(calls)
        .containsExactly("put a", "read 3 2 a", "read a", "list d", "delete a", "sweep", "close");
    assertThat(lookAfter(LIMIT.multipliedBy(2))).isEmpty();
  }

  @Test
  void aWriteThatDoesNotReturn_isNamed() throws Exception {
    CheckpointStorage storage = watch.open(Storage::new, "the-place");
    CompletableFuture<Boolean> writing =
        onAnotherThread(storage, asked -> asked.putIfAbsent("log/hang", CONTENT));
    entered.await();

    CheckpointException reason = lookUntilGivenUp();

    assertThat(writing).isNotDone();
    assertThat(reason)
        .hasMessage(
            "the checkpoint's storage does not answer: writing log/hang in the-place has not"
                + " returned for 300 s (it is part of the end of batch 7). Nothing that was"
                + " committed is lost: see that the storage can be reached and start again, or"
                + " raise millrace.checkpoint.writeTimeout if it is only slow")
        .cause()
        .hasMessageContaining("the-writer")
        .satisfies(
            cause ->
                assertThat(cause.getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("putIfAbsent")));
    assertThat(lookAfter(STEP)).as("said once").isEmpty();
  }

  @Test
  void aSinkThatDoesNotReturn_isNamed_andNotBelievedLater() throws Exception {
    CompletableFuture<Boolean> committing =
        onAnotherThread(
            new Storage(),
            target ->
                watch.sink(
                    "the commit of batch 7 to table payments",
                    () -> target.putIfAbsent("hang", CONTENT)));
    entered.await();
    for (int i = 1; i < 4; i++) {
      assertThat(lookAfter(SINK_LIMIT)).as("a quarter of the limit at most").isEmpty();
    }
    CheckpointException reason = lookAfter(SINK_LIMIT).orElseThrow();
    assertThat(reason)
        .hasMessageContaining("the commit of batch 7 to table payments has not returned for 40 s")
        .hasMessageContaining("millrace.streaming.sinkTimeout");

    release.countDown();

    assertThatThrownBy(committing::get).hasCause(reason);
  }

  @Test
  void aWriteThatReturnsTooLate_hasNotSucceeded_andNothingIsAskedAfterIt() throws Exception {
    CheckpointStorage storage = watch.open(Storage::new, "the-place");
    CompletableFuture<Boolean> writing =
        onAnotherThread(storage, asked -> asked.putIfAbsent("hang", CONTENT));
    entered.await();
    lookUntilGivenUp();

    release.countDown();

    assertThatThrownBy(writing::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(StorageWatch.GivenUpException.class)
        .hasMessageContaining("the-place is not used any more");
    for (Asking asking :
        List.<Asking>of(
            asked -> asked.putIfAbsent("b", CONTENT),
            asked -> asked.read("b"),
            asked -> asked.read("b", 0, 1),
            asked -> asked.list("d"),
            asked -> asked.delete("b"),
            CheckpointStorage::sweep)) {
      assertThatThrownBy(() -> asking.ask(storage))
          .isInstanceOf(StorageWatch.GivenUpException.class);
    }
    storage.close();
    assertThat(calls).containsExactly("put hang", "close");
  }

  @Test
  void aWriteAfterIt_isNotTriedAgain() throws Exception {
    CheckpointStorage storage = watch.open(Storage::new, "the-place");
    watch.giveUp(new CheckpointException("enough"));
    Patience patience = new Patience(clockOfPatience(), LIMIT, () -> false, Runnable::run);
    List<String> tries = new ArrayList<>();

    assertThatThrownBy(
            () ->
                patience.write(
                    "the plan of batch 8",
                    () -> {
                      tries.add("tried");
                      return storage.putIfAbsent("b", CONTENT);
                    }))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("the plan of batch 8")
        .hasMessageContaining("enough");
    assertThat(tries).hasSize(1);
  }

  private static Clock clockOfPatience() {
    return new SystemClock();
  }

  @Test
  void aPauseOfTheProcess_isNotHeldAgainstTheStorage() throws Exception {
    CheckpointStorage storage = watch.open(Storage::new, "the-place");
    CompletableFuture<Boolean> writing =
        onAnotherThread(storage, asked -> asked.putIfAbsent("hang", CONTENT));
    entered.await();

    assertThat(lookAfter(Duration.ofDays(1))).isEmpty();
    release.countDown();

    assertThat(writing.get()).isTrue();
    assertThat(lookAfter(Duration.ofDays(1))).isEmpty();
    assertThat(storage.putIfAbsent("b", CONTENT)).isTrue();
  }

  @Test
  void withNoPatienceForFailures_aCallStillHasItsTime() throws Exception {
    watch = new StorageWatch(clock, Duration.ZERO, SINK_LIMIT, Optional::empty);
    CheckpointStorage storage = watch.open(Storage::new, "the-place");
    CompletableFuture<Boolean> listing = onAnotherThread(storage, asked -> asked.list("hang"));
    entered.await();
    for (int i = 0; i < 4; i++) {
      assertThat(lookAfter(StorageWatch.MIN_LIMIT.dividedBy(5))).isEmpty();
    }
    assertThat(lookAfter(StorageWatch.MIN_LIMIT.dividedBy(5)))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .hasMessageContaining(
                        "listing hang/ in the-place has not returned for 10 s. "));
    assertThat(listing).isNotDone();
  }

  @Test
  void aPlaceThatOpensTooLate_isClosed() throws Exception {
    CompletableFuture<Boolean> opening =
        onAnotherThread(
            new Storage(),
            storage ->
                watch.open(
                    () -> {
                      ((Storage) storage).called("open hang");
                      return storage;
                    },
                    "the-place"));
    entered.await();
    CheckpointException reason = lookUntilGivenUp();
    assertThat(reason).hasMessageContaining("opening the-place has not returned");

    release.countDown();

    assertThatThrownBy(opening::get).hasCause(reason);
    assertThat(calls).containsExactly("open hang", "close");
  }

  /** Goes to other processes itself. */
  private static final class Travelling implements CheckpointStorage, Serializable {

    private static final long serialVersionUID = 1L;

    @Override
    public String location() {
      return "on the way";
    }

    @Override
    public boolean putIfAbsent(String name, List<ByteBuffer> content) {
      return true;
    }

    @Override
    public byte[] read(String name, long offset, int length) {
      return new byte[length];
    }

    @Override
    public byte[] read(String name) {
      return new byte[0];
    }

    @Override
    public List<StoredObject> list(String directory) {
      return List.of();
    }

    @Override
    public void delete(String name) {}

    @Override
    public void sweep() {}

    @Override
    public void close() {}
  }

  @Test
  void aStorageThatTravels_goesAsItIs() throws Exception {
    CheckpointStorage storage = watch.open(Travelling::new, "on the way");
    assertThat(storage).isInstanceOf(Serializable.class).isNotInstanceOf(Travelling.class);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(storage);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isInstanceOf(Travelling.class);
    }
    assertThat(watch.open(Storage::new, "the-place")).isNotInstanceOf(Serializable.class);
  }
}
