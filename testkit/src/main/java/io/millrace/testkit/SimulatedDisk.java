package io.millrace.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The disk of a simulated machine: a file system in memory that knows of each name and each content
 * whether it has been synced. Programs reach it through {@link CrashingFiles}, any number of them
 * at once, as processes of one machine do.
 *
 * <p>{@link #afterCrash} tells what would be found after a loss of power now. It leaves this disk
 * as it is, so that every treatment of one crash can be looked at. Nothing is promised beyond what
 * POSIX does: a synced file may be lost with its name, unsynced changes of a directory may survive
 * in any order, and what a failed sync was to write is never written, whatever later syncs return.
 *
 * <p>Contents are shared between the copies of a disk, so a copy costs as much as its list of
 * names. Safe for concurrent use.
 */
public final class SimulatedDisk {

  private static final int DIRECTORY = 0;

  private enum Durability {
    UNSYNCED,
    SYNCED,
    /** Its sync has failed. */
    LOST
  }

  private record Content(byte[] bytes, Durability durability) {}

  /**
   * A change of a directory that may not survive.
   *
   * @param file null if the name was deleted
   * @param isLost whether the sync that was to make it durable has failed
   */
  private record NameChange(String path, @Nullable Integer file, boolean isLost) {

    NameChange lost() {
      return new NameChange(path, file, true);
    }
  }

  // All guarded by this. Names lead to the numbers of files; several may lead to one.
  private final TreeMap<String, Integer> names;
  private final TreeMap<String, Integer> durableNames;
  private final Map<Integer, Content> contents;
  private final List<NameChange> changes;
  private int nextFile = DIRECTORY + 1;
  private boolean isFull;

  /** An empty disk. */
  public SimulatedDisk() {
    this(new TreeMap<>(), new TreeMap<>(), new HashMap<>(), new ArrayList<>());
  }

  private SimulatedDisk(
      TreeMap<String, Integer> names,
      TreeMap<String, Integer> durableNames,
      Map<Integer, Content> contents,
      List<NameChange> changes) {
    this.names = names;
    this.durableNames = durableNames;
    this.contents = contents;
    this.changes = changes;
  }

  /** The same disk once more, unsynced data included: what is there if only the process dies. */
  public synchronized SimulatedDisk copy() {
    SimulatedDisk copy =
        new SimulatedDisk(
            new TreeMap<>(names),
            new TreeMap<>(durableNames),
            new HashMap<>(contents),
            new ArrayList<>(changes));
    copy.nextFile = nextFile;
    copy.isFull = isFull;
    return copy;
  }

  /** The disk that is found after a loss of power now. */
  public synchronized SimulatedDisk afterCrash(CrashTreatment treatment) {
    CrashTreatment.Choices choices = treatment.choices();
    TreeMap<String, Integer> survived = new TreeMap<>(durableNames);
    for (NameChange change : changes) {
      if (choices.keepsName(change.file() != null)) {
        apply(change, survived);
      }
    }
    removeUnreachable(survived);
    Map<Integer, Content> found = new HashMap<>();
    for (int file : new HashSet<>(survived.values())) {
      if (file != DIRECTORY) {
        Content content = contentOf(file);
        byte[] bytes =
            content.durability() == Durability.SYNCED
                ? content.bytes()
                : choices.content(content.bytes());
        found.put(file, new Content(bytes, Durability.SYNCED));
      }
    }
    SimulatedDisk after =
        new SimulatedDisk(new TreeMap<>(survived), survived, found, new ArrayList<>());
    after.nextFile = nextFile;
    return after;
  }

  /**
   * Whatever may be found after a crash now: this disk as it is, for the death of the process
   * alone, and then each different outcome of the treatments of a loss of power. After a failed
   * sync of a directory it is a loss of power in any case: what the system shows is not what it
   * would write, which no program can see, so a disk is healthy again only when it was mounted
   * anew.
   */
  public synchronized List<SimulatedDisk> afterEachCrash(List<CrashTreatment> treatments) {
    List<SimulatedDisk> outcomes = new ArrayList<>();
    Set<Map<String, ByteBuffer>> seen = new HashSet<>();
    if (changes.stream().noneMatch(NameChange::isLost)) {
      outcomes.add(copy());
    }
    if (!hasUnsynced()) {
      seen.add(tree());
    }
    for (CrashTreatment treatment : treatments) {
      SimulatedDisk after = afterCrash(treatment);
      if (seen.add(after.tree())) {
        outcomes.add(after);
      }
    }
    return outcomes;
  }

  /** Whether a loss of power now could change anything. */
  public synchronized boolean hasUnsynced() {
    return !changes.isEmpty()
        || names.values().stream()
            .anyMatch(
                file -> file != DIRECTORY && contentOf(file).durability() != Durability.SYNCED);
  }

  private Map<String, ByteBuffer> tree() {
    Map<String, ByteBuffer> tree = new HashMap<>();
    names.forEach(
        (path, file) ->
            tree.put(
                file == DIRECTORY ? path + "/" : path,
                ByteBuffer.wrap(file == DIRECTORY ? new byte[0] : contentOf(file).bytes())));
    return tree;
  }

  /** The files that are there now, by path; contents must not be changed. */
  public synchronized SortedMap<String, byte[]> files() {
    SortedMap<String, byte[]> files = new TreeMap<>();
    names.forEach(
        (path, file) -> {
          if (file != DIRECTORY) {
            files.put(path, contentOf(file).bytes());
          }
        });
    return files;
  }

  /** Replaces the content of a file, durably and behind the back of all programs, to damage it. */
  public synchronized void damage(String path, byte[] bytes) throws IOException {
    contents.put(file(path), new Content(bytes.clone(), Durability.SYNCED));
  }

  /** Removes a file, durably and behind the back of all programs. */
  public synchronized void lose(String path) {
    names.remove(path);
    durableNames.remove(path);
    changes.removeIf(change -> change.path().equals(path));
  }

  /** From now on whatever needs space fails, or not any more. */
  public synchronized void setFull(boolean isFull) {
    this.isFull = isFull;
  }

  synchronized void create(String path, List<ByteBuffer> pieces) throws IOException {
    checkParent(path);
    checkAbsent(path);
    byte[] bytes = join(pieces);
    if (isFull) {
      // The name still finds a place; the content goes in as far as it can.
      add(path, new Content(Arrays.copyOf(bytes, bytes.length / 2), Durability.UNSYNCED));
      throw noSpace(path);
    }
    add(path, new Content(bytes, Durability.UNSYNCED));
  }

  private void add(String path, Content content) {
    int file = nextFile++;
    contents.put(file, content);
    change(new NameChange(path, file, false));
  }

  private static byte[] join(List<ByteBuffer> pieces) {
    int length = pieces.stream().mapToInt(ByteBuffer::remaining).reduce(0, Math::addExact);
    ByteBuffer joined = ByteBuffer.allocate(length);
    pieces.forEach(piece -> joined.put(piece.duplicate()));
    return joined.array();
  }

  synchronized void sync(String path) throws IOException {
    int file = file(path);
    Content content = contentOf(file);
    if (content.durability() == Durability.UNSYNCED) {
      contents.put(file, new Content(content.bytes(), Durability.SYNCED));
    }
  }

  synchronized void failSync(String path) {
    Integer file = names.get(path);
    if (file != null && file != DIRECTORY) {
      contents.put(file, new Content(contentOf(file).bytes(), Durability.LOST));
    }
  }

  synchronized void link(String path, String existing) throws IOException {
    int file = file(existing);
    checkParent(path);
    checkAbsent(path);
    if (isFull) {
      throw noSpace(path);
    }
    change(new NameChange(path, file, false));
  }

  synchronized void createDirectory(String path) throws IOException {
    if (path.isEmpty() || isDirectory(path)) {
      return;
    }
    createDirectory(parent(path));
    checkAbsent(path);
    if (isFull) {
      throw noSpace(path);
    }
    change(new NameChange(path, DIRECTORY, false));
  }

  synchronized void syncDirectory(String path) throws IOException {
    if (!isDirectory(path)) {
      throw new NoSuchFileException(path);
    }
    List<NameChange> left = new ArrayList<>();
    for (NameChange change : changes) {
      if (change.isLost() || !parent(change.path()).equals(path)) {
        left.add(change);
      } else {
        apply(change, durableNames);
      }
    }
    changes.clear();
    changes.addAll(left);
  }

  synchronized void failSyncDirectory(String path) {
    changes.replaceAll(change -> parent(change.path()).equals(path) ? change.lost() : change);
  }

  synchronized void delete(String path) throws IOException {
    if (isDirectory(path)) {
      throw new IOException(path + " is a directory");
    } else if (names.containsKey(path)) {
      change(new NameChange(path, null, false));
    }
  }

  synchronized List<String> list(String path) {
    List<String> found = new ArrayList<>();
    names.forEach(
        (name, file) -> {
          if (file != DIRECTORY && parent(name).equals(path)) {
            found.add(name.substring(name.lastIndexOf('/') + 1));
          }
        });
    return found;
  }

  synchronized long size(String path) throws IOException {
    return contentOf(file(path)).bytes().length;
  }

  synchronized byte[] read(String path, long offset, int length) throws IOException {
    byte[] bytes = contentOf(file(path)).bytes();
    if (offset > (long) bytes.length - length) {
      throw new EOFException(
          path + " has " + bytes.length + " bytes, fewer than " + offset + " + " + length);
    }
    return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
  }

  private void change(NameChange change) {
    changes.add(change);
    apply(change, names);
  }

  private static void apply(NameChange change, Map<String, Integer> names) {
    if (change.file() == null) {
      names.remove(change.path());
    } else {
      names.put(change.path(), change.file());
    }
  }

  /** What is in directories that have not survived is gone with them. */
  private static void removeUnreachable(TreeMap<String, Integer> names) {
    // In order of paths a directory comes before what is in it.
    Set<String> directories = new HashSet<>(Set.of(""));
    names
        .entrySet()
        .removeIf(
            name -> {
              boolean isReachable = directories.contains(parent(name.getKey()));
              if (isReachable && name.getValue() == DIRECTORY) {
                directories.add(name.getKey());
              }
              return !isReachable;
            });
  }

  private int file(String path) throws NoSuchFileException {
    Integer file = names.get(path);
    if (file == null || file == DIRECTORY) {
      throw new NoSuchFileException(path);
    }
    return file;
  }

  private Content contentOf(int file) {
    Content content = contents.get(file);
    if (content == null) {
      throw new IllegalStateException("file " + file + " has no content");
    }
    return content;
  }

  private boolean isDirectory(String path) {
    Integer file = names.get(path);
    return path.isEmpty() || (file != null && file == DIRECTORY);
  }

  private void checkParent(String path) throws NoSuchFileException {
    if (!isDirectory(parent(path))) {
      throw new NoSuchFileException(path, null, "its directory does not exist");
    }
  }

  private void checkAbsent(String path) throws FileAlreadyExistsException {
    if (names.containsKey(path)) {
      throw new FileAlreadyExistsException(path);
    }
  }

  private static IOException noSpace(String path) {
    return new IOException(path + ": No space left on device");
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }
}
