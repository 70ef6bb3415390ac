package io.millrace.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.CorruptionException;
import io.millrace.codec.Codecs;
import io.millrace.source.SeenNames;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.FileCheckpointStorage;
import io.millrace.spi.checkpoint.NameList;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedDisk;
import io.millrace.testkit.SimulatedProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The names of a source in the files of a checkpoint, without a program. */
class NameTreeTest {

  /** A source's names. */
  private static final class Names implements SeenNames {

    private final Set<String> all = new HashSet<>();
    private Set<String> changed = new HashSet<>();

    void add(String name) {
      all.add(name);
      changed.add(name);
    }

    void remove(String name) {
      all.remove(name);
      changed.add(name);
    }

    @Override
    public boolean contains(String name) {
      return all.contains(name);
    }

    @Override
    public Collection<String> takeChanges() {
      Set<String> taken = changed;
      changed = new HashSet<>();
      return taken;
    }

    @Override
    public void restore(Collection<String> names) {
      all.clear();
      all.addAll(names);
      changed.clear();
    }
  }

  private final CheckpointStorage storage =
      new FileCheckpointStorage(
          new CrashingFiles(new SimulatedDisk(), new SimulatedProcess()), () -> "test");
  private final AtomicInteger numNames = new AtomicInteger();
  private Names names = new Names();
  private NameTree tree = new NameTree(names);
  private List<StateFile> image = List.of();
  private long numWritten;

  private StatePlace place(int maxInlineBytes) {
    return new StatePlace(storage, Codecs.builtIn(), maxInlineBytes);
  }

  private String newName() {
    return "data/n-1-" + numNames.incrementAndGet();
  }

  /** Appends an image; counts the names that it has written. */
  private void append(int maxInlineBytes) throws IOException {
    List<StateFile> next = tree.image(place(maxInlineBytes), this::newName);
    next.stream()
        .filter(file -> !image.contains(file))
        .forEach(file -> numWritten += file.numEntries());
    image = next;
    tree.appended(image);
  }

  private void restart() throws IOException {
    names = new Names();
    names.add("of the start");
    tree = new NameTree(names);
    tree.restore(storage, image);
  }

  private long numEntries() {
    return image.stream().mapToLong(StateFile::numEntries).sum();
  }

  private static String path(int number) {
    return "/data/in/part-" + number + ".gz";
  }

  @Test
  void names_areThoseOfAPlainSet_whateverHappensToImages() throws IOException {
    for (int seed = 1; seed <= 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int maxInlineBytes = List.of(0, 100, 300).get(seed % 3);
      Set<String> atImage = new HashSet<>();
      names = new Names();
      tree = new NameTree(names);
      image = List.of();
      for (int step = 0; step < 150; step++) {
        for (int i = random.nextInt(6); i > 0; i--) {
          String name = path(random.nextInt(60));
          if (random.nextInt(5) < 3) {
            names.add(name);
          } else {
            names.remove(name);
          }
        }
        int what = random.nextInt(10);
        if (what < 6) {
          append(maxInlineBytes);
          atImage = Set.copyOf(names.all);
        } else if (what < 8) {
          tree.image(place(maxInlineBytes), this::newName); // and its slot is not written
        } else if (what == 8) {
          restart();
          assertThat(names.all).as("seed %d, step %d", seed, step).isEqualTo(atImage);
          assertThat(names.takeChanges()).isEmpty();
        }
      }
    }
  }

  /** In steps of 1/200 of all names: 2 to the power of 8 is the first that is not less than 200. */
  @Test
  void aName_isWrittenALogarithmicNumberOfTimes() throws IOException {
    int total = 200_000;
    int step = 1_000;
    for (int i = 0; i < total; i++) {
      names.add(path(i));
      if ((i + 1) % step == 0) {
        append(0);
        assertThat(image.size()).isLessThanOrEqualTo(8);
      }
    }
    assertThat(numEntries()).isEqualTo(total);
    assertThat(numWritten).isLessThanOrEqualTo(8L * total);

    // With the bytes that an image may have, most images write no file.
    numWritten = 0;
    int numFiles = 0;
    for (int i = 0; i < 1_000; i++) {
      Set<StateFile> before = new HashSet<>(image);
      for (int j = 0; j < 3; j++) {
        names.add(path(total + 3 * i + j));
      }
      append(16 << 10);
      numFiles +=
          (int) image.stream().filter(f -> f.inline().isEmpty() && !before.contains(f)).count();
      assertThat(image.stream().mapToInt(file -> file.inline().orElse(new byte[0]).length).sum())
          .isLessThanOrEqualTo(16 << 10);
    }
    assertThat(numFiles).isLessThanOrEqualTo(3);
    restart();
    assertThat(names.all).hasSize(total + 3_000);
  }

  @Test
  void namesThatAreGone_takeNoRoom_inTheLongRun() throws IOException {
    for (int i = 0; i < 100_000; i++) {
      names.add(path(i));
      if (i >= 1_000) {
        names.remove(path(i - 1_000));
      }
      if (i % 100 == 0) {
        append(0);
        assertThat(numEntries()).isLessThan(5_000);
      }
    }
    for (int i = 99_000; i < 100_000; i++) {
      names.remove(path(i));
    }
    append(0);
    restart();
    assertThat(names.all).isEmpty();
  }

  @Test
  void anImageWithoutChanges_writesNothing() throws IOException {
    names.add("a");
    append(0);
    List<StateFile> before = image;
    int numBefore = numNames.get();
    append(0);
    assertThat(image).isEqualTo(before);
    assertThat(numNames).hasValue(numBefore);
    names.remove("a");
    append(0);
    assertThat(image).isEmpty();
  }

  @Test
  void aFileOfAnotherKind_isRefusedByName() {
    ChunkWriter rows = new ChunkWriter(RowFileWriter.KIND);
    rows.add(ByteBuffer.wrap(NameList.encode(List.of("a"))));
    StateFile file = inline(rows);
    assertThatThrownBy(() -> tree.restore(storage, List.of(file)))
        .isInstanceOf(CorruptionException.class)
        .hasMessage("data/n-1-1 does not contain names");
  }

  @Test
  void chunksThatAreNotNames_areRefusedByName_whateverTheirChecksums() throws IOException {
    SplittableRandom random = new SplittableRandom(20_261_201L);
    byte[] list = NameList.encode(List.of(path(1), path(2), path(30), "ä😀", "ä😁"));
    int numRefused = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] chunk = new byte[1 + list.length];
      chunk[0] = 1;
      System.arraycopy(list, 0, chunk, 1, list.length);
      for (int j = random.nextInt(3); j >= 0; j--) {
        chunk[random.nextInt(chunk.length)] = (byte) random.nextInt();
      }
      ChunkWriter names = new ChunkWriter(NameFile.KIND);
      names.add(
          ByteBuffer.wrap(
              chunk, 0, random.nextInt(4) == 0 ? random.nextInt(chunk.length) : chunk.length));
      try {
        tree.restore(storage, List.of(inline(names)));
      } catch (CorruptionException e) {
        assertThat(e).hasMessageContaining("data/n-1-1");
        numRefused++;
      }
    }
    assertThat(numRefused).isGreaterThan(1_000);
  }

  private static StateFile inline(ChunkWriter chunks) {
    String name = "data/n-1-1";
    List<ByteBuffer> content = chunks.finish(name);
    ByteBuffer joined = ByteBuffer.allocate((int) chunks.numBytes());
    content.forEach(piece -> joined.put(piece.duplicate()));
    return new StateFile(
        name, Optional.of(joined.array()), chunks.numBytes(), 1, 0, 1, true, chunks.checksum());
  }
}
