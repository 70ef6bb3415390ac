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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes batches of one output, each by a slot of the manifest's log. The log fences: the slot
 * that a former driver would take next holds the claim of this one.
 *
 * <p>When {@value #MAX_RECENT} batches are in slots, they go to a list before the next one is
 * published, and that slot says that the ones before it are not needed any more. Small files in the
 * newest list are then merged in the background; the next list has the merged file in their place,
 * and the one after that says that they can go.
 */
final class FileSession implements SinkSession<Tuple4<String, Long, Long, Long>> {

  /** How many batches are in slots alone. */
  static final int MAX_RECENT = 64;

  /** A list with fewer files than this is taken up into the next. */
  static final int MIN_LIST_FILES = 4_096;

  private static final Logger LOG = LoggerFactory.getLogger(FileSession.class);

  private final SinkStore store;
  private final CheckpointStorage storage;
  private final SinkIdentity identity;
  private final SlotLog log;
  private final StrayFiles strays;
  private final FileSinkOptions options;
  private final Executor background;
  private final AtomicReference<@Nullable FileMerge> finishedMerge = new AtomicReference<>();
  private final AtomicBoolean isMerging = new AtomicBoolean();
  private Manifest manifest;
  private volatile boolean isClosed;

  /** What the list that is being put has merged; kept until it is published. */
  private @Nullable FileMerge takenMerge;

  /** The files of the newest list, in order, if this session has put it. */
  private List<PublishedFile> listed = List.of();

  private long numMerged;

  private FileSession(
      SinkStore store,
      SinkIdentity identity,
      FileSinkOptions options,
      Executor background,
      SlotLog log,
      Manifest manifest)
      throws IOException {
    this.store = store;
    this.storage = store.storage();
    this.identity = identity;
    this.log = log;
    this.strays = new StrayFiles(storage, identity);
    this.options = options;
    this.background = background;
    this.manifest = manifest;
  }

  /** Refuses a directory that can't be opened, as far as that can be told by reading. */
  static void check(CheckpointStorage storage, SinkOwner owner) throws Exception {
    Optional<SinkIdentity> identity =
        new SinkIdentity(owner.checkpointId(), owner.outputId()).check(storage);
    if (identity.isPresent()) {
      Manifest.read(storage, identity.get());
    }
  }

  static FileSession open(SinkStore store, FileSinkOptions options, SinkContext context)
      throws Exception {
    CheckpointStorage storage = store.storage();
    SinkIdentity identity =
        new SinkIdentity(context.checkpointId(), context.outputId()).claim(storage);
    Manifest.read(storage, identity);
    SlotLog.Claimed claimed =
        SlotLog.claim(storage, identity.log(), context.owner(), context.epoch());
    Manifest manifest = Manifest.of(claimed.before(), storage.location());
    FileSession session =
        new FileSession(store, identity, options, context.background(), claimed.log(), manifest);
    storage.sweep();
    session.strays.deleteData(manifest);
    session.strays.deleteLists(manifest);
    session.strays.deleteMerged(manifest, context.epoch());
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

  private List<PublishedFile> files(
      Marker marker, StagedRows<Tuple4<String, Long, Long, Long>> rows) {
    List<PublishedFile> files = new ArrayList<>();
    // What another driver has staged may have another header.
    long headerBytes = marker.epoch() == log.epoch() ? options.headerBytes() : 0;
    for (Tuple4<String, Long, Long, Long> row : rows) {
      files.add(
          new PublishedFile(
              marker.batch(),
              marker.batch(),
              marker.epoch(),
              row._1(),
              row._2(),
              row._3(),
              row._4(),
              headerBytes));
    }
    return files;
  }

  /** A repeated call, after one that failed, comes to the same list and the same slot. */
  private void publish(PublishedBatch batch) throws IOException {
    if (manifest.recent().size() < MAX_RECENT) {
      log.append(new ManifestEntry(manifest.list(), batch).encode());
      List<PublishedBatch> recent = new ArrayList<>(manifest.recent());
      recent.add(batch);
      manifest = new Manifest(manifest.list(), recent);
      return;
    }
    strays.deleteData(manifest);
    PublishedList next = nextList();
    String list = put(next);
    log.append(new ManifestEntry(list, batch).encode(), log.lastNumber() + 1);
    manifest = new Manifest(list, List.of(batch));
    takenMerge = null;
    listed = next.batches().stream().flatMap(entry -> entry.files().stream()).toList();
    deleteFolded();
    merge();
  }

  private String put(PublishedList list) throws IOException {
    long lastBatch = manifest.recent().get(manifest.recent().size() - 1).marker().batch();
    String name = PublishedList.name(lastBatch, log.epoch(), identity.id());
    byte[] bytes = list.encode();
    if (!storage.putIfAbsent(name, ByteBuffer.wrap(bytes))
        && !Arrays.equals(storage.read(name), bytes)) {
      throw new CorruptionException(
          String.format(
              Locale.ROOT, "%s in %s is not what this driver put there", name, storage.location()));
    }
    return name;
  }

  /** The list that also has the batches of the slots. */
  private PublishedList nextList() throws IOException {
    List<PublishedBatch> batches = new ArrayList<>();
    String previous = manifest.list();
    String replaced = "";
    List<String> merged = List.of();
    List<String> unneeded = List.of();
    if (!previous.isEmpty()) {
      PublishedList newest = PublishedList.read(storage, previous);
      unneeded = newest.merged();
      Optional<List<PublishedBatch>> applied = takeMerge(newest);
      if (applied.isPresent() || newest.numFiles() < MIN_LIST_FILES) {
        batches.addAll(applied.orElse(newest.batches()));
        merged = applied.isPresent() ? takenMerge().replaced() : List.of();
        replaced = previous;
        previous = newest.previous();
      }
    }
    manifest.recent().stream().filter(batch -> !batch.files().isEmpty()).forEach(batches::add);
    return new PublishedList(previous, replaced, batches, merged, unneeded);
  }

  private FileMerge takenMerge() {
    return Objects.requireNonNull(takenMerge);
  }

  /** What the newest list is with what has been merged of it since. */
  private Optional<List<PublishedBatch>> takeMerge(PublishedList newest) {
    if (takenMerge == null) {
      takenMerge = finishedMerge.getAndSet(null);
    }
    FileMerge merge = takenMerge;
    return merge == null ? Optional.empty() : merge.applyTo(newest.batches());
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

  /** Begins to merge files of the newest list, unless the merge before is still under way. */
  private void merge() {
    Optional<List<PublishedFile>> run =
        FileMerge.run(listed, log.epoch(), options.headerBytes(), options.rollBytes());
    if (run.isEmpty() || !isMerging.compareAndSet(false, true)) {
      return;
    }
    long lastBatch = run.get().get(run.get().size() - 1).batch();
    String name =
        DataName.ofMerged(lastBatch, log.epoch(), ++numMerged, identity.id(), options.extension());
    try {
      background.execute(() -> merge(run.get(), name));
    } catch (RejectedExecutionException e) {
      isMerging.set(false);
      LOG.debug("Files at {} are merged later", store.location(), e);
    }
  }

  private void merge(List<PublishedFile> run, String name) {
    try {
      if (!isClosed) {
        FileMerge.write(storage, run, options.headerText(), name).ifPresent(finishedMerge::set);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("Files at {} could not be merged yet; they count as they are", store.location(), e);
    } finally {
      isMerging.set(false);
    }
  }

  @Override
  public void close() throws IOException {
    isClosed = true;
    store.close();
  }
}
