package io.millrace.internal.checkpoint;

import io.millrace.checkpoint.CheckpointContents.BatchEntry;
import io.millrace.checkpoint.CheckpointContents.Stage;
import io.millrace.spi.checkpoint.Slot;
import io.millrace.spi.state.StateFile;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The batches that the slots of a log tell of, and the files that these need. */
final class RetainedBatches {

  private final TreeMap<Long, BatchEntry> byNumber = new TreeMap<>();
  private final Map<String, StateFile> files = new HashMap<>();

  private RetainedBatches() {}

  /** Of slots of which the first begins the log, or has an image. */
  static RetainedBatches of(List<Slot> slots) throws IOException {
    RetainedBatches batches = new RetainedBatches();
    boolean isKnown = !slots.isEmpty() && slots.get(0).number() == 1;
    for (Slot slot : slots) {
      for (Fact fact : FactReader.decode(slot)) {
        isKnown |= fact instanceof Fact.Image;
        if (isKnown) {
          batches.add(fact, slot.epoch());
        }
      }
    }
    return batches;
  }

  private void add(Fact fact, long epoch) {
    if (fact instanceof Fact.Planned planned) {
      planned(planned, epoch);
    } else if (fact instanceof Fact.Prepared prepared) {
      prepared(prepared, epoch);
    } else if (fact instanceof Fact.Committed committed) {
      committed(committed);
    } else if (fact instanceof Fact.Compacted compacted) {
      addFiles(compacted.merged());
    } else if (fact instanceof Fact.Image image) {
      image(image.state(), epoch);
    }
  }

  private void planned(Fact.Planned planned, long epoch) {
    Map<String, String> ranges = new TreeMap<>();
    planned.ranges().forEach((source, range) -> ranges.put(source, DurableText.of(range)));
    byNumber.put(
        planned.batch(),
        new BatchEntry(
            planned.batch(),
            Instant.ofEpochMilli(planned.timeMillis()),
            Stage.PLANNED,
            epoch,
            ranges,
            0,
            0));
  }

  private void prepared(Fact.Prepared prepared, long epoch) {
    long deltaBytes = 0;
    for (Fact.StateChange change : prepared.states().values()) {
      deltaBytes += numBytes(change.files());
      addFiles(change.files());
    }
    for (Fact.WindowChange change : prepared.windows().values()) {
      deltaBytes += numBytes(change.files());
      addFiles(change.files());
    }
    long stagedBytes = 0;
    for (List<StateFile> staged : prepared.staged().values()) {
      stagedBytes += numBytes(staged);
      addFiles(staged);
    }
    BatchEntry entry = byNumber.get(prepared.batch());
    if (entry != null) {
      byNumber.put(
          entry.number(),
          new BatchEntry(
              entry.number(),
              entry.time(),
              Stage.PREPARED,
              epoch,
              entry.ranges(),
              deltaBytes,
              stagedBytes));
    }
  }

  private void committed(Fact.Committed committed) {
    BatchEntry entry = byNumber.get(committed.batch());
    if (entry != null) {
      byNumber.put(
          entry.number(),
          new BatchEntry(
              entry.number(),
              entry.time(),
              Stage.COMMITTED,
              committed.epoch(),
              entry.ranges(),
              entry.deltaBytes(),
              entry.stagedBytes()));
    }
  }

  private void image(CheckpointState state, long epoch) {
    state.states().values().forEach(contents -> addFiles(contents.files()));
    state.windows().values().forEach(window -> window.batches().values().forEach(this::addFiles));
    state.sources().values().forEach(source -> addFiles(source.names()));
    state
        .open()
        .filter(open -> !byNumber.containsKey(open.batch()))
        .ifPresent(open -> planned(open, epoch));
    state.attempts().forEach((attemptEpoch, attempt) -> prepared(attempt, attemptEpoch));
  }

  private void addFiles(Collection<StateFile> added) {
    added.forEach(file -> files.put(file.name(), file));
  }

  static long numBytes(Collection<StateFile> files) {
    return files.stream().mapToLong(StateFile::numBytes).sum();
  }

  /** In order of their numbers. */
  List<BatchEntry> entries() {
    return new ArrayList<>(byNumber.values());
  }

  /** All that is mentioned, by name; also what is inline. */
  Map<String, StateFile> files() {
    return files;
  }
}
