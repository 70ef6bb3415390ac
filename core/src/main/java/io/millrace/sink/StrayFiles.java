package io.millrace.sink;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorage.StoredObject;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Deletes what attempts that did not count have written.
 *
 * <p>Only data of batches that are committed and still in the slots of the manifest: what belongs
 * to a later batch may yet be published, by a driver that completes the attempt of the one before
 * it. Batches that are in a list were looked through before they went there. A task that outlives
 * its driver, and writes when its batch is in a list already, leaves a file that nobody reads.
 */
final class StrayFiles {

  private final CheckpointStorage storage;
  private final SinkIdentity identity;

  StrayFiles(CheckpointStorage storage, SinkIdentity identity) {
    this.storage = storage;
    this.identity = identity;
  }

  void deleteData(Manifest manifest) throws IOException {
    if (manifest.marker().isEmpty()) {
      return;
    }
    long after = manifest.listedThrough();
    long last = manifest.marker().get().batch();
    Set<String> published =
        manifest.recent().stream()
            .flatMap(batch -> batch.files().stream())
            .map(PublishedFile::name)
            .collect(Collectors.toSet());
    Set<String> directories =
        manifest.recent().stream()
            .map(batch -> DataName.directory(batch.marker().batch()))
            .collect(Collectors.toCollection(TreeSet::new));
    for (String directory : directories) {
      for (StoredObject object : storage.list(directory)) {
        long batch = DataName.batch(object.name(), identity).orElse(Long.MAX_VALUE);
        if (batch > after && batch <= last && !published.contains(object.name())) {
          storage.delete(object.name());
        }
      }
    }
  }

  /**
   * Deletes lists that no slot came to name, the one that the newest replaces, and the files that
   * were merged before the newest.
   */
  void deleteLists(Manifest manifest) throws IOException {
    String newest = manifest.list();
    for (StoredObject object : storage.list(PublishedList.DIRECTORY)) {
      if (!object.name().equals(newest)
          && PublishedList.isOf(object.name(), identity)
          && PublishedList.lastBatch(object.name()) >= manifest.listedThrough()) {
        storage.delete(object.name());
      }
    }
    if (!newest.isEmpty()) {
      PublishedList list = PublishedList.read(storage, newest);
      if (!list.replaced().isEmpty()) {
        storage.delete(list.replaced());
      }
      for (String name : list.unneeded()) {
        storage.delete(name);
      }
    }
  }

  /** Deletes merged files of earlier drivers that no list came to name. */
  void deleteMerged(Manifest manifest, long epoch) throws IOException {
    Set<String> strays = new TreeSet<>();
    for (StoredObject object : storage.list(DataName.MERGED)) {
      if (DataName.epochOfMerged(object.name(), identity).orElse(epoch) < epoch) {
        strays.add(object.name());
      }
    }
    for (String name = manifest.list(); !strays.isEmpty() && !name.isEmpty(); ) {
      PublishedList list = PublishedList.read(storage, name);
      list.batches().forEach(batch -> batch.files().forEach(file -> strays.remove(file.name())));
      list.merged().forEach(strays::remove);
      name = list.previous();
    }
    for (String name : strays) {
      storage.delete(name);
    }
  }
}
