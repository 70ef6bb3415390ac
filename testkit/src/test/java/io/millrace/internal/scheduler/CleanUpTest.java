package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.ForwardingStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CleanUpTest {

  private final StoredObjects objects = new StoredObjects(Map.of());
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final Deleting storage = new Deleting(objects);

  /** Runs what the other threads are given. */
  private final Deque<Thread> threads = new ArrayDeque<>();

  private void put(String... names) throws IOException {
    for (String name : names) {
      objects.putIfAbsent(name, ByteBuffer.wrap(new byte[1]));
    }
  }

  private void start(Runnable task) {
    Thread thread = new Thread(task);
    threads.add(thread);
    thread.start();
  }

  private void joinAll() throws InterruptedException {
    while (!threads.isEmpty()) {
      threads.remove().join();
    }
  }

  /** A store that fails to delete, or is slow at it. */
  private static final class Deleting extends ForwardingStorage {

    private final List<String> asked = new ArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private CountDownLatch go = new CountDownLatch(0);
    private int numFailures;

    Deleting(CheckpointStorage real) {
      super(real);
    }

    @Override
    public void delete(String name) throws IOException {
      asked.add(name);
      begun.countDown();
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this", e);
      }
      if (numFailures > 0) {
        numFailures--;
        throw new IOException("no, not " + name);
      }
      super.delete(name);
    }
  }

  @Test
  void whoOffers_doesNotWait() throws Exception {
    put("log/1", "data/a", "data/b");
    CleanUp cleanUp = new CleanUp(objects, tasks::add);
    cleanUp.offer(List.of("log/1"));
    cleanUp.offer(List.of("data/a"));
    assertThat(objects.objects()).hasSize(3);
    assertThat(tasks).as("one at a time").hasSize(1);
    tasks.remove().run();
    assertThat(objects.objects()).containsOnlyKeys("data/b");
  }

  @Test
  void nothingToDelete_isNoTask() throws Exception {
    new CleanUp(objects, tasks::add).offer(List.of());
    assertThat(tasks).isEmpty();
  }

  @Test
  void whatCantBeDeleted_isTriedAgainWithTheNextBatch() throws Exception {
    put("data/a", "data/b");
    storage.numFailures = 1;
    CleanUp cleanUp = new CleanUp(storage, Runnable::run);
    cleanUp.offer(List.of("data/a", "data/b"));
    assertThat(objects.objects()).hasSize(2);
    cleanUp.offer(List.of());
    assertThat(objects.objects()).isEmpty();
    assertThat(storage.asked).containsExactly("data/a", "data/a", "data/b");
  }

  @Test
  void namesThatCantBeDeleted_areKeptUpToABound() throws Exception {
    storage.numFailures = Integer.MAX_VALUE;
    CleanUp cleanUp = new CleanUp(storage, Runnable::run);
    List<String> names =
        IntStream.range(0, CleanUp.MAX_WAITING - 1).mapToObj(i -> "data/" + i).toList();
    cleanUp.offer(names);
    cleanUp.offer(List.of("data/last", "data/beyond"));
    storage.numFailures = 0;
    storage.asked.clear();
    cleanUp.offer(List.of("data/beyond that"));
    assertThat(storage.asked).hasSize(CleanUp.MAX_WAITING).endsWith("data/last");
  }

  @Test
  void whoOffersMoreThanCanBeDeleted_waits() throws Exception {
    storage.go = new CountDownLatch(1);
    CleanUp cleanUp = new CleanUp(storage, this::start);
    cleanUp.offer(IntStream.range(0, CleanUp.MAX_WAITING).mapToObj(i -> "data/" + i).toList());
    storage.begun.await();
    Thread offering =
        new Thread(
            () -> {
              try {
                cleanUp.offer(List.of("data/one more"));
              } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts this", e);
              }
            });
    offering.start();
    while (offering.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    storage.go.countDown();
    offering.join();
    joinAll();
    assertThat(storage.asked).hasSize(CleanUp.MAX_WAITING + 1).endsWith("data/one more");
  }

  @Test
  void close_waitsForTheCallUnderWay_andLeavesTheRest() throws Exception {
    put("data/a", "data/b");
    storage.go = new CountDownLatch(1);
    CleanUp cleanUp = new CleanUp(storage, this::start);
    cleanUp.offer(List.of("data/a", "data/b"));
    storage.begun.await();
    Thread closing = new Thread(cleanUp::close);
    closing.start();
    while (closing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    storage.go.countDown();
    closing.join();
    joinAll();
    assertThat(objects.objects()).containsOnlyKeys("data/b");
  }

  @Test
  void close_doesNotWaitForATaskThatHasNotBegun() throws Exception {
    put("data/a");
    CleanUp cleanUp = new CleanUp(objects, tasks::add);
    cleanUp.offer(List.of("data/a"));
    cleanUp.close();
    tasks.remove().run();
    assertThat(objects.objects()).containsOnlyKeys("data/a");
  }
}
