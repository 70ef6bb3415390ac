package io.millrace.internal.state;

import io.millrace.spi.plan.Placement;
import io.millrace.spi.state.Compaction;
import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The files of a state, in the order in which they apply.
 *
 * <p>A file tells the partition that it was written of, and of how many, but keys are placed anew
 * whenever they are read. If the partitions are still the same, each is read from its own files
 * alone. If their number has changed, or the placement of some key, all files are read for each.
 */
public final class StateFiles {

  /** What one call merges at most, unless a single run is more: some tenths of a second. */
  private static final long MAX_BYTES_PER_MERGE = 1 << 24;

  /** Room is not made for more keys than these, 16 to 24 bytes each, before they are seen. */
  private static final int MAX_LIKELY_KEYS = 1 << 22;

  private final StatePlace place;
  private final StateDefinition definition;
  private final Placement placement;
  private final List<StateFile> files;

  public StateFiles(StatePlace place, StateDefinition definition, List<StateFile> files) {
    this.place = place;
    this.definition = definition;
    this.placement = definition.placement();
    this.files = List.copyOf(files);
  }

  /** Whether all files were written of as many partitions as there are now. */
  public boolean areOfSamePartitions() {
    return files.stream().allMatch(file -> file.numPartitions() == placement.numPartitions());
  }

  /**
   * Fills an empty partition from all keys in all files that belong there, whatever partition they
   * were written of.
   */
  public void restoreFromAll(StatePartition partition, int number, Runnable poll) throws Exception {
    restore(partition, number, files, poll);
  }

  /**
   * Fills an empty partition from the files that were written of it. Returns whether all keys in
   * them belong there; if not, {@link #restoreFromAll} must be used for all partitions.
   */
  public boolean restoreFromOwn(StatePartition partition, int number, Runnable poll)
      throws Exception {
    List<StateFile> own = files.stream().filter(file -> file.partition() == number).toList();
    return restore(partition, number, own, poll) == 0;
  }

  private long restore(StatePartition partition, int number, List<StateFile> read, Runnable poll)
      throws Exception {
    StatePartition.Restoring restoring = partition.restore();
    OwnContent own = new OwnContent(placement, number, restoring);
    for (StateFile file : read) {
      new StateFileReader(place, file, poll).readInto(own);
    }
    restoring.end();
    return own.numForeign();
  }

  /**
   * Merges some files into fewer if that is worth while. As long as there are files whose keys may
   * have moved to other partitions, that is all of them at once; else those of some partitions, for
   * no longer than some tenths of a second unless one partition alone takes longer.
   *
   * @param prefix of the names of objects, never used before
   * @param moved names of files some of whose keys belong to other partitions now
   */
  public Optional<Compaction> compact(String prefix, Set<String> moved) throws IOException {
    if (!areOfSamePartitions() || files.stream().anyMatch(file -> moved.contains(file.name()))) {
      return Optional.of(mergeAll(prefix));
    }
    List<String> replaced = new ArrayList<>();
    List<StateFile> merged = new ArrayList<>();
    for (FileRuns.Run run : FileRuns.choose(files, MAX_BYTES_PER_MERGE)) {
      run.files().forEach(file -> replaced.add(file.name()));
      merged.addAll(merge(run.files(), false, prefix, run.partition(), run.isBase()));
    }
    return replaced.isEmpty() ? Optional.empty() : Optional.of(new Compaction(replaced, merged));
  }

  /** Whether {@link #compact} would do anything; looks at no file. */
  public boolean isWorthMerging(Set<String> moved) {
    return !areOfSamePartitions()
        || files.stream().anyMatch(file -> moved.contains(file.name()))
        || !FileRuns.choose(files, MAX_BYTES_PER_MERGE).isEmpty();
  }

  private Compaction mergeAll(String prefix) throws IOException {
    List<StateFile> merged = new ArrayList<>();
    for (int i = 0; i < placement.numPartitions(); i++) {
      merged.addAll(merge(files, true, prefix, i, true));
    }
    return new Compaction(files.stream().map(StateFile::name).toList(), merged);
  }

  /** As many keys as the largest file has: a base has most of those that the others have too. */
  private static int likelyKeys(List<StateFile> run) {
    long most = run.stream().mapToLong(StateFile::numEntries).max().orElse(1);
    return (int) Math.max(Growth.INITIAL, Math.min(most, MAX_LIKELY_KEYS));
  }

  /**
   * Merges what the files say of the keys of a partition.
   *
   * @param haveOthers whether the files may have keys of other partitions
   */
  private List<StateFile> merge(
      List<StateFile> run, boolean haveOthers, String prefix, int partition, boolean isBase)
      throws IOException {
    StateFileWriter writer =
        new StateFileWriter(
            place, prefix + "-" + partition, partition, placement.numPartitions(), isBase);
    ContentMerge merge =
        new ContentMerge(
            capacity -> StatePartitions.dictionary(definition.operator(), capacity),
            likelyKeys(run),
            isBase,
            writer);
    ContentSink own = haveOthers ? new OwnContent(placement, partition, merge) : merge;
    for (int i = run.size() - 1; i >= 0; i--) {
      new StateFileReader(place, run.get(i), () -> {}).readInto(own);
    }
    merge.end();
    return writer.finish(place.maxInlineBytes());
  }
}
