package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.FencedException;
import io.millrace.spi.checkpoint.LogName;
import io.millrace.spi.checkpoint.Slot;
import io.millrace.spi.checkpoint.SlotLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What makes one driver the only one, over a real store: a log with several writers, each with a
 * store of its own. A storage's test implements this beside {@link StorageContract}.
 */
@Timeout(60)
public interface FencingContract {

  /** Opens the store of this test, as {@link StorageContract#open} does. */
  CheckpointStorage open() throws IOException;

  private static SlotLog claim(CheckpointStorage storage) throws IOException {
    return SlotLog.claim(storage, LogName.of("log", new UUID(1, 1)), UUID.randomUUID()).log();
  }

  private static byte[] body(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> texts(CheckpointStorage storage) throws IOException {
    return SlotLog.read(storage, LogName.of("log", new UUID(1, 1))).slots().stream()
        .map(slot -> slot.isClaim() ? "*" : new String(slot.body(), StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  default void claim_fencesWhoWroteBeforeForGood() throws IOException {
    try (CheckpointStorage storage = open();
        CheckpointStorage other = open()) {
      SlotLog first = claim(storage);
      first.append(body("a"));
      SlotLog second = claim(other);
      assertThrows(FencedException.class, () -> first.append(body("b")));
      second.append(body("c"));
      assertThrows(FencedException.class, () -> first.append(body("b")));
      assertThrows(FencedException.class, first::requireOwned);
      second.requireOwned();
      assertEquals(2, second.epoch());
      assertEquals(List.of("*", "a", "*", "c"), texts(storage));
    }
  }

  @Test
  default void append_byOneWhoSleptWhileOldSlotsWereDeletedIsFenced() throws IOException {
    try (CheckpointStorage storage = open();
        CheckpointStorage other = open()) {
      SlotLog sleeper = claim(storage);
      sleeper.append(body("a"));
      SlotLog later = claim(other);
      later.append(body("b"));
      later.append(body("c"), later.lastNumber() + 1);
      later.deleteUnneeded();
      assertThrows(FencedException.class, () -> sleeper.append(body("x")));
      assertEquals(List.of("c"), texts(storage));
    }
  }

  @Test
  default void claims_ofManyAtOnceFollowEachOtherAndLoseNothing() throws Exception {
    int numWriters = 4;
    ExecutorService pool = Executors.newFixedThreadPool(numWriters);
    List<CheckpointStorage> stores = new ArrayList<>();
    try (CheckpointStorage storage = open()) {
      // Here, since one that can't be opened would leave the other writers waiting for its own.
      for (int writer = 0; writer < numWriters; writer++) {
        stores.add(open());
      }
      CyclicBarrier start = new CyclicBarrier(numWriters);
      List<Callable<WriterRun>> writers = new ArrayList<>();
      for (CheckpointStorage own : stores) {
        String name = "writer " + writers.size();
        writers.add(
            () -> {
              start.await();
              return write(own, name);
            });
      }
      List<WriterRun> runs = new ArrayList<>();
      for (Future<WriterRun> run : pool.invokeAll(writers)) {
        runs.add(run.get());
      }
      checkRuns(runs, SlotLog.read(storage, LogName.of("log", new UUID(1, 1))).slots());
    } finally {
      pool.shutdownNow();
      for (CheckpointStorage store : stores) {
        store.close();
      }
    }
  }

  private static WriterRun write(CheckpointStorage storage, String name) throws IOException {
    int numSlots = 5;
    SlotLog log = claim(storage);
    List<Long> appended = new ArrayList<>();
    try {
      for (int i = 0; i < numSlots; i++) {
        appended.add(log.append(body(name)));
      }
      return new WriterRun(name, log.epoch(), appended, false);
    } catch (FencedException e) {
      return new WriterRun(name, log.epoch(), appended, true);
    }
  }

  private static void checkRuns(List<WriterRun> runs, List<Slot> slots) {
    Map<Long, Slot> byNumber =
        slots.stream().collect(Collectors.toMap(Slot::number, Function.identity()));
    long lastEpoch = slots.get(slots.size() - 1).epoch();
    int numAppended = 0;
    for (WriterRun run : runs) {
      numAppended += run.appended().size();
      for (long number : run.appended()) {
        Slot slot =
            Objects.requireNonNull(byNumber.get(number), () -> "slot " + number + " is lost");
        assertEquals(run.epoch(), slot.epoch());
        assertArrayEquals(body(run.name()), slot.body());
      }
    }
    List<WriterRun> last = runs.stream().filter(run -> run.epoch() == lastEpoch).toList();
    assertEquals(1, last.size(), runs::toString);
    assertFalse(last.get(0).isFenced(), runs::toString);
    long numClaims = slots.stream().filter(Slot::isClaim).count();
    assertEquals(numAppended, slots.size() - numClaims);
    assertTrue(numClaims >= runs.size(), () -> numClaims + " claims");
  }
}
