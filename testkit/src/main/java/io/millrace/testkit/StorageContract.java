package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorage.StoredObject;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link CheckpointStorage} does. A storage's test implements this and says how to open
 * the store; what it promises about crashes is for its own tests.
 */
@Timeout(60)
public interface StorageContract {

  /**
   * Opens the store of this test, which is empty when it is first opened. Each call is a store of
   * its own over the same place, as another process would have.
   */
  CheckpointStorage open() throws IOException;

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static List<String> names(List<StoredObject> objects) {
    return objects.stream().map(StoredObject::name).toList();
  }

  @Test
  default void put_isReadBackWhole() throws IOException {
    try (CheckpointStorage storage = open()) {
      assertTrue(storage.putIfAbsent("log/0001", bytes("one")));
      assertEquals("one", text(storage.read("log/0001")));
    }
  }

  @Test
  default void put_isSeenByOtherStoresOverThePlace() throws IOException {
    try (CheckpointStorage storage = open();
        CheckpointStorage other = open()) {
      storage.putIfAbsent("identity", bytes("x"));
      assertEquals("x", text(other.read("identity")));
      assertFalse(other.putIfAbsent("identity", bytes("y")));
      assertEquals("x", text(storage.read("identity")));
    }
  }

  @Test
  default void put_outlivesTheStore() throws IOException {
    try (CheckpointStorage storage = open()) {
      storage.putIfAbsent("a/b/c", bytes("deep"));
    }
    try (CheckpointStorage storage = open()) {
      assertEquals("deep", text(storage.read("a/b/c")));
    }
  }

  @Test
  default void put_ofANameThatIsTakenChangesNothing() throws IOException {
    try (CheckpointStorage storage = open()) {
      storage.putIfAbsent("log/1", bytes("first"));
      assertFalse(storage.putIfAbsent("log/1", bytes("second, and longer")));
      assertFalse(storage.putIfAbsent("log/1", bytes("first")));
      assertEquals("first", text(storage.read("log/1")));
      assertEquals(List.of(new StoredObject("log/1", 5)), storage.list("log"));
    }
  }

  @Test
  default void put_ofSeveralBuffersJoinsWhatRemainsInThem() throws IOException {
    ByteBuffer part = bytes("_middle_").position(1).limit(7);
    ByteBuffer direct = ByteBuffer.allocateDirect(3).put(bytes("end")).flip();
    try (CheckpointStorage storage = open()) {
      List<ByteBuffer> content =
          List.of(bytes("begin "), part.asReadOnlyBuffer(), ByteBuffer.allocate(0), direct);
      assertTrue(storage.putIfAbsent("joined", content));
      assertEquals("begin middleend", text(storage.read("joined")));
      assertEquals(List.of(6, 6, 0, 3), content.stream().map(ByteBuffer::remaining).toList());
    }
  }

  @Test
  default void put_ofNothingIsAnObject() throws IOException {
    try (CheckpointStorage storage = open()) {
      assertTrue(storage.putIfAbsent("empty", List.of()));
      assertFalse(storage.putIfAbsent("empty", bytes("x")));
      assertEquals(0, storage.read("empty").length);
      assertEquals(0, storage.read("empty", 0, 0).length);
      assertEquals(List.of(new StoredObject("empty", 0)), storage.list(""));
    }
  }

  @Test
  default void put_ofMegabytesIsReadBackWholeAndInParts() throws IOException {
    byte[] large = new byte[5_000_001];
    new Random(1).nextBytes(large);
    try (CheckpointStorage storage = open()) {
      ByteBuffer head = ByteBuffer.wrap(large, 0, 1_234_567);
      ByteBuffer tail = ByteBuffer.wrap(large, 1_234_567, large.length - 1_234_567);
      assertTrue(storage.putIfAbsent("state/large", List.of(head, tail)));
      assertArrayEquals(large, storage.read("state/large"));
      byte[] part = storage.read("state/large", 1_234_000, 2_000_000);
      assertEquals(ByteBuffer.wrap(large, 1_234_000, 2_000_000), ByteBuffer.wrap(part));
    }
  }

