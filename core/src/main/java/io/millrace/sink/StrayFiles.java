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

  StrayFiles(CheckpointStorage storage) {
    this.storage = storage;
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
        long batch = DataName.batch(object.name()).orElse(Long.MAX_VALUE);
        if (batch > after && batch <= last && !published.contains(object.name())) {
          storage.delete(object.name());
        }
      }
    }
  }

  /** Deletes lists that no slot came to name, and the one that the newest replaces. */
  void deleteLists(Manifest manifest) throws IOException {
    String newest = manifest.list();
    for (StoredObject object : storage.list(PublishedList.DIRECTORY)) {
      if (!object.name().equals(newest)
          && PublishedList.isName(object.name())
          && PublishedList.lastBatch(object.name()) >= manifest.listedThrough()) {
        storage.delete(object.name());
      }
    }
    if (!newest.isEmpty()) {
      String replaced = PublishedList.read(storage, newest).replaced();
      if (!replaced.isEmpty()) {
        storage.delete(replaced);
      }
    }
  }
}
