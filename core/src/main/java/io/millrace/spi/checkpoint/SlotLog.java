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
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
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
  private final String directory;
  private final UUID owner;
  private final long epoch;
  private final long claimNumber;
  private final Set<Long> claims;
  private long lastNumber;
  private long retainedFrom;
  private byte @Nullable [] inDoubt;
  private boolean isFenced;

  private SlotLog(
      CheckpointStorage storage, String directory, Slot claim, List<Long> claims, long from) {
    this.storage = storage;
    this.directory = directory;
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
  public static Contents read(CheckpointStorage storage, String directory) throws IOException {
    List<Long> numbers = numbers(storage, directory);
    for (int attempt = 1; ; attempt++) {
      try {
        return read(storage, directory, numbers);
      } catch (CorruptionException e) {
        // Its writer may have deleted old slots since they were listed.
        List<Long> newer = numbers(storage, directory);
        if (newer.equals(numbers) || attempt == MAX_ATTEMPTS) {
          throw e;
        }
        numbers = newer;
      }
    }
  }

  private static Contents read(CheckpointStorage storage, String directory, List<Long> numbers)
      throws IOException {
    if (numbers.isEmpty()) {
      return new Contents(List.of(), List.of());
    }
    long lastNumber = numbers.get(numbers.size() - 1);
    Slot last = Slot.read(storage, directory, lastNumber);
    long from = last.retainedFrom();
    List<Slot> slots = new ArrayList<>();
    for (long number = from; number < lastNumber; number++) {
      slots.add(Slot.read(storage, directory, number));
    }
    slots.add(last);
    checkOrder(storage, slots);
    return new Contents(
        List.copyOf(slots), numbers.stream().filter(number -> number < from).toList());
  }

  /** A slot that is not as it was written. */
  public record DamagedSlot(String name, String message) {}

  /**
   * Reads all slots, also those that are not needed any more, and tells which are damaged or
   * missing. If none is, {@link #read} may still find that they do not follow each other.
   *
   * @throws IOException if the place can't be read
   */
  public static List<DamagedSlot> damagedSlots(CheckpointStorage storage, String directory)
      throws IOException {
    List<DamagedSlot> damaged = new ArrayList<>();
    Set<Long> numbers = new TreeSet<>();
    for (CheckpointStorage.StoredObject object : storage.list(directory)) {
      OptionalLong number = Slot.number(object.name());
      if (number.isPresent()) {
        numbers.add(number.getAsLong());
      } else {
        damaged.add(new DamagedSlot(object.name(), "it is not the name of a log slot"));
      }
    }
    long retainedFrom = 1;
    for (long number : numbers) {
      try {
        retainedFrom = Math.max(retainedFrom, Slot.read(storage, directory, number).retainedFrom());
      } catch (CorruptionException | FormatVersionException e) {
        damaged.add(new DamagedSlot(Slot.name(directory, number), String.valueOf(e.getMessage())));
      }
    }
    long lastNumber = numbers.stream().reduce(0L, Math::max);
    for (long number = retainedFrom; number < lastNumber; number++) {
      if (!numbers.contains(number)) {
        damaged.add(new DamagedSlot(Slot.name(directory, number), "it is missing"));
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

  private static List<Long> numbers(CheckpointStorage storage, String directory)
      throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (CheckpointStorage.StoredObject object : storage.list(directory)) {
      OptionalLong number = Slot.number(object.name());
      if (number.isEmpty()) {
        throw new CorruptionException(
            object.name() + " in " + storage.location() + " is not the name of a log slot");
      }
      numbers.add(number.getAsLong());
    }
    numbers.sort(null);
    return numbers;
  }

  /** A log that was claimed, and what was in it before. */
  public record Claimed(SlotLog log, Contents before) {}

  /**
   * Claims a log for an epoch that is one more than its last. Who has written to it before is
   * fenced from here on. Repeated while others write, {@value #MAX_ATTEMPTS} times.
   *
   * @param owner a random number, a new one for each claim
   */
  public static Claimed claim(CheckpointStorage storage, String directory, UUID owner)
      throws IOException {
    return claim(storage, directory, owner, before -> {});
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
   * As {@link #claim(CheckpointStorage, String, UUID)}, if the log is admitted. Who has written to
   * it before goes on if it is not.
   */
  public static Claimed claim(
      CheckpointStorage storage, String directory, UUID owner, Admission admission)
      throws IOException {
    return claim(storage, directory, owner, OptionalLong.empty(), admission);
  }

  /**
   * Claims a log for a given epoch.
   *
   * @throws FencedException if the log has been claimed for this epoch or a later one
   */
  public static Claimed claim(CheckpointStorage storage, String directory, UUID owner, long epoch)
      throws IOException {
    return claim(storage, directory, owner, OptionalLong.of(epoch), before -> {});
  }

  private static Claimed claim(
      CheckpointStorage storage,
      String directory,
      UUID owner,
      OptionalLong asked,
      Admission admission)
      throws IOException {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Contents before = read(storage, directory);
      long epoch = asked.orElse(before.lastEpoch() + 1);
      if (epoch <= before.lastEpoch()) {
        throw new FencedException(
            String.format(
                Locale.ROOT,
                "%s in %s belongs to epoch %d, so epoch %d can't take it: a later driver has"
                    + " started",
                directory,
                storage.location(),
                before.lastEpoch(),
                epoch));
      }
      admission.check(before);
      long number = before.lastNumber() + 1;
      List<Long> earlier = claims(storage, directory, before);
      long from = before.slots().isEmpty() ? 1 : before.slots().get(0).number();
      Slot claim = new Slot(number, epoch, owner, number, from, true, ClaimNumbers.encode(earlier));
      byte[] bytes = claim.encode();
      boolean isPut =
          storage.putIfAbsent(Slot.name(directory, number), ByteBuffer.wrap(bytes))
              || isOwn(storage, directory, number, bytes);
      if (isPut && isLast(storage, directory, number)) {
        return new Claimed(new SlotLog(storage, directory, claim, earlier, from), before);
      }
    }
    throw new IOException(
        String.format(
            Locale.ROOT,
            "%s in %s could not be claimed in %d attempts: others write to it all the time",
            directory,
            storage.location(),
            MAX_ATTEMPTS));
  }

  private static List<Long> claims(CheckpointStorage storage, String directory, Contents before)
      throws IOException {
    if (before.slots().isEmpty()) {
      return List.of();
    }
    long last = before.slots().get(before.slots().size() - 1).claimNumber();
    Slot claim = Slot.read(storage, directory, last);
    List<Long> earlier = new ArrayList<>(ClaimNumbers.decode(claim));
    earlier.add(last);
    return List.copyOf(earlier.subList(Math.max(0, earlier.size() - MAX_CLAIMS), earlier.size()));
  }

  private static boolean isOwn(
      CheckpointStorage storage, String directory, long number, byte[] bytes) throws IOException {
    try {
      return Arrays.equals(storage.read(Slot.name(directory, number)), bytes);
    } catch (NoSuchFileException deletedMeanwhile) {
      return false;
    }
  }

  /**
   * Whether a claim is at the end of the log. Its slot may have been free because the log has gone
   * on beyond it and dropped what was there since the end was looked for; then there are later ones
   * now, and the claim is void: nobody will ever read it.
   */
  private static boolean isLast(CheckpointStorage storage, String directory, long number)
      throws IOException {
    List<Long> numbers = numbers(storage, directory);
    return !numbers.isEmpty() && numbers.get(numbers.size() - 1) == number;
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
    byte[] bytes = new Slot(number, epoch, owner, claimNumber, from, false, body).encode();
    if (!isFenced && inDoubt != null && !Arrays.equals(inDoubt, bytes)) {
      throw new IllegalStateException(
          "it is not known whether slot "
              + number
              + " was written, so nothing else can be appended before it is");
    }
    inDoubt = bytes;
    boolean isWritten =
        !isFenced
            && (storage.putIfAbsent(Slot.name(directory, number), ByteBuffer.wrap(bytes))
                || isOwn(storage, directory, number, bytes));
    inDoubt = null;
    if (!isWritten) {
      throw fenced(number);
    }
    lastNumber = number;
    retainedFrom = from;
    return number;
  }

  private FencedException fenced(long number) {
    isFenced = true;
    return new FencedException(
        String.format(
            Locale.ROOT,
            "another driver has taken over %s in %s at slot %d; this one, of epoch %d, must stop."
                + " Start only one program on a checkpoint at a time",
            directory,
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
    List<Long> numbers = numbers(storage, directory);
    long last = numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
    boolean isOwn = last == next && inDoubt != null && isOwn(storage, directory, next, inDoubt);
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
        names.add(Slot.name(directory, number));
      }
    }
    return names;
  }

  /** Deletes slots that are not needed, if there are any, but for claims. */
  public void deleteUnneeded() throws IOException {
    for (long number : numbers(storage, directory)) {
      if (number < retainedFrom && !claims.contains(number)) {
        storage.delete(Slot.name(directory, number));
      }
    }
  }
}
