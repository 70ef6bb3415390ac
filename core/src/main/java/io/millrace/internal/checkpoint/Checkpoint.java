package io.millrace.internal.checkpoint;

import io.millrace.CorruptionException;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.FencedException;
import io.millrace.spi.checkpoint.Slot;
import io.millrace.spi.checkpoint.SlotLog;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A checkpoint that this driver has claimed: its log, and what that amounts to.
 *
 * <p>The log is read from its last image on. An image is appended after every {@code
 * retainedBatches} commits, and slots before the image before that one are given up. So between one
 * and two times that many batches can be read back, and an object is deleted once no slot that is
 * left mentions it.
 *
 * <p>Used by one thread at a time, but that names may be made while facts are appended.
 */
public final class Checkpoint {

  static final String LOG = "log";

  /** Objects of states, windows and staged rows. */
  static final String OBJECTS = "data";

  private final CheckpointStorage storage;
  private final Identity identity;
  private final SlotLog log;
  private final int retainedBatches;
  private CheckpointState state;
  private long commitsSinceImage;
  private long imageSlot;
  private long retainFrom;

  /** Slots before it were told to be deleted, but for claims. */
  private long cleanFrom;

  /** Makes names of objects unique within this driver's epoch. */
  private long numNames;

  /** Objects that a slot was the last to mention. */
  private final Deque<Unneeded> unneeded = new ArrayDeque<>();

  private record Unneeded(long slot, String object) {}

  private Checkpoint(
      CheckpointStorage storage,
      Identity identity,
      SlotLog log,
      History history,
      int retainedBatches) {
    this.storage = storage;
    this.identity = identity;
    this.log = log;
    this.retainedBatches = retainedBatches;
    this.state = history.state();
    this.commitsSinceImage = history.commitsSinceImage();
    this.imageSlot = history.imageSlot();
    this.retainFrom = history.firstSlot();
    this.cleanFrom = retainFrom;
  }

  /**
   * Claims a checkpoint, or begins a new one in an empty place. From here on, drivers that have
   * claimed it before can't commit.
   *
   * @param newId makes random numbers
   * @param retainedBatches how many committed batches can be read back at least, 1 or more
   * @throws CorruptionException if the place holds something else, or a checkpoint that is damaged
   */
  public static Checkpoint claim(
      CheckpointStorage storage, Supplier<UUID> newId, int retainedBatches) throws IOException {
    return claim(storage, newId, retainedBatches, Admission.OF_ALL);
  }

  /** May refuse a checkpoint before it is claimed, so that drivers which have it go on. */
  public interface Admission {

    /** Refuses none. */
    Admission OF_ALL = new Admission() {};

    /**
     * Looks at what is to be done with the checkpoint, before anything is claimed or written; again
     * if another driver begins a checkpoint in the same place meanwhile.
     *
     * @throws IOException to refuse it
     */
    default void checkUse(UUID checkpointId) throws IOException {}

    /**
     * Looks at the place.
     *
     * @param identity the name of the object that makes it a checkpoint, which never changes
     * @throws IOException to refuse it
     */
    default void checkPlace(String identity) throws IOException {}

    /**
     * Looks at what would be claimed; again each time that another driver has gone on meanwhile.
     * Throws whatever it likes to refuse it.
     */
    default void checkState(CheckpointState state) {}
  }

  /**
   * As {@link #claim(CheckpointStorage, Supplier, int)}, if the checkpoint is admitted.
   *
   * @throws IOException also if its place is not; drivers that have claimed it before go on then
   */
  public static Checkpoint claim(
      CheckpointStorage storage, Supplier<UUID> newId, int retainedBatches, Admission admission)
      throws IOException {
    Optional<Identity> found = Identity.find(storage);
    return found.isPresent()
        ? claim(storage, found.get(), newId, retainedBatches, admission)
        : begin(storage, newId, retainedBatches, admission);
  }

  /**
   * Begins a checkpoint: first its log, then the identity. Of several drivers that do so at the
   * same time, the one whose identity comes first has it, and the others go on as if they had come
   * after it.
   */
  private static Checkpoint begin(
      CheckpointStorage storage, Supplier<UUID> newId, int retainedBatches, Admission admission)
      throws IOException {
    Identity own = new Identity(newId.get(), false);
    admission.checkUse(own.id());
    SlotLog.Claimed claimed =
        SlotLog.claim(
            storage, own.log(), newId.get(), before -> admission.checkState(CheckpointState.EMPTY));
    Identity present = Identity.put(storage, own.id());
    if (!present.equals(own)) {
      storage.delete(own.log().slot(1));
      return claim(storage, present, newId, retainedBatches, admission);
    }
    admission.checkPlace(Identity.NAME);
    return opened(storage, own, claimed, History.of(List.of()), retainedBatches);
  }

