package io.millrace.sink;

import io.millrace.CorruptionException;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.Slot;
import io.millrace.spi.checkpoint.SlotLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

  /**
   * The manifest of a directory; without batches if the directory is nobody's yet.
   *
   * @throws CorruptionException if the directory has published batches and lost their manifest
   */
  static Manifest read(CheckpointStorage storage) throws IOException {
    Optional<SinkIdentity> identity = SinkIdentity.find(storage);
    if (identity.isEmpty()) {
      return new Manifest("", List.of());
    }
    return read(storage, identity.get());
  }

  static Manifest read(CheckpointStorage storage, SinkIdentity identity) throws IOException {
    SlotLog.Contents contents = SlotLog.read(storage, identity.log());
    requirePresent(storage, identity, contents);
    return of(contents, storage.location());
  }

  /** A list, or a file of one of the first batches, is not written before a slot. */
  static void requirePresent(
      CheckpointStorage storage, SinkIdentity identity, SlotLog.Contents contents)
      throws IOException {
    if (!contents.slots().isEmpty()) {
      return;
    }
    for (CheckpointStorage.StoredObject object : storage.list(PublishedList.DIRECTORY)) {
      if (PublishedList.isOf(object.name(), identity)) {
        throw lost(storage, object.name());
      }
    }
    for (CheckpointStorage.StoredObject object : storage.list(DataName.directory(1))) {
      if (DataName.isOf(object.name(), identity)) {
        throw lost(storage, object.name());
      }
    }
  }

  private static CorruptionException lost(CheckpointStorage storage, String object) {
    return new CorruptionException(
        String.format(
            Locale.ROOT,
            "%s has %s and no slot of that checkpoint in %s/, so what was published is not known:"
                + " restore the directory from a backup",
            storage.location(),
            object,
            DIRECTORY));
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
