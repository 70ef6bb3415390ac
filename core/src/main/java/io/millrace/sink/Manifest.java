package io.millrace.sink;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.Slot;
import io.millrace.spi.checkpoint.SlotLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the slots of a manifest say together.
 *
 * @param list name of the newest {@link PublishedList}, empty if there is none
 * @param recent batches that are later than the lists, in order
 */
record Manifest(String list, List<PublishedBatch> recent) {

  static final String DIRECTORY = "manifest";

  Manifest {
    recent = List.copyOf(recent);
  }

  static Manifest of(SlotLog.Contents contents, String location) throws IOException {
    String list = "";
    List<PublishedBatch> recent = new ArrayList<>();
    for (Slot slot : contents.slots()) {
      if (!slot.isClaim()) {
        ManifestEntry entry = ManifestEntry.decode(slot, location);
        list = entry.list();
        recent.add(entry.batch());
      }
    }
    return new Manifest(list, recent);
  }

  static Manifest read(CheckpointStorage storage) throws IOException {
    return of(SlotLog.read(storage, DIRECTORY), storage.location());
  }

  /** The last batch. A list is never newer than every slot, for it is a slot that names it. */
  Optional<Marker> marker() {
    return recent.isEmpty()
        ? Optional.empty()
        : Optional.of(recent.get(recent.size() - 1).marker());
  }

  /** The last batch that is in a list, 0 if none is. */
  long listedThrough() {
    return PublishedList.lastBatch(list);
  }
}
