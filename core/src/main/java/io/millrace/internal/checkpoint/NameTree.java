package io.millrace.internal.checkpoint;

import io.millrace.source.SeenNames;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The names that a source remembers, as a checkpoint keeps them: a log-structured merge tree. Files
 * have what came and went, in order; what no file has yet is part of the image, up to {@value
 * #MAX_INLINE_BYTES} bytes or what the place allows. Beyond that it becomes a file, together with
 * the newest older ones for as long as these have no more names than it: the logarithmic method of
 * Bentley and Saxe, "Decomposable searching problems I" (1980). So each name is written again a
 * logarithmic number of times, and there is a logarithmic number of files. A merge that reaches the
 * oldest file drops the names that have gone.
 *
 * <p>For one thread. An image is made by {@link #image}, appended to the log, and settled by {@link
 * #appended}; one that is not appended leaves nothing but files that no slot mentions.
 */
public final class NameTree {

  private static final int MAX_INLINE_BYTES = 256 << 10;

  private final SeenNames names;

  /** Of the last image that was appended, from the oldest on. */
  private List<StateFile> files = List.of();

  /** Names that came or went since the newest file. */
  private final Set<String> unwritten = new HashSet<>();

  public NameTree(SeenNames names) {
    this.names = names;
  }

  /**
   * Fills the source's set with the names of an image.
   *
   * @param image its files, from the oldest on
   */
  public void restore(CheckpointStorage storage, List<StateFile> image) throws IOException {
    Map<String, Boolean> found = new HashMap<>();
    Set<String> inLog = new HashSet<>();
    for (StateFile file : image) {
      NameFile.read(
          storage,
          file,
          (name, isThere) -> {
            found.put(name, isThere);
            if (file.inline().isPresent()) {
              inLog.add(name);
            }
          });
    }
    found.values().removeIf(isThere -> !isThere);
    names.restore(found.keySet());
    unwritten.clear();
    unwritten.addAll(inLog);
    files = stored(image);
  }

  private static List<StateFile> stored(List<StateFile> image) {
    return image.stream().filter(file -> file.inline().isEmpty()).toList();
  }

  /**
   * What an image has of the names: their files, and what is not in these, inline. May write a
   * file. Can be repeated.
   *
   * @param newName makes names of objects
   */
  public List<StateFile> image(StatePlace place, Supplier<String> newName) throws IOException {
    unwritten.addAll(names.takeChanges());
    if (unwritten.isEmpty()) {
      return files;
    }
    Map<String, Boolean> changes = new HashMap<>();
    unwritten.forEach(name -> changes.put(name, names.contains(name)));
    NameFile newest = new NameFile(changes, false);
    List<StateFile> image = new ArrayList<>(files);
    if (newest.numBytes() <= Math.min(place.maxInlineBytes(), MAX_INLINE_BYTES)) {
      image.add(newest.inline(newName.get()));
      return image;
    }
    int first = firstMerged(changes.size());
    if (first == files.size() && first > 0) {
      image.add(newest.store(place.storage(), newName.get()));
      return image;
    }
    List<StateFile> merged = image.subList(first, image.size());
    NameFile run = merge(place.storage(), merged, changes, first == 0);
    merged.clear();
    if (!run.isEmpty()) {
      image.add(run.store(place.storage(), newName.get()));
    }
    return image;
  }

  /** Index of the oldest file that so many newer names are merged with. */
  private int firstMerged(long numNewer) {
    int first = files.size();
    while (first > 0 && files.get(first - 1).numEntries() <= numNewer) {
      numNewer += files.get(--first).numEntries();
    }
    return first;
  }

  private static NameFile merge(
      CheckpointStorage storage,
      List<StateFile> older,
      Map<String, Boolean> changes,
      boolean isBase)
      throws IOException {
    Map<String, Boolean> all = new HashMap<>();
    for (StateFile file : older) {
      NameFile.read(storage, file, all::put);
    }
    all.putAll(changes);
    if (isBase) {
      all.values().removeIf(isThere -> !isThere);
    }
    return new NameFile(all, isBase);
  }

  /** Goes on from an image that is in the log; nothing was seen since it was made. */
  public void appended(List<StateFile> image) {
    files = stored(image);
    if (files.size() == image.size()) {
      unwritten.clear();
    }
  }
}
