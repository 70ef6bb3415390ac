package io.millrace.spi.checkpoint;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A log with one writer at a time: a sequence of slots 1, 2, 3 …, each put once, if absent.
 *
 * <p>A writer begins by claiming the next slot for a new epoch; from then on it appends. It knows
 * the number of its next slot, so whoever claims the log after it takes exactly that slot, and the
 * next append of the former writer finds it taken: it is fenced, without clocks or leases. A slot
 * that holds the writer's own earlier request, whose answer was lost, is recognised by its owner.
 *
 * <p>Old slots go once a later one says so. Claims stay, the last {@value #MAX_CLAIMS} of them, for
 * a writer that was asleep for long must still find its slot taken.
 *
 * <p>Used by one thread at a time.
 */
public final class SlotLog {

  /** How many claims are kept; one that is older no longer fences its predecessor. */
  static final int MAX_CLAIMS = 1_000;

  private static final int MAX_ATTEMPTS = 100;

  private final CheckpointStorage storage;
  private final LogName name;
  private final long namedFrom;
  private final UUID owner;
  private final long epoch;
  private final long claimNumber;
  private final Set<Long> claims;
  private long lastNumber;
  private long retainedFrom;
  private byte @Nullable [] inDoubt;
  private boolean isFenced;

  private SlotLog(
      CheckpointStorage storage, SlotNames names, Slot claim, List<Long> claims, long from) {
    this.storage = storage;
    this.name = names.log();
    this.namedFrom = names.namedFrom();
    this.owner = claim.owner();
    this.epoch = claim.epoch();
    this.claimNumber = claim.number();
    this.claims = new HashSet<>(claims);
    this.claims.add(claimNumber);
    this.lastNumber = claimNumber;
    this.retainedFrom = from;
  }

  /**
   * What a log holds.
   *
   * @param slots without a gap, in order, from the first that is needed on; empty for a new log
   * @param strayNumbers slots before those that are there still: claims, which stay, and what is to
   *     be deleted
   */
  public record Contents(List<Slot> slots, List<Long> strayNumbers) {

    /** The last slot's epoch, 0 for a new log. */
    public long lastEpoch() {
      return slots.isEmpty() ? 0 : slots.get(slots.size() - 1).epoch();
    }

    long lastNumber() {
      return slots.isEmpty() ? 0 : slots.get(slots.size() - 1).number();
    }
  }

  /**
   * Reads a log without claiming it. What is read may be out of date at once if there is a writer;
   * it is then an earlier state of the log.
   *
   * @throws CorruptionException if a slot that is needed is missing or damaged
   */
  public static Contents read(CheckpointStorage storage, LogName name) throws IOException {
    return read(storage, name, SlotNames.list(storage, name));
  }

  private static Contents read(CheckpointStorage storage, LogName name, SlotNames listed)
      throws IOException {
    SlotNames names = listed;
    for (int attempt = 1; ; attempt++) {
      try {
        return read(storage, names);
      } catch (CorruptionException e) {
        // Its writer may have deleted old slots since they were listed.
        SlotNames newer = SlotNames.list(storage, name);
        if (newer.equals(names) || attempt == MAX_ATTEMPTS) {
          throw e;
        }
        names = newer;
      }
    }
  }

  private static Contents read(CheckpointStorage storage, SlotNames names) throws IOException {
    if (names.isEmpty()) {
      return new Contents(List.of(), List.of());
    }
    long lastNumber = names.last();
    Slot last = read(storage, names, lastNumber);
    long from = last.retainedFrom();
    List<Slot> slots = new ArrayList<>();
    for (long number = from; number < lastNumber; number++) {
      slots.add(read(storage, names, number));
    }
    slots.add(last);
    checkOrder(storage, slots);
    return new Contents(List.copyOf(slots), names.before(from));
  }

  private static Slot read(CheckpointStorage storage, SlotNames names, long number)
      throws IOException {
    return Slot.read(storage, names.log(), number, names.namedFrom());
  }

  /** A slot that is not as it was written. */
  public record DamagedSlot(String name, String message) {}

  /**
   * Reads all slots, also those that are not needed any more, and tells which are damaged or
   * missing. If none is, {@link #read} may still find that they do not follow each other.
   *
   * @throws IOException if the place can't be read
   */
  public static List<DamagedSlot> damagedSlots(CheckpointStorage storage, LogName name)
      throws IOException {
    List<DamagedSlot> damaged = new ArrayList<>();
    for (CheckpointStorage.StoredObject object : storage.list(name.directory())) {
      if (!LogName.isSlot(object.name())) {
        damaged.add(new DamagedSlot(object.name(), "it is not the name of a log slot"));
      }
    }
    SlotNames names;
    try {
      names = SlotNames.list(storage, name);
    } catch (CorruptionException | FormatVersionException e) {
      damaged.add(new DamagedSlot(name.directory(), String.valueOf(e.getMessage())));
      return damaged;
    }
    long retainedFrom = 1;
    for (long number : names.byNumber().keySet()) {
      try {
        retainedFrom = Math.max(retainedFrom, read(storage, names, number).retainedFrom());
      } catch (CorruptionException | FormatVersionException e) {
        damaged.add(new DamagedSlot(names.name(number), String.valueOf(e.getMessage())));
      }
    }
    for (long number = retainedFrom; number < names.last(); number++) {
      if (!names.byNumber().containsKey(number)) {
        damaged.add(new DamagedSlot(names.name(number), "it is missing"));
      }
    }
    return damaged;
  }

  private static void checkOrder(CheckpointStorage storage, List<Slot> slots)
      throws CorruptionException {
    for (int i = 1; i < slots.size(); i++) {
      Slot before = slots.get(i - 1);
      Slot slot = slots.get(i);
      boolean follows =
          slot.isClaim()
              ? slot.epoch() > before.epoch()
              : slot.epoch() == before.epoch()
                  && slot.owner().equals(before.owner())
                  && slot.claimNumber() == before.claimNumber();
      if (!follows || slot.retainedFrom() < before.retainedFrom()) {
        throw new CorruptionException(
            String.format(
                Locale.ROOT,
                "slot %d in %s, of epoch %d, does not follow on slot %d of epoch %d: slots of two logs"
                    + " are mixed, or a write got lost. Restore the directory from a backup",
                slot.number(),
                storage.location(),
                slot.epoch(),
                before.number(),
                before.epoch()));
      }
    }
  }

  /** A log that was claimed, and what was in it before. */
  public record Claimed(SlotLog log, Contents before) {}

  /**
   * Claims a log for an epoch that is one more than its last. Who has written to it before is
   * fenced from here on. Repeated while others write, {@value #MAX_ATTEMPTS} times.
   *
   * @param owner a random number, a new one for each claim
   */
  public static Claimed claim(CheckpointStorage storage, LogName name, UUID owner)
      throws IOException {
    return claim(storage, name, owner, before -> {});
  }

  /** May refuse a log before it is claimed. */
  @FunctionalInterface
  public interface Admission {

    /**
     * Looks at what is in the log. If it is admitted, it is claimed with that in it and nothing
     * more: had another writer added to it meanwhile, it would be looked at again.
     *
     * @throws IOException to refuse the log, as does any unchecked exception
     */
    void check(Contents before) throws IOException;
  }

  /**
   * As {@link #claim(CheckpointStorage, LogName, UUID)}, if the log is admitted. Who has written to
   * it before goes on if it is not.
   */
  public static Claimed claim(
      CheckpointStorage storage, LogName name, UUID owner, Admission admission) throws IOException {
    return claim(storage, name, owner, OptionalLong.empty(), admission);
  }

  /**
   * Claims a log for a given epoch.
   *
   * @throws FencedException if the log has been claimed for this epoch or a later one
   */
  public static Claimed claim(CheckpointStorage storage, LogName name, UUID owner, long epoch)
      throws IOException {
    return claim(storage, name, owner, OptionalLong.of(epoch), before -> {});
  }

  private static Claimed claim(
      CheckpointStorage storage, LogName name, UUID owner, OptionalLong asked, Admission admission)
      throws IOException {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      SlotNames names = SlotNames.list(storage, name);
      Contents before = read(storage, name, names);
      long epoch = asked.orElse(before.lastEpoch() + 1);
      if (epoch <= before.lastEpoch()) {
        throw new FencedException(
            String.format(
                Locale.ROOT,
                "%s in %s belongs to epoch %d, so epoch %d can't take it: a later driver has"
                    + " started",
                name,
                storage.location(),
                before.lastEpoch(),
                epoch));
      }
      admission.check(before);
      if (before.lastNumber() != names.last()) {
        continue; // it has gone on since it was listed
      }
      long number = before.lastNumber() + 1;
      List<Long> earlier = claims(storage, names, before);
      long from = before.slots().isEmpty() ? 1 : before.slots().get(0).number();
      Slot claim = new Slot(number, epoch, owner, number, from, true, ClaimNumbers.encode(earlier));
      byte[] bytes = claim.encode(name.id());
      boolean isPut =
          storage.putIfAbsent(names.name(number), ByteBuffer.wrap(bytes))
              || isOwn(storage, names.name(number), bytes);
      // The slot may have been free because the log has gone on beyond it and dropped what was
      // there since it was listed. There are later ones then, and the claim is void: nobody reads
      // it.
      if (isPut && SlotNames.list(storage, name).last() == number) {
        return new Claimed(new SlotLog(storage, names, claim, earlier, from), before);
      }
    }
    throw new IOException(
        String.format(
            Locale.ROOT,
            "%s in %s could not be claimed in %d attempts: others write to it all the time",
            name,
            storage.location(),
            MAX_ATTEMPTS));
  }

  private static List<Long> claims(CheckpointStorage storage, SlotNames names, Contents before)
      throws IOException {
    if (before.slots().isEmpty()) {
      return List.of();
    }
    long last = before.slots().get(before.slots().size() - 1).claimNumber();
    Slot claim = read(storage, names, last);
    List<Long> earlier = new ArrayList<>(ClaimNumbers.decode(claim));
    earlier.add(last);
    return List.copyOf(earlier.subList(Math.max(0, earlier.size() - MAX_CLAIMS), earlier.size()));
  }

  private static boolean isOwn(CheckpointStorage storage, String slot, byte[] bytes)
      throws IOException {
    try {
      return Arrays.equals(storage.read(slot), bytes);
    } catch (NoSuchFileException deletedMeanwhile) {
      return false;
    }
  }

  /** What this writer has claimed the log with. */
  public UUID owner() {
    return owner;
  }

  /** The epoch that this writer has claimed. */
  public long epoch() {
    return epoch;
  }

  /** Number of the last slot, written or claimed by this writer. */
  public long lastNumber() {
    return lastNumber;
  }

  /**
   * Appends a slot. When this returns, it is durable.
   *
   * @return the slot's number
   * @throws FencedException if another writer has claimed the log, now and at each later call. The
   *     slot is not in the log, unless an earlier attempt at it had left that unknown
   * @throws IOException if it is not known whether the slot is in the log. Only the same body may
   *     be appended next
   */
  public long append(byte[] body) throws IOException {
    return append(body, retainedFrom);
  }

  /**
   * Appends a slot which says that those before {@code retainFrom} are not needed any more; {@link
   * #deleteUnneeded} may then delete them.
   *
   * @param retainFrom at most the number of this slot; numbers lower than an earlier call's count
   *     as that
   */
  public long append(byte[] body, long retainFrom) throws IOException {
    long number = lastNumber + 1;
    if (retainFrom > number) {
      throw new IllegalArgumentException("slot " + number + " can't retain from " + retainFrom);
    }
    long from = Math.max(retainFrom, retainedFrom);
    byte[] bytes = new Slot(number, epoch, owner, claimNumber, from, false, body).encode(name.id());
    if (!isFenced && inDoubt != null && !Arrays.equals(inDoubt, bytes)) {
      throw new IllegalStateException(
          "it is not known whether slot "
              + number
              + " was written, so nothing else can be appended before it is");
    }
    inDoubt = bytes;
    boolean isWritten =
        !isFenced
            && (storage.putIfAbsent(slotName(number), ByteBuffer.wrap(bytes))
                || isOwn(storage, slotName(number), bytes));
    inDoubt = null;
    if (!isWritten) {
      throw fenced(number);
    }
    lastNumber = number;
    retainedFrom = from;
    return number;
  }

  private String slotName(long number) {
    return number < namedFrom ? name.olderSlot(number) : name.slot(number);
  }

  private FencedException fenced(long number) {
    isFenced = true;
    return new FencedException(
        String.format(
            Locale.ROOT,
            "another driver has taken over %s in %s at slot %d; this one, of epoch %d, must stop."
                + " Start only one program on a checkpoint at a time",
            name,
            storage.location(),
            number,
            epoch));
  }

  /**
   * Looks whether another writer has claimed the log; one may have when this returns.
   *
   * @throws FencedException if so
   */
  public void requireOwned() throws IOException {
    long next = lastNumber + 1;
    long last = SlotNames.list(storage, name).last();
    boolean isOwn = last == next && inDoubt != null && isOwn(storage, slotName(next), inDoubt);
    if (isFenced || (last >= next && !isOwn)) {
      throw fenced(next);
    }
  }

  /** Slots before this one are not needed any more, as the log itself says. */
  public long retainedFrom() {
    return retainedFrom;
  }

  /** Names of the slots from {@code from} on that are not needed any more, but for claims. */
  public List<String> unneeded(long from) {
    List<String> names = new ArrayList<>();
    for (long number = from; number < retainedFrom; number++) {
      if (!claims.contains(number)) {
        names.add(slotName(number));
      }
    }
    return names;
  }

  /** Deletes slots that are not needed, if there are any, but for claims. */
  public void deleteUnneeded() throws IOException {
    for (Map.Entry<Long, String> slot : SlotNames.list(storage, name).byNumber().entrySet()) {
      if (slot.getKey() < retainedFrom && !claims.contains(slot.getKey())) {
        storage.delete(slot.getValue());
      }
    }
  }

  /**
   * Looks whether the log is there still: the claim of this writer, which nobody deletes before
   * many others have claimed the log.
   *
   * @throws NoSuchFileException if it is gone
   */
  public void requirePresent() throws IOException {
    storage.read(slotName(claimNumber), 0, 1);
  }
}