  private static Checkpoint claim(
      CheckpointStorage storage,
      Identity identity,
      Supplier<UUID> newId,
      int retainedBatches,
      Admission admission)
      throws IOException {
    admission.checkUse(identity.id());
    admission.checkPlace(Identity.NAME);
    AtomicReference<History> claimable = new AtomicReference<>();
    SlotLog.Claimed claimed =
        SlotLog.claim(
            storage,
            identity.log(),
            newId.get(),
            before -> {
              identity.requireLog(storage, before);
              History history = History.of(before.slots());
              admission.checkState(history.state());
              claimable.set(history);
            });
    History history = Objects.requireNonNull(claimable.get());
    return opened(storage, identity, claimed, history, retainedBatches);
  }

  private static Checkpoint opened(
      CheckpointStorage storage,
      Identity identity,
      SlotLog.Claimed claimed,
      History history,
      int retainedBatches)
      throws IOException {
    Checkpoint checkpoint =
        new Checkpoint(storage, identity, claimed.log(), history, retainedBatches);
    checkpoint.deleteStrays(history.objects());
    return checkpoint;
  }

  /**
   * What a checkpoint amounts to, without claiming it: a driver may be at work on it. Nothing is
   * written; an empty place is a checkpoint without facts.
   *
   * @throws CorruptionException as {@link #claim}
   */
  public static CheckpointState read(CheckpointStorage storage) throws IOException {
    Optional<Identity> identity = Identity.find(storage);
    return identity.isEmpty()
        ? CheckpointState.EMPTY
        : History.of(slots(storage, identity.get())).state();
  }

  /** The id of the checkpoint in a place; empty if there is none. */
  public static Optional<UUID> idOf(CheckpointStorage storage) throws IOException {
    return Identity.find(storage).map(Identity::id);
  }

  /**
   * The slots of a checkpoint.
   *
   * @throws CorruptionException also if it has lost its log
   */
  static List<Slot> slots(CheckpointStorage storage, Identity identity) throws IOException {
    SlotLog.Contents contents = SlotLog.read(storage, identity.log());
    identity.requireLog(storage, contents);
    return contents.slots();
  }

  /**
   * Deletes what no slot mentions: from attempts that came to nothing, and clean-ups cut short.
   * Only what earlier drivers have made, which can add nothing to the log any more: a later driver
   * may have come meanwhile, whose objects are in slots that this one has not read.
   */
  private void deleteStrays(Set<String> mentioned) throws IOException {
    log.deleteUnneeded();
    for (CheckpointStorage.StoredObject object : storage.list(OBJECTS)) {
      Optional<Long> written = ObjectName.epoch(object.name(), identity);
      if (written.isPresent() && written.get() < epoch() && !mentioned.contains(object.name())) {
        storage.delete(object.name());
      }
    }
    Set<String> present = state.objects();
    for (String object : mentioned) {
      if (!present.contains(object)) {
        unneeded.add(new Unneeded(log.lastNumber(), object));
      }
    }
    storage.sweep();
  }

  /**
   * A name that no object has: what kind it is, the driver's epoch and a running number. More may
   * be added to it, after a dash.
   *
   * @param kind without dashes
   */
  public String newName(String kind) {
    return ObjectName.of(kind, epoch(), ++numNames, identity.id());
  }

  /** Identifies the checkpoint among all others. */
  public UUID id() {
    return identity.id();
  }

  public CheckpointStorage storage() {
    return storage;
  }

  /** Number of this driver. */
  public long epoch() {
    return log.epoch();
  }

  /** The random number that this driver has claimed the checkpoint with. */
  public UUID owner() {
    return log.owner();
  }

  public CheckpointState state() {
    return state;
  }

  /** Whether an image is due: to be appended by {@link #appendImage} once no batch is open. */
  public boolean isImageDue() {
    return commitsSinceImage >= retainedBatches;
  }

  /**
   * Appends facts. When this returns, they are durable and {@link #state()} has them.
   *
   * @throws FencedException if another driver has claimed the checkpoint
   * @throws IOException if it is not known whether they are in the log; only the same facts may be
   *     appended next
   */
  public void append(List<Fact> facts) throws IOException {
    CheckpointState after = state;
    for (Fact fact : facts) {
      after = after.with(fact, epoch());
    }
    append(facts, after);
  }

  /**
   * Appends facts and, after them, an image.
   *
   * @param positions by id, where the sources are once the facts hold
   */
  public void appendImage(List<Fact> facts, Map<String, CheckpointState.SourceProgress> positions)
      throws IOException {
    CheckpointState after = state;
    for (Fact fact : facts) {
      after = after.with(fact, epoch());
    }
    appendImage(facts, after.withPositions(positions));
  }

  /**
   * Appends an image without the attempts at the open batch: all sinks were opened, and none has
   * it, so that drivers before this one can't give it to them any more either.
   *
   * @param positions by id, where the sources are
   */
  public void appendImageWithoutAttempts(Map<String, CheckpointState.SourceProgress> positions)
      throws IOException {
    appendImage(List.of(), state.withoutAttempts().withPositions(positions));
  }