  @Test
  default void put_byManyAtOnceHasOneWinner() throws Exception {
    int numWriters = 8;
    ExecutorService pool = Executors.newFixedThreadPool(numWriters);
    try (CheckpointStorage storage = open();
        CheckpointStorage other = open()) {
      for (int round = 0; round < 20; round++) {
        String name = "log/" + round;
        CyclicBarrier start = new CyclicBarrier(numWriters);
        List<Callable<Boolean>> puts = new ArrayList<>();
        for (int writer = 0; writer < numWriters; writer++) {
          ByteBuffer content = bytes("writer " + writer);
          CheckpointStorage own = writer % 2 == 0 ? storage : other;
          puts.add(
              () -> {
                start.await();
                return own.putIfAbsent(name, content);
              });
        }
        List<String> winners = new ArrayList<>();
        List<Future<Boolean>> results = pool.invokeAll(puts);
        for (int writer = 0; writer < numWriters; writer++) {
          if (results.get(writer).get()) {
            winners.add("writer " + writer);
          }
        }
        assertEquals(List.of(text(storage.read(name))), winners);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  default void put_andReadByAnInterruptedThreadSucceedAndKeepTheInterrupt() throws IOException {
    try (CheckpointStorage storage = open()) {
      Thread.currentThread().interrupt();
      try {
        assertTrue(storage.putIfAbsent("log/1", bytes("one")));
        assertEquals("one", text(storage.read("log/1")));
        assertEquals(List.of("log/1"), names(storage.list("log")));
        storage.delete("log/1");
      } finally {
        assertTrue(Thread.interrupted());
      }
      assertTrue(storage.putIfAbsent("log/1", bytes("again")));
    }
  }

  @Test
  default void read_ofAPartGivesThatPart() throws IOException {
    try (CheckpointStorage storage = open()) {
      storage.putIfAbsent("digits", bytes("0123456789"));
      assertEquals("0", text(storage.read("digits", 0, 1)));
      assertEquals("3456", text(storage.read("digits", 3, 4)));
      assertEquals("9", text(storage.read("digits", 9, 1)));
      assertEquals("", text(storage.read("digits", 10, 0)));
    }
  }

  @Test
  default void read_beyondTheEndFails() throws IOException {
    try (CheckpointStorage storage = open()) {
      storage.putIfAbsent("digits", bytes("0123456789"));
      assertThrows(EOFException.class, () -> storage.read("digits", 9, 2));
      assertThrows(EOFException.class, () -> storage.read("digits", 10, 1));
      assertThrows(EOFException.class, () -> storage.read("digits", Long.MAX_VALUE, 1));
      assertThrows(EOFException.class, () -> storage.read("digits", 0, Integer.MAX_VALUE));
    }
  }

  @Test
  default void read_ofNegativeRangesIsRefused() throws IOException {
    try (CheckpointStorage storage = open()) {
      storage.putIfAbsent("digits", bytes("0123456789"));
      assertThrows(IllegalArgumentException.class, () -> storage.read("digits", -1, 1));
      assertThrows(IllegalArgumentException.class, () -> storage.read("digits", 1, -1));
    }
  }

  @Test
  default void read_ofWhatIsNotThereFails() throws IOException {
    try (CheckpointStorage storage = open()) {
      storage.putIfAbsent("log/1", bytes("x"));
      assertThrows(NoSuchFileException.class, () -> storage.read("log/2"));
      assertThrows(NoSuchFileException.class, () -> storage.read("log/2", 0, 0));
      assertThrows(NoSuchFileException.class, () -> storage.read("other/1"));
      assertThrows(NoSuchFileException.class, () -> storage.read("log"));
    }
  }

  @Test
  default void list_hasWhatIsInTheDirectoryByNameWithSizes() throws IOException {
    try (CheckpointStorage storage = open()) {
      for (String name : List.of("d/b", "d/a", "d/c/deeper", "d-e", "d/a-longer", "e/x", "top")) {
        storage.putIfAbsent(name, bytes(name));
      }
      assertEquals(
          List.of(
              new StoredObject("d/a", 3),
              new StoredObject("d/a-longer", 10),
              new StoredObject("d/b", 3)),
          storage.list("d"));
      assertEquals(List.of("d/c/deeper"), names(storage.list("d/c")));
      assertEquals(List.of("d-e", "top"), names(storage.list("")));
    }
  }

  @Test
  default void list_ofWhatIsNotThereIsEmpty() throws IOException {
    try (CheckpointStorage storage = open()) {
      assertEquals(List.of(), storage.list(""));
      assertEquals(List.of(), storage.list("log"));
      storage.putIfAbsent("log/1", bytes("x"));
      assertEquals(List.of(), storage.list("log/1"));
      assertEquals(List.of(), storage.list("lo"));
    }
  }

  @Test
  default void list_hasHundreds() throws IOException {
    try (CheckpointStorage storage = open()) {
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        String name = String.format(Locale.ROOT, "log/%04d", i);
        storage.putIfAbsent(name, bytes("x"));
        expected.add(name);
      }
      assertEquals(expected, names(storage.list("log")));
    }
  }

  @Test
  default void delete_takesTheObjectAway() throws IOException {
    try (CheckpointStorage storage = open()) {
      storage.putIfAbsent("log/1", bytes("x"));
      storage.putIfAbsent("log/2", bytes("y"));
      storage.delete("log/1");
      assertThrows(NoSuchFileException.class, () -> storage.read("log/1"));
      assertEquals(List.of("log/2"), names(storage.list("log")));
      assertTrue(storage.putIfAbsent("log/1", bytes("again")));
    }
  }

  @Test
  default void delete_ofWhatIsNotThereDoesNothing() throws IOException {
    try (CheckpointStorage storage = open()) {
      storage.delete("log/1");
      storage.putIfAbsent("log/1", bytes("x"));
      storage.delete("log/2");
      storage.delete("other/1");
      assertEquals(List.of("log/1"), names(storage.list("log")));
    }
  }

  @Test
  default void sweep_leavesObjectsAlone() throws IOException {
    try (CheckpointStorage storage = open()) {
      storage.putIfAbsent("top", bytes("x"));
      storage.putIfAbsent("log/1", bytes("y"));
      storage.sweep();
      assertEquals(List.of("top"), names(storage.list("")));
      assertEquals(List.of("log/1"), names(storage.list("log")));
    }
  }

  @Test
  default void names_ofAllAllowedCharactersAndLengthsWork() throws IOException {
    try (CheckpointStorage storage = open()) {
      String longest = "n".repeat(200);
      for (String name :
          List.of("a", "0.9_x-y", "-", "_", "a..b", longest, "p/" + longest + "/c")) {
        assertTrue(storage.putIfAbsent(name, bytes(name)), name);
        assertEquals(name, text(storage.read(name)));
      }
    }
  }

  @Test
  default void names_ofOtherFormsAreRefused() throws IOException {
    try (CheckpointStorage storage = open()) {
      List<String> wrong =
          List.of(
              "",
              "/",
              "/a",
              "a/",
              "a//b",
              ".",
              "..",
              "../a",
              "a/../b",
              ".a",
              "a/.b",
              "A",
              "é",
              "a b",
              "a\\b",
              "a\n",
              "a\u0000",
              "n".repeat(201),
              "a/" + "n".repeat(201));
      for (String name : wrong) {
        assertRefused(() -> storage.putIfAbsent(name, bytes("x")), name);
        assertRefused(() -> storage.read(name), name);
        assertRefused(() -> storage.read(name, 0, 0), name);
        assertRefused(
            () -> {
              storage.delete(name);
              return null;
            },
            name);
        if (!name.isEmpty()) {
          assertRefused(() -> storage.list(name), name);
        }
      }
    }
  }

  private static void assertRefused(Callable<?> call, String name) {
    assertThrows(IllegalArgumentException.class, call::call, "'" + name + "'");
  }

  @Test
  default void close_mayBeRepeated() throws IOException {
    CheckpointStorage storage = open();
    storage.putIfAbsent("log/1", bytes("x"));
    storage.close();
    storage.close();
  }
}
