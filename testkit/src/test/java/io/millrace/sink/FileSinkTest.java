package io.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.CorruptionException;
import io.millrace.Tuple4;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorage.StoredObject;
import io.millrace.spi.checkpoint.FencedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSinkTest {

  private static final String CHECKPOINT = "1b8c5b0e-6a31-4b7e-9f5e-2b9b7a1c4d01";

  @TempDir Path temporary;

  private String directory;
  private FileSink<String> sink;
  private long attempts;

  @BeforeEach
  void makeSink() {
    directory = temporary.resolve("out").toString();
    sink = FileSinks.lines("faulty:" + directory, line -> line);
  }

  private static SinkContext driver(long epoch) {
    return new SinkContext(CHECKPOINT, "out", epoch, new UUID(3, epoch));
  }

  private record Staged(List<Tuple4<String, Long, Long, Long>> rows)
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

  private Staged stage(FileSink<String> by, long batch, long epoch, String... lines)
      throws Exception {
    List<Tuple4<String, Long, Long, Long>> rows = new ArrayList<>();
    by.stage(
        Arrays.asList(lines).iterator(),
        new StageContext(CHECKPOINT, "out", batch, 1_000 * batch, epoch, 0, ++attempts),
        rows::add);
    return new Staged(rows);
  }

  private Staged stage(long batch, long epoch, String... lines) throws Exception {
    return stage(sink, batch, epoch, lines);
  }

  private void commit(SinkSession<Tuple4<String, Long, Long, Long>> session, long batch, long epoch)
      throws Exception {
    session.commit(new Marker(batch, epoch), stage(batch, epoch, "line of " + batch));
  }

  private List<String> lines() throws IOException {
    try (FileSinkReader reader = FileSinkReader.open(directory)) {
      return reader.lines().toList();
    }
  }

  private static List<String> linesOf(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(batch -> "line of " + batch).toList();
  }

  private List<String> objects(String below) throws IOException {
    try (CheckpointStorage storage = SinkStore.provider(directory).openForReading(directory)) {
      return storage.list(below).stream().map(StoredObject::name).toList();
    }
  }

  private static String list(long lastBatch, long epoch) {
    return PublishedList.name(lastBatch, epoch, UUID.fromString(CHECKPOINT));
  }

  private FaultyStorage.Plan faults() {
    return FaultyStorageProvider.plan("faulty:" + directory);
  }

  @Test
  void commit_foldsSlotsIntoLists() throws Exception {
    try (var session = sink.open(driver(1))) {
      for (int batch = 1; batch <= 200; batch++) {
        commit(session, batch, 1);
        assertThat(objects("manifest")).hasSizeLessThanOrEqualTo(FileSession.MAX_RECENT + 2);
      }
      assertThat(lines()).isEqualTo(linesOf(1, 200));
    }
    assertThat(objects("published")).hasSize(1);
    try (var session = sink.open(driver(2))) {
      assertThat(session.marker()).contains(new Marker(200, 1));
      for (int batch = 201; batch <= 300; batch++) {
        commit(session, batch, 2);
      }
    }
    assertThat(lines()).isEqualTo(linesOf(1, 300));
  }

  @Test
  void commit_endsAListThatHasManyFiles() throws Exception {
    FileSink<String> small =
        FileSinks.<String>lines("faulty:" + directory, line -> line).withRollSize(1);
    List<Tuple4<String, Long, Long, Long>> many = new ArrayList<>();
    for (long i = 0; i < FileSession.MIN_LIST_FILES; i++) {
      many.add(Tuple4.of("data/0/1-1-0-1-" + i + ".txt", 1L, 1L, 1L));
    }
    int numBatches = 3 * FileSession.MAX_RECENT + 1;
    try (var session = small.open(driver(1))) {
      session.commit(new Marker(1, 1), new Staged(many));
      for (int batch = 2; batch <= numBatches; batch++) {
        session.commit(
            new Marker(batch, 1),
            new Staged(List.of(Tuple4.of("data/0/" + batch + "-1-0-1-0.txt", 1L, 1L, 1L))));
      }
    }
    assertThat(objects("published")).containsExactly(list(192, 1), list(64, 1));
    try (FileSinkReader reader = FileSinkReader.open(directory)) {
      List<PublishedFile> files = reader.files();
      assertThat(files).hasSize(FileSession.MIN_LIST_FILES + numBatches - 1);
      assertThat(files.stream().map(PublishedFile::batch).toList()).isSorted();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"manifest/", "published/"})
  void commit_thatFailsWhileItFoldsCanBeRepeated(String failing) throws Exception {
    try (var session = sink.open(driver(1))) {
      for (int batch = 1; batch <= 64; batch++) {
        commit(session, batch, 1);
      }
      Staged rows = stage(65, 1, "line of 65");
      faults().failBeforeNextPut(failing);
      assertThatThrownBy(() -> session.commit(new Marker(65, 1), rows))
          .isInstanceOf(IOException.class);
      assertThat(lines()).isEqualTo(linesOf(1, 64));
      faults().failAfterNextPut(failing);
      assertThatThrownBy(() -> session.commit(new Marker(65, 1), rows))
          .isInstanceOf(IOException.class);

      session.commit(new Marker(65, 1), rows);
      commit(session, 66, 1);
    }
    assertThat(lines()).isEqualTo(linesOf(1, 66));
  }

  @Test
  void open_deletesAListThatNoSlotNames() throws Exception {
    try (var session = sink.open(driver(1))) {
      for (int batch = 1; batch <= 64; batch++) {
        commit(session, batch, 1);
      }
      Staged rows = stage(65, 1, "line of 65");
      faults().failBeforeNextPut("manifest/");
      assertThatThrownBy(() -> session.commit(new Marker(65, 1), rows))
          .isInstanceOf(IOException.class);
    }
    assertThat(objects("published")).containsExactly(list(64, 1));

    try (var session = sink.open(driver(2))) {
      assertThat(objects("published")).isEmpty();
      commit(session, 65, 2);
      assertThat(objects("published")).containsExactly(list(64, 2));
    }
    assertThat(lines()).isEqualTo(linesOf(1, 65));
  }

  @Test
  void open_deletesDataOfLostAttemptsButNotOfABatchThatIsStillOpen() throws Exception {
    Staged prepared;
    try (var session = sink.open(driver(1))) {
      stage(1, 1, "lost");
      commit(session, 1, 1);
      stage(2, 1, "lost too");
      prepared = stage(2, 1, "line of 2");
    }
    assertThat(objects("data/0")).hasSize(4);

    try (var session = sink.open(driver(2))) {
      assertThat(objects("data/0")).hasSize(3);
      session.commit(new Marker(2, 1), prepared);
    }
    sink.open(driver(3)).close();
    assertThat(objects("data/0")).hasSize(2);
    assertThat(lines()).isEqualTo(linesOf(1, 2));
  }

  @Test
  void commit_deletesDataOfLostAttemptsBeforeItFolds() throws Exception {
    try (var session = sink.open(driver(1))) {
      for (int batch = 1; batch <= 64; batch++) {
        stage(batch, 1, "lost");
        commit(session, batch, 1);
      }
      Staged early = stage(66, 1, "line of 66");
      assertThat(objects("data/0")).hasSize(129);
      commit(session, 65, 1);
      assertThat(objects("data/0")).hasSize(66);
      session.commit(new Marker(66, 1), early);
    }
    assertThat(lines()).isEqualTo(linesOf(1, 66));
  }

  @Test
  void open_leavesFilesOfOthersAlone() throws Exception {
    sink.open(driver(1)).close();
    Files.createDirectories(Path.of(directory, "data/0"));
    Files.writeString(Path.of(directory, "data/0/notes.txt"), "mine");
    Files.createDirectories(Path.of(directory, "published"));
    Files.writeString(Path.of(directory, "published/notes.txt"), "mine");
    try (var session = sink.open(driver(2))) {
      for (int batch = 1; batch <= 70; batch++) {
        commit(session, batch, 2);
      }
    }
    sink.open(driver(3)).close();
    assertThat(Path.of(directory, "data/0/notes.txt")).exists();
    assertThat(Path.of(directory, "published/notes.txt")).exists();
    assertThat(lines()).isEqualTo(linesOf(1, 70));
  }

  @Test
  void open_refusesAnotherOutputOfTheSameCheckpoint() throws Exception {
    sink.open(driver(1)).close();

    assertThatThrownBy(() -> sink.open(new SinkContext(CHECKPOINT, "other", 2, new UUID(3, 2))))
        .isInstanceOf(ForeignLedgerException.class)
        .hasMessageContaining("belongs to output out of checkpoint " + CHECKPOINT)
        .hasMessageContaining("a directory of its own");
  }

  @Test
  void open_refusesAManifestWithoutIdentity() throws Exception {
    sink.open(driver(1)).close();
    Files.delete(Path.of(directory, SinkIdentity.NAME));

    assertThatThrownBy(() -> sink.open(driver(2)))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("no object \"identity\"");
  }

  @Test
  void stage_rollsFilesBySizeAndBeginsEachWithTheHeader() throws Exception {
    FileSink<String> rolling =
        FileSinks.<String>csv(directory, line -> Arrays.asList(line, line.length()))
            .withHeader("line", "size, or so")
            .withRollSize(40)
            .withExtension("txt");
    try (var session = rolling.open(driver(1))) {
      session.commit(new Marker(1, 1), stage(rolling, 1, 1, "aaaaa", "bbbbb", "ccccc", "ddddd"));
      session.commit(new Marker(2, 1), stage(rolling, 2, 1));
    }
    try (FileSinkReader reader = FileSinkReader.open(directory)) {
      List<PublishedFile> files = reader.files();
      assertThat(files).hasSize(2);
      assertThat(files).extracting(PublishedFile::numRecords).containsExactly(3L, 1L);
      assertThat(files.get(0).name()).startsWith("data/0/1-1-0-").endsWith("-0.txt");
      assertThat(reader.lines(files.get(0)))
          .containsExactly("line,\"size, or so\"", "aaaaa,5", "bbbbb,5", "ccccc,5");
      assertThat(reader.lines(files.get(1))).containsExactly("line,\"size, or so\"", "ddddd,5");
      assertThat(reader.lastBatch()).contains(new Marker(2, 1));
    }
  }

  record Payment(long id, String text) {}

  @Test
  void jsonLines_writeRecords() throws Exception {
    FileSink<String> json = FileSinks.jsonLines(directory, line -> new Payment(7, line));
    try (var session = json.open(driver(1))) {
      session.commit(new Marker(1, 1), stage(json, 1, 1, "one\ntwo", null));
    }
    assertThat(lines())
        .containsExactly("{\"id\":7,\"text\":\"one\\ntwo\"}", "{\"id\":7,\"text\":null}");
  }

  @Test
  void stage_refusesWhatIsNoLine() {
    assertThatThrownBy(() -> stage(1, 1, "one\ntwo"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line break");
    assertThatThrownBy(() -> stage(1, 1, "half \ud83d"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("surrogate");
    assertThatThrownBy(() -> stage(1, 1, (String) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("returned null");
  }

  @Test
  void sink_travelsBetweenProcesses() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var session = sink.open(driver(1));
        ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sink);
      @SuppressWarnings("unchecked")
      FileSink<String> copy =
          (FileSink<String>)
              new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
      session.commit(new Marker(1, 1), stage(copy, 1, 1, "line of 1"));
    }
    assertThat(lines()).isEqualTo(linesOf(1, 1));
  }

  @Test
  void reader_refusesEveryFlippedByteOfAPublishedFile() throws Exception {
    try (var session = sink.open(driver(1))) {
      commit(session, 1, 1);
    }
    try (FileSinkReader reader = FileSinkReader.open(directory)) {
      PublishedFile file = reader.files().get(0);
      Path path = Path.of(directory, file.name());
      byte[] bytes = Files.readAllBytes(path);
      for (int i = 0; i < bytes.length; i++) {
        byte[] damaged = bytes.clone();
        damaged[i] ^= 1;
        Files.write(path, damaged);
        assertThatThrownBy(() -> reader.read(file))
            .isInstanceOf(CorruptionException.class)
            .hasMessageContaining(file.name());
      }
      Files.delete(path);
      assertThatThrownBy(() -> reader.read(file))
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining("is missing");
    }
  }

  @Test
  void reader_refusesEveryCutAndFlippedByteOfAList() throws Exception {
    try (var session = sink.open(driver(1))) {
      for (int batch = 1; batch <= 65; batch++) {
        session.commit(new Marker(batch, 1), batch < 3 ? stage(batch, 1, "x") : stage(batch, 1));
      }
    }
    Path path = Path.of(directory, list(64, 1));
    byte[] bytes = Files.readAllBytes(path);
    try (FileSinkReader reader = FileSinkReader.open(directory)) {
      for (int i = 0; i < bytes.length; i++) {
        byte[] flipped = bytes.clone();
        flipped[i] ^= 0x10;
        Files.write(path, flipped);
        assertThatThrownBy(reader::files).isInstanceOf(CorruptionException.class);
        Files.write(path, Arrays.copyOf(bytes, i));
        assertThatThrownBy(reader::files).isInstanceOf(CorruptionException.class);
      }
      Files.delete(path);
      assertThatThrownBy(reader::files)
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(list(64, 1));
    }
  }

  @Test
  void reader_ofNothing() throws Exception {
    assertThatThrownBy(() -> FileSinkReader.open(directory))
        .isInstanceOf(NoSuchFileException.class);
    sink.open(driver(1)).close();
    try (FileSinkReader reader = FileSinkReader.open(directory)) {
      assertThat(reader.files()).isEmpty();
      assertThat(reader.lastBatch()).isEmpty();
      assertThat(reader.lines()).isEmpty();
    }
  }

  @Test
  void open_namesALocationThatNobodyServes() {
    assertThatThrownBy(() -> FileSinks.lines("carrier-pigeon://loft", x -> "").open(driver(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("carrier-pigeon://loft");
  }

  @Test
  void options_haveBounds() {
    assertThatThrownBy(() -> sink.withRollSize(0)).hasMessageContaining("not at 0");
    assertThatThrownBy(() -> sink.withRollSize(257L << 20)).hasMessageContaining("256 MiB");
    for (String extension : List.of("", ".csv", "CSV", "a/b", "a b")) {
      assertThatThrownBy(() -> sink.withExtension(extension))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void dataOfADriverThatWasFencedIsNeverPublished() throws Exception {
    try (var old = sink.open(driver(1))) {
      Staged rows = stage(1, 1, "old");
      try (var session = FileSinks.<String>lines(directory, x -> x).open(driver(2))) {
        assertThatThrownBy(() -> old.commit(new Marker(1, 1), rows))
            .isInstanceOf(FencedException.class);
        commit(session, 1, 2);
      }
    }
    assertThat(lines()).isEqualTo(linesOf(1, 1));
  }
}
