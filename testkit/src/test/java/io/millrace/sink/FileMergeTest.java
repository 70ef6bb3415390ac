package io.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Tuple4;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Small files are merged: each record is there once, whatever crashes, and files stay few. */
class FileMergeTest {

  private static final String CHECKPOINT = "1b8c5b0e-6a31-4b7e-9f5e-2b9b7a1c4d02";
  private static final String LOCATION = "memory:merged";

  /** Enough for a merge of files that were merged before, and for their deletion. */
  private static final int LAST = 5 * FileSession.MAX_RECENT + 3;

  private MemoryStorage storage = new MemoryStorage();

  @BeforeEach
  void place() {
    FaultyStorageProvider.MEMORY.put(LOCATION, storage);
  }

  @AfterEach
  void clear() {
    FaultyStorageProvider.MEMORY.remove(LOCATION);
  }

  private void reopen() {
    storage = storage.reopened();
    place();
  }

  private record Rows(List<Tuple4<String, Long, Long, Long>> rows)
      implements StagedRows<Tuple4<String, Long, Long, Long>> {
    @Override
    public long numRows() {
      return rows.size();
    }

    @Override
    public Iterator<Tuple4<String, Long, Long, Long>> iterator() {
      return rows.iterator();
    }
  }

  private static FileSink<String> lines() {
    return FileSinks.lines(LOCATION, line -> line);
  }

  private static SinkSession<Tuple4<String, Long, Long, Long>> open(
      FileSink<String> sink, long epoch) throws Exception {
    return sink.open(new SinkContext(CHECKPOINT, "out", epoch, new UUID(5, epoch)));
  }

  /** Goes on after the last batch that is published. */
  private static void commit(
      FileSink<String> sink,
      SinkSession<Tuple4<String, Long, Long, Long>> session,
      long epoch,
      int last)
      throws Exception {
    long first = session.marker().map(Marker::batch).orElse(0L) + 1;
    for (long batch = first; batch <= last; batch++) {
      List<Tuple4<String, Long, Long, Long>> rows = new ArrayList<>();
      sink.stage(
          List.of("line of " + batch).iterator(),
          new StageContext(CHECKPOINT, "out", batch, 1_000 * batch, epoch, 0, 1),
          rows::add);
      session.commit(new Marker(batch, epoch), new Rows(rows));
    }
  }

  private static void run(FileSink<String> sink, long epoch, int last) throws Exception {
    try (SinkSession<Tuple4<String, Long, Long, Long>> session = open(sink, epoch)) {
      commit(sink, session, epoch, last);
    }
  }

  private static List<String> linesOf(int last) {
    return IntStream.rangeClosed(1, last).mapToObj(batch -> "line of " + batch).toList();
  }

  private static List<String> read() throws IOException {
    try (FileSinkReader reader = FileSinkReader.open(LOCATION)) {
      return reader.lines().toList();
    }
  }

  private long numFiles() {
    return storage.objects.keySet().stream()
        .filter(name -> name.startsWith("data/") || name.startsWith("merged/"))
        .count();
  }

  @Test
  void manySmallBatches_leaveFewFiles() throws Exception {
    run(lines(), 1, 5_000);

    assertThat(read()).isEqualTo(linesOf(5_000));
    assertThat(numFiles()).isLessThan(4L * FileSession.MAX_RECENT);
    assertThat(storage.objects).hasSizeLessThan(6 * FileSession.MAX_RECENT);
  }

  @Test
  void mergedFiles_tellTheirBatches_andAreWhole() throws Exception {
    run(lines(), 1, LAST);

    try (FileSinkReader reader = FileSinkReader.open(LOCATION)) {
      long next = 1;
      for (PublishedFile file : reader.files()) {
        assertThat(file.firstBatch()).isEqualTo(next);
        assertThat(reader.lines(file)).hasSize((int) file.numRecords());
        assertThat(file.numRecords()).isEqualTo(file.batch() - file.firstBatch() + 1);
        next = file.batch() + 1;
      }
      assertThat(next).isEqualTo(LAST + 1L);
      assertThat(reader.files()).hasSizeLessThan(3 * FileSession.MAX_RECENT);
    }
  }

