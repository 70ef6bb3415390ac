package io.millrace.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import io.millrace.Tuple4;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that were published when their manifest's format was new are read, and added to, by every
 * later build, and by none if they are damaged. Each directory {@code golden/file-sink-*} was made
 * by {@code mvn test -pl core,testkit -Dtest=GoldenFileSinkTest -Dgolden.write=DIRECTORY}; it is
 * never made again, a new format gets a new one.
 */
class GoldenFileSinkTest {

  private static final List<String> RESOURCES =
      List.of("/golden/file-sink-1", "/golden/file-sink-2");
  private static final String CHECKPOINT = "7d1c2c54-93c0-4a3e-a6a5-51f8f1f5e201";

  /** So many that some are in a list and some in the manifest alone. */
  private static final int NUM_BATCHES = FileSession.MAX_RECENT + 6;

  /** Every so many batches, one has lines. */
  private static final int WITH_LINES = 8;

  @TempDir private Path temporary;

  private static final List<Map<String, byte[]>> GOLDEN = new ArrayList<>();

  @BeforeAll
  static void load() throws Exception {
    String directory = System.getProperty("golden.write");
    if (directory != null) {
      try (Session session = new Session(directory, 1)) {
        for (int batch = 1; batch <= NUM_BATCHES; batch++) {
          session.commit(batch);
        }
      }
    }
    for (String resource : RESOURCES) {
      GOLDEN.add(
          load(
              Path.of(
                  Objects.requireNonNull(GoldenFileSinkTest.class.getResource(resource)).toURI())));
    }
  }

  private static Map<String, byte[]> load(Path resource) throws IOException {
    Map<String, byte[]> golden = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(resource)) {
      for (Path path : walk.filter(Files::isRegularFile).toList()) {
        golden.put(
            resource.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
      }
    }
    return golden;
  }

  /** Writes as one driver. */
  private static final class Session implements AutoCloseable {

    private final FileSink<String> sink;
    private final SinkSession<Tuple4<String, Long, Long, Long>> session;
    private final long epoch;

    Session(String directory, long epoch) throws Exception {
      this.sink = FileSinks.lines(directory, line -> line);
      this.epoch = epoch;
      this.session = sink.open(new SinkContext(CHECKPOINT, "out", epoch, new UUID(7, epoch)));
    }

    void commit(long batch) throws Exception {
      List<Tuple4<String, Long, Long, Long>> rows = new ArrayList<>();
      sink.stage(
          linesOf(batch).iterator(),
          new StageContext(CHECKPOINT, "out", batch, 1_000 * batch, epoch, 0, 1),
          rows::add);
      session.commit(new Marker(batch, epoch), new Rows(rows));
    }

    @Override
    public void close() throws Exception {
      session.close();
    }
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

  private static List<String> linesOf(long batch) {
    return batch % WITH_LINES == 1 ? List.of("line of " + batch, "naïve, ß") : List.of();
  }

  private static List<String> linesUpTo(long last) {
    List<String> lines = new ArrayList<>();
    for (long batch = 1; batch <= last; batch++) {
      lines.addAll(linesOf(batch));
    }
    return lines;
  }

  private String copy(Map<String, byte[]> files) throws IOException {
    Path copy = Files.createTempDirectory(temporary, "copy");
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = copy.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    return copy.toString();
  }

  private static List<String> read(String directory) throws IOException {
    try (FileSinkReader reader = FileSinkReader.open(directory)) {
      return reader.lines().toList();
    } catch (UncheckedIOException e) {
      throw Objects.requireNonNull(e.getCause());
    }
  }

  @Test
  void filesOfAnyVersion_areRead() throws Exception {
    for (Map<String, byte[]> golden : GOLDEN) {
      requireRead(golden);
    }
  }

