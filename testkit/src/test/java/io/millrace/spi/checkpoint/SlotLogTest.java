package io.millrace.spi.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedDisk;
import io.millrace.testkit.SimulatedProcess;
import io.millrace.testkit.SimulatedProcess.Call;
import io.millrace.testkit.SimulatedProcess.Fault;
import io.millrace.testkit.SimulatedProcess.FaultPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class SlotLogTest {

  private static final LogName LOG = LogName.of("log", new UUID(1, 2));

  private final SimulatedDisk disk = new SimulatedDisk();
  private final AtomicInteger nonce = new AtomicInteger();
  private final AtomicInteger owner = new AtomicInteger();
  private final CheckpointStorage storage = storage(FaultPlan.NONE);

  private CheckpointStorage storage(FaultPlan plan) {
    return new FileCheckpointStorage(
        new CrashingFiles(disk, new SimulatedProcess(plan)), () -> "n" + nonce.incrementAndGet());
  }

  private SlotLog.Claimed claim(CheckpointStorage on) throws IOException {
    return SlotLog.claim(on, LOG, new UUID(0, owner.incrementAndGet()));
  }

  private static byte[] body(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What was appended; claims as {@code *}. */
  private static List<String> texts(SlotLog.Contents contents) {
    return contents.slots().stream()
        .map(slot -> slot.isClaim() ? "*" : new String(slot.body(), StandardCharsets.UTF_8))
        .toList();
  }

  private List<String> texts() throws IOException {
    return texts(SlotLog.read(storage, LOG));
  }

  private static String path(long number) {
    return LOG.slot(number);
  }

  private byte[] stored(long number) {
    return disk.files().get(path(number));
  }

  @Test
  void read_ofANewLogIsEmpty() throws IOException {
    SlotLog.Contents contents = SlotLog.read(storage, LOG);

    assertThat(contents.slots()).isEmpty();
    assertThat(contents.lastEpoch()).isZero();
  }

  @Test
  void append_takesTheNextSlot() throws IOException {
    SlotLog.Claimed claimed = claim(storage);
    SlotLog log = claimed.log();

    assertThat(claimed.before().slots()).isEmpty();
    assertThat(log.epoch()).isEqualTo(1);
    assertThat(log.lastNumber()).isEqualTo(1);
    assertThat(log.append(body("a"))).isEqualTo(2);
    assertThat(log.append(body(""))).isEqualTo(3);
    assertThat(texts()).containsExactly("*", "a", "");
  }

  @Test
  void claim_findsWhatWasAppendedAndTakesTheNextEpoch() throws IOException {
    claim(storage).log().append(body("a"));

    SlotLog.Claimed second = claim(storage);

    assertThat(texts(second.before())).containsExactly("*", "a");
    assertThat(second.log().epoch()).isEqualTo(2);
    assertThat(second.log().lastNumber()).isEqualTo(3);
  }

  @Test
  void claim_ofAnEpochThatIsTakenIsFenced() throws IOException {
    SlotLog log = SlotLog.claim(storage, LOG, new UUID(0, 1), 7).log();

    assertThatThrownBy(() -> SlotLog.claim(storage, LOG, new UUID(0, 2), 7))
        .isInstanceOf(FencedException.class)
        .hasMessageContaining("epoch 7");
    assertThatThrownBy(() -> SlotLog.claim(storage, LOG, new UUID(0, 2), 6))
        .isInstanceOf(FencedException.class);
    assertThat(log.append(body("still its own"))).isEqualTo(2);
    assertThat(SlotLog.claim(storage, LOG, new UUID(0, 2), 9).log().epoch()).isEqualTo(9);
  }

  @Test
  void claim_thatIsNotAdmittedLeavesTheLogToItsWriter() throws IOException {
    SlotLog first = claim(storage).log();
    first.append(body("a"));

    assertThatThrownBy(
            () ->
                SlotLog.claim(
                    storage,
                    LOG,
                    new UUID(0, 99),
                    before -> {
                      throw new IOException("not with " + texts(before));
                    }))
        .hasMessage("not with [*, a]");

    assertThat(first.append(body("b"))).isEqualTo(3);
    assertThat(texts()).containsExactly("*", "a", "b");
  }

  @Test
  void claim_isAdmittedAgainWhenTheWriterHasGoneOnMeanwhile() throws IOException {
    SlotLog first = claim(storage).log();
    List<List<String>> admitted = new ArrayList<>();

    SlotLog.Claimed second =
        SlotLog.claim(
            storage,
            LOG,
            new UUID(0, 99),
            before -> {
              admitted.add(texts(before));
              if (admitted.size() == 1) {
                first.append(body("meanwhile"));
              }
            });

    assertThat(admitted).containsExactly(List.of("*"), List.of("*", "meanwhile"));
    assertThat(texts(second.before())).containsExactly("*", "meanwhile");
  }

  @Test
  void append_afterAnotherClaimIsFencedForGood() throws IOException {
    SlotLog first = claim(storage).log();
    first.append(body("a"));
    SlotLog second = claim(storage).log();
    second.append(body("b"));

    for (String text : List.of("c", "c", "d")) {
      assertThatThrownBy(() -> first.append(body(text)))
          .isInstanceOf(FencedException.class)
          .hasMessageContaining("at slot 3")
          .hasMessageContaining("epoch 1");
    }
    assertThat(texts()).containsExactly("*", "a", "*", "b");
  }

  @Test
  void append_byOneWhoSleptWhileOldSlotsWereDeletedIsFenced() throws IOException {
    SlotLog sleeper = claim(storage).log();
    sleeper.append(body("a"));
    for (int i = 0; i < 3; i++) {
      SlotLog later = claim(storage).log();
      later.append(body("b"));
      later.append(body("c"), later.lastNumber() + 1);
      later.deleteUnneeded();
    }

    assertThat(texts()).containsExactly("c");
    assertThatThrownBy(() -> sleeper.append(body("x"))).isInstanceOf(FencedException.class);
    sleeper.deleteUnneeded();
    assertThat(texts()).containsExactly("c");
  }

  @Test
  void deleteUnneeded_leavesClaimsAndWhatIsNeeded() throws IOException {
    SlotLog log = claim(storage).log();
    log.append(body("a"));
    log.append(body("b"));
    log.append(body("c"), 3);
    log.deleteUnneeded();

    assertThat(disk.files().keySet()).containsExactly(path(1), path(3), path(4));
    SlotLog.Contents contents = SlotLog.read(storage, LOG);
    assertThat(texts(contents)).containsExactly("b", "c");
    assertThat(contents.strayNumbers()).containsExactly(1L);
    assertThat(claim(storage).log().append(body("d"))).isEqualTo(6);
    assertThat(texts()).containsExactly("b", "c", "*", "d");
  }

  @Test
  void retainFrom_neverGoesBackAndNeverBeyondTheSlot() throws IOException {
    SlotLog log = claim(storage).log();
    log.append(body("a"), 2);
    log.append(body("b"), 1);

    assertThat(texts()).containsExactly("a", "b");
    assertThatThrownBy(() -> log.append(body("c"), 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("slot 4");
    assertThat(log.append(body("c"), 4)).isEqualTo(4);
    assertThat(texts()).containsExactly("c");
  }

  private static FaultPlan once(Predicate<Call> when, Fault fault) {
    AtomicReference<Call> met = new AtomicReference<>();
    return call -> when.test(call) && met.compareAndSet(null, call) ? fault : Fault.NONE;
  }

  private static Predicate<Call> linkOf(long number) {
    return call -> call.operation().equals("link") && call.target().equals(path(number));
  }

  @Test
  void append_whoseResponseWasLostIsRecognisedWhenRepeated() throws IOException {
    SlotLog log = claim(storage(once(linkOf(2), Fault.LOSE_RESPONSE))).log();

    assertThatThrownBy(() -> log.append(body("a"))).isInstanceOf(IOException.class);
    assertThat(log.lastNumber()).isEqualTo(1);
    assertThat(log.append(body("a"))).isEqualTo(2);
    assertThat(log.append(body("b"))).isEqualTo(3);
    assertThat(texts()).containsExactly("*", "a", "b");
  }

  @Test
  void append_thatFailedMayBeRepeatedWithTheSameBodyAlone() throws IOException {
    SlotLog log = claim(storage(once(linkOf(2), Fault.FAIL))).log();

    assertThatThrownBy(() -> log.append(body("a")))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(FencedException.class);
    assertThatThrownBy(() -> log.append(body("b")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("slot 2");
    assertThat(log.append(body("a"))).isEqualTo(2);
    assertThat(texts()).containsExactly("*", "a");
  }

  @Test
  void append_inDoubtThatAnotherHasSeenIsFencedOrTold() throws IOException {
    SlotLog log = claim(storage(once(linkOf(2), Fault.LOSE_RESPONSE))).log();
    assertThatThrownBy(() -> log.append(body("a"))).isInstanceOf(IOException.class);

    SlotLog second = claim(storage).log();

    assertThat(second.lastNumber()).isEqualTo(3);
    assertThat(log.append(body("a"))).isEqualTo(2);
    assertThatThrownBy(() -> log.append(body("b"))).isInstanceOf(FencedException.class);
  }

  @Test
  void deleteUnneeded_trustsNoSlotThatIsInDoubt() throws IOException {
    SlotLog log = claim(storage(once(linkOf(3), Fault.FAIL))).log();
    log.append(body("a"));
    assertThatThrownBy(() -> log.append(body("b"), 3)).isInstanceOf(IOException.class);

    log.deleteUnneeded();

    assertThat(texts()).containsExactly("*", "a");
  }

  @Test
  void claim_whoseResponseWasLostIsFollowedByAnother() throws IOException {
    CheckpointStorage unlucky = storage(once(linkOf(1), Fault.LOSE_RESPONSE));
    assertThatThrownBy(() -> claim(unlucky)).isInstanceOf(IOException.class);

    assertThat(claim(unlucky).log().epoch()).isEqualTo(2);
    assertThat(texts()).containsExactly("*", "*");
  }

  /** A store in which something happens between a writer's look at the log and its next put. */
  private static final class InterruptedStorage extends ForwardingStorage {

    private interface Event {
      void happen() throws IOException;
    }

    private Event beforeNextPut;

    InterruptedStorage(CheckpointStorage storage, Event beforeNextPut) {
      super(storage);
      this.beforeNextPut = beforeNextPut;
    }

    @Override
    public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
      Event event = beforeNextPut;
      beforeNextPut = () -> {};
      event.happen();
      return super.putIfAbsent(name, content);
    }
  }

  @Test
  void claim_ofASlotThatTheLogHasPassedAndDroppedIsVoid() throws IOException {
    SlotLog first = claim(storage).log();
    first.append(body("a"));
    CheckpointStorage slow =
        new InterruptedStorage(
            storage,
            () -> {
              // Takes slot 3, which the claim is about to ask for, and drops it.
              first.append(body("b"));
              first.append(body("c"), 4);
              first.deleteUnneeded();
            });

    SlotLog second = claim(slow).log();

    assertThat(second.lastNumber()).isEqualTo(5);
    assertThatThrownBy(() -> first.append(body("d"))).isInstanceOf(FencedException.class);
    assertThat(second.append(body("e"))).isEqualTo(6);
    assertThat(texts()).containsExactly("c", "*", "e");
  }

  private void writeThree() throws IOException {
    SlotLog log = claim(storage).log();
    log.append(body("a"));
    log.append(body("b"));
  }

  @Test
  void read_ofALogWithAMissingSlotSaysWhich() throws IOException {
    writeThree();
    disk.lose(path(2));

    assertThatThrownBy(this::texts)
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(path(2) + " is missing")
        .hasMessageContaining("backup");
    assertThatThrownBy(() -> claim(storage)).isInstanceOf(CorruptionException.class);
  }

  @Test
  void read_ofATornSlotSaysWhich() throws IOException {
    writeThree();
    byte[] whole = stored(3);
    for (int length = 0; length < whole.length; length++) {
      disk.damage(path(3), Arrays.copyOf(whole, length));
      assertDamaged(3);
      disk.damage(path(3), Arrays.copyOf(Arrays.copyOf(whole, length), whole.length));
      assertDamaged(3);
    }
  }

  @Test
  void read_ofASlotWithAnyBitFlippedSaysWhich() throws IOException {
    writeThree();
    byte[] whole = stored(2);
    for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
      byte[] damaged = whole.clone();
      damaged[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      disk.damage(path(2), damaged);
      assertDamaged(2);
    }
  }

  private void assertDamaged(long number) {
    assertThatThrownBy(this::texts)
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(path(number) + " in a simulated disk is damaged");
  }

  @Test
  void read_ofASlotUnderAnotherNumberSaysSo() throws IOException {
    writeThree();
    disk.damage(path(2), stored(3));
    assertDamaged(2);
  }

  @Test
  void read_ofALaterVersionSaysSo() throws IOException {
    writeThree();
    byte[] later = stored(2).clone();
    later[5] = 9;
    CRC32C crc = new CRC32C();
    crc.update(later, 0, 60);
    crc.update(later, 64, later.length - 64);
    ByteBuffer.wrap(later).putInt(60, (int) crc.getValue());
    disk.damage(path(2), later);

    assertThatThrownBy(this::texts)
        .isInstanceOfSatisfying(
            FormatVersionException.class,
            e -> assertThat(e.age()).isEqualTo(FormatVersionException.Age.TOO_NEW))
        .hasMessageContaining("version 9");
  }

  @Test
  void read_ofMixedLogsSaysSo() throws IOException {
    writeThree();
    byte[] third = stored(3);
    SimulatedDisk other = new SimulatedDisk();
    SlotLog log =
        SlotLog.claim(
                new FileCheckpointStorage(
                    new CrashingFiles(other, new SimulatedProcess()),
                    () -> "n" + nonce.incrementAndGet()),
                LOG,
                new UUID(5, 5))
            .log();
    log.append(body("x"));
    log.append(body("y"));
    disk.damage(path(3), other.files().get(path(3)));

    assertThatThrownBy(this::texts)
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("slot 3 in a simulated disk");
    disk.damage(path(3), third);
    assertThat(texts()).containsExactly("*", "a", "b");
  }

  @Test
  void filesOfOthersInTheDirectory_areNotTheLogs() throws IOException {
    storage.putIfAbsent("log/notes.txt", ByteBuffer.wrap(body("mine")));
    storage.putIfAbsent(LogName.of("log", new UUID(3, 4)).slot(1), ByteBuffer.wrap(body("other")));
    storage.putIfAbsent("log/0000000000000000001", ByteBuffer.wrap(body("older")));
    writeThree();

    assertThat(texts()).containsExactly("*", "a", "b");
    claim(storage).log().deleteUnneeded();
    assertThat(storage.list("log")).hasSize(7);
  }

  @Test
  void read_ofALogWithoutItsEndIsAnEarlierLog() throws IOException {
    writeThree();
    disk.lose(path(3));

    assertThat(texts()).containsExactly("*", "a");
  }
}