  @Test
  void aHeader_isOnceInAMergedFile() throws Exception {
    FileSink<String> sink =
        FileSinks.<String>csv(LOCATION, line -> Arrays.asList(line, 1)).withHeader("line", "n");
    run(sink, 1, LAST);

    try (FileSinkReader reader = FileSinkReader.open(LOCATION)) {
      List<String> records = new ArrayList<>();
      for (PublishedFile file : reader.files()) {
        List<String> of = reader.lines(file);
        assertThat(of.get(0)).isEqualTo("line,n");
        records.addAll(of.subList(1, of.size()));
      }
      assertThat(records).isEqualTo(linesOf(LAST).stream().map(line -> line + ",1").toList());
    }
  }

  @Test
  void aReader_goesOnWhereItWas_whenItsFilesAreMerged() throws Exception {
    FileSink<String> sink = lines();
    try (SinkSession<Tuple4<String, Long, Long, Long>> session = open(sink, 1);
        FileSinkReader reader = FileSinkReader.open(LOCATION)) {
      commit(sink, session, 1, 70);
      PublishedFile first = reader.files().get(0);
      Iterator<String> iterator = reader.lines().iterator();
      List<String> seen = new ArrayList<>();
      while (seen.size() < 30) {
        seen.add(iterator.next());
      }

      commit(sink, session, 1, LAST);

      assertThat(storage.objects).doesNotContainKey(first.name());
      assertThatThrownBy(() -> reader.read(first))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContaining("merged into another file");
      iterator.forEachRemaining(seen::add);
      assertThat(seen).isEqualTo(linesOf(LAST));
    }
  }

  /** The process dies before and after each call that changes something; the next one goes on. */
  @Test
  void aCrashAtSomeSteps_losesNothing_andDoublesNothing_andLeavesNothing() throws Exception {
    crashAtEach(7);
  }

  @Test
  @Tag("slow")
  void aCrashAtAnyStep_losesNothing_andDoublesNothing_andLeavesNothing() throws Exception {
    crashAtEach(1);
  }

  private void crashAtEach(int stride) throws Exception {
    run(lines(), 1, LAST);
    long numCalls = storage.numCalls();
    for (long call = 1; call <= numCalls; call += stride) {
      for (boolean isAfter : List.of(false, true)) {
        storage = new MemoryStorage();
        place();
        storage.crashAt(call, isAfter);
        assertThatThrownBy(() -> run(lines(), 1, LAST)).isInstanceOf(MemoryStorage.Crash.class);
        reopen();
        String where = "crash " + (isAfter ? "after" : "before") + " call " + call;
        if (storage.objects.containsKey("identity")) {
          List<String> found = read();
          assertThat(found).as(where).isEqualTo(linesOf(found.size()));
        }
        run(lines(), 2, LAST);
        assertThat(read()).as(where).isEqualTo(linesOf(LAST));
        run(lines(), 3, LAST + 2 * FileSession.MAX_RECENT + 2);
        assertThat(strays()).as(where).isEmpty();
      }
    }
  }

  /** Files that are neither published nor to be deleted with the next lists. */
  private List<String> strays() throws IOException {
    List<String> strays =
        new ArrayList<>(
            storage.objects.keySet().stream()
                .filter(name -> name.startsWith("data/") || name.startsWith("merged/"))
                .toList());
    Manifest manifest = Manifest.read(storage);
    if (!manifest.list().isEmpty()) {
      strays.removeAll(PublishedList.read(storage, manifest.list()).merged());
    }
    try (FileSinkReader reader = FileSinkReader.open(LOCATION)) {
      reader.files().forEach(file -> strays.remove(file.name()));
    }
    // The last merge may not have been published yet.
    strays.removeIf(name -> name.startsWith("merged/") && name.contains("-3-"));
    return strays;
  }

  /** Planted bug: the test above would see a merge whose file is not there. */
  @Test
  void aMergeThatIsPublishedWithoutItsFile_isSeen() throws Exception {
    storage.lostPrefix = "merged/";
    run(lines(), 1, LAST);
    assertThatThrownBy(FileMergeTest::read)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("merged/");
  }

  @Test
  void filesOfAnotherEpoch_areLeftAsTheyAre() {
    byte[] content = "x\n".getBytes(StandardCharsets.UTF_8);
    List<PublishedFile> files = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      files.add(
          new PublishedFile(
              i, i, i <= 10 ? 1 : 2, "data/0/" + i, 2, PublishedFile.crc32c(content), 1, 0));
    }
    assertThat(FileMerge.run(files, 2, 0, 1_000).orElseThrow()).hasSize(10);
    assertThat(FileMerge.run(files, 3, 0, 1_000)).isEmpty();
    assertThat(FileMerge.run(files, 2, 0, 10)).isEmpty();
  }
}