  private void requireRead(Map<String, byte[]> golden) throws IOException {
    String directory = copy(golden);
    assertThat(read(directory)).isEqualTo(linesUpTo(NUM_BATCHES));
    try (FileSinkReader reader = FileSinkReader.open(directory)) {
      assertThat(reader.lastBatch()).contains(new Marker(NUM_BATCHES, 1));
    }
  }

  @Test
  void filesOfAnyVersion_areAddedTo() throws Exception {
    for (Map<String, byte[]> golden : GOLDEN) {
      requireAddedTo(golden);
    }
  }

  private void requireAddedTo(Map<String, byte[]> golden) throws Exception {
    String directory = copy(golden);
    try (Session session = new Session(directory, 2)) {
      for (int batch = NUM_BATCHES + 1; batch <= 2 * NUM_BATCHES; batch++) {
        session.commit(batch);
      }
    }
    assertThat(read(directory)).isEqualTo(linesUpTo(2 * NUM_BATCHES));
  }

  @Test
  void everyKindOfFile_isThere() {
    GOLDEN.forEach(GoldenFileSinkTest::requireEveryKind);
  }

  private static void requireEveryKind(Map<String, byte[]> golden) {
    assertThat(golden.keySet())
        .anyMatch(name -> name.startsWith("manifest/"))
        .anyMatch(name -> name.startsWith("published/"))
        .anyMatch(name -> name.startsWith("data/"));
  }

  /** Of each file of the manifest: one that is missing, cut or changed is told, or not needed. */
  @Test
  void damage_isANamedError_orWasNotNeeded() throws Exception {
    for (Map<String, byte[]> golden : GOLDEN) {
      damage(golden);
    }
  }

  private void damage(Map<String, byte[]> golden) throws IOException {
    long seed = 20_261_123L;
    SplittableRandom random = new SplittableRandom(seed);
    List<String> whole = linesUpTo(NUM_BATCHES);
    for (Map.Entry<String, byte[]> file : golden.entrySet()) {
      byte[] content = file.getValue();
      for (int i = 0; i < content.length; i += 1 + random.nextInt(60)) {
        byte[] flipped = content.clone();
        flipped[i] ^= (byte) (1 << random.nextInt(8));
        String name = file.getKey();
        requireNamed(golden, name + " changed at " + i, name, flipped, whole);
        requireNamed(golden, name + " cut at " + i, name, Arrays.copyOf(content, i), whole);
        if (!name.startsWith("data/") && i >= 4) {
          requireNamedOrRead(golden, name, signed(flipped, name));
        }
      }
    }
  }

  /** What is wrong although its checksum is right is told by name, or gives other lines. */
  private void requireNamedOrRead(Map<String, byte[]> golden, String name, byte[] content) {
    Map<String, byte[]> mutated = new TreeMap<>(golden);
    mutated.put(name, content);
    try {
      assertThat(read(copy(mutated))).isNotNull();
    } catch (CorruptionException | FormatVersionException e) {
      assertThat(e.getMessage()).isNotBlank();
    } catch (IOException | RuntimeException e) {
      fail(name + " is not told by name", e);
    }
  }

  private static byte[] signed(byte[] bytes, String name) {
    int at = name.startsWith("manifest/") ? 60 : 12;
    byte[] signed = bytes.clone();
    CRC32C crc = new CRC32C();
    crc.update(signed, 0, at);
    crc.update(signed, at + 4, signed.length - at - 4);
    ByteBuffer.wrap(signed).putInt(at, (int) crc.getValue());
    return signed;
  }

  private void requireNamed(
      Map<String, byte[]> golden, String damage, String name, byte[] content, List<String> whole)
      throws IOException {
    Map<String, byte[]> damaged = new TreeMap<>(golden);
    damaged.put(name, content);
    try {
      assertThat(read(copy(damaged))).as(damage).isEqualTo(whole);
    } catch (CorruptionException | FormatVersionException e) {
      assertThat(e.getMessage()).as(damage).isNotBlank();
    } catch (IOException | RuntimeException e) {
      fail(damage + " is not told by name", e);
    }
  }
}
