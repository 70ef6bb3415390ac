package io.millrace.sink;

import io.millrace.CorruptionException;
import io.millrace.Tuple4;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.SlotLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes batches of one output, each by a slot of the manifest's log. The log fences: the slot
 * that a former driver would take next holds the claim of this one.
 *
 * <p>When {@value #MAX_RECENT} batches are in slots, they go to a list before the next one is
 * published, and that slot says that the ones before it are not needed any more.
 */
final class FileSession implements SinkSession<Tuple4<String, Long, Long, Long>> {

  /** How many batches are in slots alone. */
  static final int MAX_RECENT = 64;

  /** A list with fewer files than this is taken up into the next. */
  static final int MIN_LIST_FILES = 4_096;

  private static final Logger LOG = LoggerFactory.getLogger(FileSession.class);

  private final SinkStore store;
  private final CheckpointStorage storage;
  private final SlotLog log;
  private final StrayFiles strays;
  private Manifest manifest;
  private boolean isClosed;

  private FileSession(SinkStore store, CheckpointStorage storage, SlotLog log, Manifest manifest) {
    this.store = store;
    this.storage = storage;
    this.log = log;
    this.strays = new StrayFiles(storage);
    this.manifest = manifest;
  }

  static FileSession open(SinkStore store, SinkContext context) throws Exception {
    CheckpointStorage storage = store.storage();
    new SinkIdentity(context.checkpointId(), context.outputId()).claim(storage);
    SlotLog.Claimed claimed =
        SlotLog.claim(storage, Manifest.DIRECTORY, context.owner(), context.epoch());
    Manifest manifest = Manifest.of(claimed.before(), storage.location());
    FileSession session = new FileSession(store, storage, claimed.log(), manifest);
    storage.sweep();
    session.strays.deleteData(manifest);
    session.strays.deleteLists(manifest);
    return session;
  }

  @Override
  public Optional<Marker> marker() {
    return manifest.marker();
  }

  @Override
  public void commit(Marker next, StagedRows<Tuple4<String, Long, Long, Long>> rows)
      throws Exception {
    if (isClosed) {
      throw new IllegalStateException("the session of files at " + store.location() + " is closed");
    }
    Optional<Marker> last = manifest.marker();
    if (last.equals(Optional.of(next))) {
      return;
    }
    if (last.isPresent() && last.get().batch() >= next.batch()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "files at %s are at %s, so %s can't be published: batches are committed in order,"
                  + " each once",
              store.location(),
              last.get(),
              next));
    }
    publish(new PublishedBatch(next, files(next, rows)));
  }

  private static List<PublishedFile> files(
      Marker marker, StagedRows<Tuple4<String, Long, Long, Long>> rows) {
    List<PublishedFile> files = new ArrayList<>();
    for (Tuple4<String, Long, Long, Long> row : rows) {
      files.add(
          new PublishedFile(
              marker.batch(), marker.epoch(), row._1(), row._2(), row._3(), row._4()));
    }
    return files;
  }

  /** A repeated call, after one that failed, comes to the same list and the same slot. */
  private void publish(PublishedBatch batch) throws IOException {
    boolean isFold = manifest.recent().size() >= MAX_RECENT;
    String list = isFold ? putList() : manifest.list();
    byte[] slot = new ManifestEntry(list, batch).encode();
    List<PublishedBatch> recent = new ArrayList<>();
    if (isFold) {
      log.append(slot, log.lastNumber() + 1);
    } else {
      log.append(slot);
      recent.addAll(manifest.recent());
    }
    recent.add(batch);
    manifest = new Manifest(list, recent);
    if (isFold) {
      deleteFolded();
    }
  }

  /** Moves the batches of the slots to a list. */
  private String putList() throws IOException {
    strays.deleteData(manifest);
    long lastBatch = manifest.recent().get(manifest.recent().size() - 1).marker().batch();
    String name = PublishedList.name(lastBatch, log.epoch());
    byte[] bytes = nextList().encode();
    if (!storage.putIfAbsent(name, ByteBuffer.wrap(bytes))
        && !Arrays.equals(storage.read(name), bytes)) {
      throw new CorruptionException(
          String.format(
              Locale.ROOT, "%s in %s is not what this driver put there", name, storage.location()));
    }
    return name;
  }

  private PublishedList nextList() throws IOException {
    List<PublishedBatch> batches = new ArrayList<>();
    String previous = manifest.list();
    String replaced = "";
    if (!previous.isEmpty()) {
      PublishedList newest = PublishedList.read(storage, previous);
      if (newest.numFiles() < MIN_LIST_FILES) {
        batches.addAll(newest.batches());
        replaced = previous;
        previous = newest.previous();
      }
    }
    manifest.recent().stream().filter(batch -> !batch.files().isEmpty()).forEach(batches::add);
    return new PublishedList(previous, replaced, batches);
  }

  /** The batch is published; what fails here is done again by the next fold or the next start. */
  private void deleteFolded() {
    try {
      log.deleteUnneeded();
      strays.deleteLists(manifest);
    } catch (IOException e) {
      LOG.warn("Old slots and lists at {} could not be deleted yet", store.location(), e);
    }
  }

  @Override
  public void close() throws IOException {
    isClosed = true;
    store.close();
  }
}