  private void appendImage(List<Fact> facts, CheckpointState after) throws IOException {
    List<Fact> all = new ArrayList<>(facts);
    all.add(new Fact.Image(after));
    all.addAll(after.givenUp());
    retainFrom = Math.max(retainFrom, imageSlot);
    append(all, after);
    imageSlot = log.lastNumber();
    commitsSinceImage = 0;
  }

  private void append(List<Fact> facts, CheckpointState after) throws IOException {
    long slot = append(FactWriter.encode(facts));
    Set<String> before = state.objects();
    state = after;
    Set<String> present = state.objects();
    for (Fact fact : facts) {
      if (fact instanceof Fact.Committed) {
        commitsSinceImage++;
      } else if (fact instanceof Fact.Prepared prepared) {
        // Staged rows that are committed in the same slot were never part of a state.
        CheckpointState.addObjects(prepared, before);
      }
    }
    for (String object : before) {
      if (!present.contains(object)) {
        unneeded.add(new Unneeded(slot, object));
      }
    }
  }

  private long append(byte[] body) throws IOException {
    try {
      return log.append(body, retainFrom);
    } catch (FencedException e) {
      throw e;
    } catch (IOException e) {
      try {
        requirePresent();
      } catch (CorruptionException gone) {
        gone.addSuppressed(e);
        throw gone;
      } catch (IOException unknown) {
        e.addSuppressed(unknown);
      }
      throw e;
    }
  }

  /**
   * Looks whether the place still holds this checkpoint: its identity, and this driver's claim in
   * its log.
   *
   * @throws CorruptionException if not
   * @throws IOException if that is not known
   */
  public void requirePresent() throws IOException {
    try {
      Identity present = Identity.read(storage);
      if (!present.equals(identity)) {
        throw new CorruptionException("it holds checkpoint " + present.id() + " now");
      }
      log.requirePresent();
    } catch (NoSuchFileException e) {
      throw gone("its log has lost the claim of this driver, " + e.getMessage(), e);
    } catch (CorruptionException e) {
      throw gone(String.valueOf(e.getMessage()), e);
    }
  }

  private CorruptionException gone(String why, IOException cause) {
    return new CorruptionException(
        String.format(
            Locale.ROOT,
            "the checkpoint %s in %s was deleted or replaced while this program ran, which stops:"
                + " %s. Restore the directory from a backup, or start again to begin from nothing;"
                + " delete a checkpoint only while no program runs on it",
            identity.id(),
            storage.location(),
            why),
        cause);
  }

  /**
   * Looks whether another driver has claimed the checkpoint.
   *
   * @throws FencedException if so
   */
  public void requireOwned() throws IOException {
    log.requireOwned();
  }

  /**
   * Names of slots and objects that nothing needs any more, each told once. Whoever likes may
   * delete them, now or later, whatever other drivers do; the next claim deletes what is left.
   */
  public List<String> takeUnneeded() {
    List<String> names = new ArrayList<>(log.unneeded(cleanFrom));
    cleanFrom = log.retainedFrom();
    while (!unneeded.isEmpty() && unneeded.getFirst().slot() < cleanFrom) {
      names.add(unneeded.removeFirst().object());
    }
    return names;
  }

  /**
   * What slots that were read amount to.
   *
   * @param objects all that the slots mention
   */
  public record History(
      CheckpointState state,
      Set<String> objects,
      long firstSlot,
      long imageSlot,
      long commitsSinceImage) {

    /** Folds slots; the first of them begins the log, or has an image. */
    public static History of(List<Slot> slots) throws IOException {
      CheckpointState state = CheckpointState.EMPTY;
      Set<String> objects = new HashSet<>();
      long firstSlot = slots.isEmpty() ? 1 : slots.get(0).number();
      boolean isKnown = firstSlot == 1;
      long imageSlot = 1;
      long commits = 0;
      for (Slot slot : slots) {
        for (Fact fact : FactReader.decode(slot)) {
          if (fact instanceof Fact.Image image) {
            isKnown = true;
            imageSlot = slot.number();
            commits = 0;
            objects.addAll(image.state().objects());
          } else if (!isKnown) {
            continue;
          }
          commits += fact instanceof Fact.Committed ? 1 : 0;
          if (fact instanceof Fact.Prepared prepared) {
            CheckpointState.addObjects(prepared, objects);
          } else if (fact instanceof Fact.Compacted compacted) {
            CheckpointState.addObjects(compacted.merged(), objects);
          }
          state = state.with(fact, slot.epoch());
        }
      }
      if (!isKnown) {
        throw new CorruptionException(
            "slot " + firstSlot + " of the log is the first that is left, and has no image");
      }
      return new History(state, objects, firstSlot, imageSlot, commits);
    }
  }
}
