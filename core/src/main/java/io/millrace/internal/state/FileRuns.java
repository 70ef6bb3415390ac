package io.millrace.internal.state;

import io.millrace.spi.state.StateFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Chooses the files that are worth merging, so that there are few of them and each entry is written
 * again only rarely: the logarithmic method of Bentley and Saxe, "Decomposable searching problems
 * I" (1980), in the form in which log-structured stores have it as tiered compaction.
 *
 * <p>Of each partition it takes the newest files together with the next older one for as long as
 * that is at most twice as much as those newer than it, in bytes or in entries, the latter since
 * that a key is gone takes fewer bytes than the key did. What is left out is more than twice as
 * much as all that is newer; so the number of files is logarithmic, and each merge with a file
 * makes it half as large again at least. Runs of less than {@value #MIN_LENGTH} writings wait.
 *
 * <p>Files that were written at once, as one would have been too large, are taken as one.
 */
final class FileRuns {

  static final int MIN_LENGTH = 8;

  private FileRuns() {}

  /**
   * Files of one partition to be merged.
   *
   * @param files from the oldest to the newest of the partition
   * @param isBase whether these are all files of the partition
   * @param firstIndex of the oldest, among all files of the state
   * @param lastKeptIndex of the newest file of the partition that is older; -1 for none
   */
  record Run(
      int partition, List<StateFile> files, boolean isBase, int firstIndex, int lastKeptIndex) {

    long numBytes() {
      return files.stream().mapToLong(StateFile::numBytes).sum();
    }
  }

  /** Files that were written at once. */
  private static final class Writing {
    final String stem;
    final List<StateFile> files = new ArrayList<>();
    final int firstIndex;
    int lastIndex;
    long numBytes;
    long numEntries;

    Writing(String stem, int firstIndex) {
      this.stem = stem;
      this.firstIndex = firstIndex;
    }

    void add(StateFile file, int index) {
      files.add(file);
      lastIndex = index;
      numBytes += file.numBytes();
      numEntries += file.numEntries();
    }
  }

  /**
   * The runs that are merged next, of one or more partitions; none if nothing is worth it.
   *
   * <p>What is merged stands where the first file of all runs stood. So runs are taken together
   * only if that puts none of them before an older file of its partition.
   *
   * @param files of all partitions, in the order in which they apply
   * @param maxBytes what is read at most, unless a single run is larger
   */
  static List<Run> choose(List<StateFile> files, long maxBytes) {
    List<Run> candidates = new ArrayList<>();
    writings(files).forEach((partition, of) -> run(partition, of).ifPresent(candidates::add));
    candidates.sort(
        Comparator.comparing((Run run) -> -run.files().size()).thenComparing(Run::numBytes));
    List<Run> chosen = new ArrayList<>();
    long numBytes = 0;
    for (Run candidate : candidates) {
      boolean isSmall = numBytes + candidate.numBytes() <= maxBytes;
      if (chosen.isEmpty() || (isSmall && canStandTogether(chosen, candidate))) {
        chosen.add(candidate);
        numBytes += candidate.numBytes();
      }
    }
    return chosen;
  }

  private static boolean canStandTogether(List<Run> chosen, Run candidate) {
    int first = candidate.firstIndex();
    int lastKept = candidate.lastKeptIndex();
    for (Run run : chosen) {
      first = Math.min(first, run.firstIndex());
      lastKept = Math.max(lastKept, run.lastKeptIndex());
    }
    return lastKept < first;
  }

  private static Map<Integer, List<Writing>> writings(List<StateFile> files) {
    Map<Integer, List<Writing>> writings = new TreeMap<>();
    for (int i = 0; i < files.size(); i++) {
      StateFile file = files.get(i);
      List<Writing> of = writings.computeIfAbsent(file.partition(), p -> new ArrayList<>());
      String stem = StateFileWriter.stem(file);
      if (of.isEmpty() || !of.get(of.size() - 1).stem.equals(stem)) {
        of.add(new Writing(stem, i));
      }
      of.get(of.size() - 1).add(file, i);
    }
    return writings;
  }

  private static Optional<Run> run(int partition, List<Writing> writings) {
    int first = writings.size() - 1;
    long numBytes = writings.get(first).numBytes;
    long numEntries = writings.get(first).numEntries;
    while (first > 0) {
      Writing older = writings.get(first - 1);
      if (older.numBytes > 2 * numBytes && older.numEntries > 2 * numEntries) {
        break;
      }
      first--;
      numBytes += older.numBytes;
      numEntries += older.numEntries;
    }
    if (writings.size() - first < MIN_LENGTH) {
      return Optional.empty();
    }
    List<StateFile> files =
        writings.subList(first, writings.size()).stream()
            .flatMap(writing -> writing.files.stream())
            .toList();
    return Optional.of(
        new Run(
            partition,
            files,
            first == 0,
            writings.get(first).firstIndex,
            first == 0 ? -1 : writings.get(first - 1).lastIndex));
  }
}
