package io.millrace.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.CorruptionException;
import io.millrace.codec.Codecs;
import io.millrace.function.Function2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.spi.StorageInMemory;
import io.millrace.spi.state.Compaction;
import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StateLimits;
import io.millrace.spi.state.StateOperator;
import io.millrace.spi.state.StatePlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of states: what is in them, how many there are, and what becomes of it when merged. */
class StateFilesTest {

  private static StateDefinition definition(int numPartitions) {
    Function2<List<Object>, Optional<Object>, Optional<Object>> keep = (values, state) -> state;
    return new StateDefinition(
        "test",
        new StateOperator.UpdateKeys(keep, false),
        new HashPartitioner(numPartitions),
        null,
        StateLimits.NONE);
  }

  /** What files say of a state, as a map. */
  private static final class Collected implements ContentSink {

    private final Map<Object, Object> values = new HashMap<>();
    private final Map<Object, Object> notes = new HashMap<>();
    private final Map<Long, Map<Object, Object>> panes = new HashMap<>();
    private Bounds bounds = Bounds.NONE;
    private int maxEntries;

    private void put(Cells keys, Cells held, Map<Object, Object> into) {
      maxEntries = Math.max(maxEntries, keys.size());
      for (int i = 0; i < keys.size(); i++) {
        into.put(keys.get(i), held.get(i));
      }
    }

    @Override
    public void values(Cells keys, Cells held, @Nullable Cells noted) {
      put(keys, held, values);
      if (noted != null) {
        put(keys, noted, notes);
      }
    }

    @Override
    public void removed(Cells keys) {
      for (int i = 0; i < keys.size(); i++) {
        values.remove(keys.get(i));
      }
    }

    @Override
    public void pane(long endMillis, Cells keys, Cells held) {
      put(keys, held, panes.computeIfAbsent(endMillis, end -> new HashMap<>()));
    }

    @Override
    public void bounds(Bounds read) {
      bounds = bounds.and(read);
    }
  }

  private final StorageInMemory storage = new StorageInMemory();
  private final StatePlace place = new StatePlace(storage, Codecs.builtIn(), 200);

  private Collected read(List<StateFile> files) throws IOException {
    Collected collected = new Collected();
    for (StateFile file : files) {
      new StateFileReader(place, file, () -> {}).readInto(collected);
    }
    return collected;
  }

  private static Cells cells(Object... cells) {
    Cells all = new Cells(0);
    for (Object cell : cells) {
      all.add(cell);
    }
    return all;
  }

  private List<StateFile> compacted(List<StateFile> files, int numPartitions, int number)
      throws IOException {
    StateFiles all = new StateFiles(place, definition(numPartitions), files);
    boolean isWorthMerging = all.isWorthMerging(Set.of());
    Optional<Compaction> compaction = all.compact("data/c" + number, Set.of());
    assertThat(isWorthMerging).isEqualTo(compaction.isPresent());
    if (compaction.isEmpty()) {
      return files;
    }
    Set<String> replaced = new HashSet<>(compaction.get().replaced());
    List<StateFile> left = new ArrayList<>();
    boolean isPlaced = false;
    for (StateFile file : files) {
      if (!replaced.remove(file.name())) {
        left.add(file);
        continue;
      }
      storage.delete(file.name());
      if (!isPlaced) {
        left.addAll(compaction.get().merged());
        isPlaced = true;
      }
    }
    assertThat(replaced).isEmpty();
    return left;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 70})
  void mergedFiles_areFewAndSmall_andSayTheSame(int numPartitions) throws Exception {
    long seed = 7;
    Random random = new Random(seed);
    HashPartitioner placement = new HashPartitioner(numPartitions);
    Map<Object, Object> model = new HashMap<>();
    List<StateFile> files = new ArrayList<>();
    int numBatches = numPartitions == 1 ? 1000 : 150;
    int numKeys = 400 * numPartitions;
    int most = 0;
    for (int number = 0; number < numBatches; number++) {
      List<StateFileWriter> writers = new ArrayList<>();
      for (int i = 0; i < numPartitions; i++) {
        writers.add(
            new StateFileWriter(place, "data/s" + number + "-" + i, i, numPartitions, false));
      }
      Set<Long> changed = new HashSet<>();
      // All is removed in the middle of it.
      boolean isClearing = number > numBatches / 2 && number < numBatches / 2 + 20;
      for (int i = random.nextInt(40 * numPartitions); i > 0; i--) {
        changed.add((long) random.nextInt(numKeys));
      }
      if (isClearing) {
        model.keySet().stream().limit(numKeys / 10).forEach(key -> changed.add((Long) key));
      }
      for (long key : changed) {
        StateFileWriter writer = writers.get(placement.partition(key));
        if (isClearing || random.nextInt(4) == 0) {
          if (model.remove(key) != null) {
            writer.removed(cells(key));
          }
        } else {
          Object value = random.nextInt(50) == 0 ? "text" : (Object) random.nextLong();
          model.put(key, value);
          writer.values(cells(key), cells(value), null);
        }
      }
      for (StateFileWriter writer : writers) {
        files.addAll(writer.finish(place.maxInlineBytes()));
      }
      files = compacted(files, numPartitions, number);
      most = Math.max(most, files.size());
      if (random.nextInt(20) == 0) {
        assertThat(read(files).values).as("batch %s", number).isEqualTo(model);
        long bytes = files.stream().mapToLong(StateFile::numBytes).sum();
        assertThat(bytes)
            .as("bytes at batch %s, with %s keys", number, model.size())
            .isLessThan(3 * (14L * numKeys + 300L * numPartitions));
      }
    }
    assertThat(read(files).values).isEqualTo(model);
    assertThat(most).isLessThan(25 * numPartitions);
    assertThat(storage.objects.size()).isLessThanOrEqualTo(files.size());
  }

  @Test
  void filesOfOtherPartitions_areMergedIntoThoseOfNow() throws Exception {
    List<StateFile> files = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      StateFileWriter writer = new StateFileWriter(place, "data/a-" + i, i, 3, false);
      writer.values(cells((long) i, (long) i + 3), cells("x", "y"), null);
      files.addAll(writer.finish(0));
    }
    StateFileWriter writer = new StateFileWriter(place, "data/b-0", 0, 2, false);
    writer.values(cells(4L), cells("z"), null);
    writer.removed(cells(2L));
    files.addAll(writer.finish(0));
    List<StateFile> merged = compacted(files, 2, 1);
    assertThat(merged).hasSize(2).allMatch(StateFile::isBase);
    assertThat(merged).extracting(StateFile::numPartitions).containsOnly(2);
    Map<Object, Object> expected = Map.of(0L, "x", 1L, "x", 3L, "y", 4L, "z", 5L, "y");
    assertThat(read(merged).values).isEqualTo(expected);
    assertThat(compacted(merged, 2, 2)).isSameAs(merged);
  }

  @Test
  void mergedPanes_loseThoseThatCountNoMore_andKeepTheLastOfEachKey() throws Exception {
    List<StateFile> files = new ArrayList<>();
    for (int number = 1; number <= 9; number++) {
      StateFileWriter writer = new StateFileWriter(place, "data/s" + number + "-0", 0, 1, false);
      long end = 1000L * ((number + 1) / 2);
      writer.pane(end, cells("k", "k" + number), cells((long) number, 0L));
      writer.values(cells("k"), cells((long) number), cells(end));
      writer.bounds(new ContentSink.Bounds(end - 2000, end - 1000));
      files.addAll(writer.finish(0));
    }
    List<StateFile> merged = compacted(files, 1, 1);
    assertThat(merged).hasSize(1);
    Collected read = read(merged);
    assertThat(read.panes)
        .isEqualTo(
            Map.of(4000L, Map.of("k", 8L, "k7", 0L, "k8", 0L), 5000L, Map.of("k", 9L, "k9", 0L)));
    assertThat(read.values).isEqualTo(Map.of("k", 9L));
    assertThat(read.notes).isEqualTo(Map.of("k", 5000L));
    assertThat(read.bounds).isEqualTo(new ContentSink.Bounds(3000, 4000));
  }

  /** Frozen: later releases read it. */
  @Test
  void layout_isAsDescribed() throws Exception {
    StateFileWriter writer = new StateFileWriter(place, "data/a", 0, 1, false);
    writer.values(cells(1L, 2L), cells("x", "y"), cells(5L, 6L));
    writer.removed(cells(3L));
    writer.pane(7, cells(4L), cells(8L));
    writer.bounds(new ContentSink.Bounds(-1, 2));
    StateFile file = writer.finish(0).get(0);
    byte[] content = storage.objects.get(file.name());
    assertThat(HexFormat.of().formatHex(content))
        .isEqualTo(
            "4d52444600020002da375ce7"
                + "00000004"
                + "98060ee1"
                + "01"
                + "04"
                + "01"
                + "04"
                + "00000016"
                + "22a111c0"
                + "01"
                + "01"
                + "600202010001"
                + "64020002007879"
                + "01"
                + "60020a010001"
                + "00000006"
                + "9e153178"
                + "01"
                + "02"
                + "60010600"
                + "0000000b"
                + "5d0d45e5"
                + "01"
                + "03"
                + "0e"
                + "60010800"
                + "60011000"
                + "ffffffff"
                + "028fe9df");
    Collected read = read(List.of(file));
    assertThat(read.values).isEqualTo(Map.of(1L, "x", 2L, "y"));
    assertThat(read.notes).isEqualTo(Map.of(1L, 5L, 2L, 6L));
    assertThat(read.panes).isEqualTo(Map.of(7L, Map.of(4L, 8L)));
    assertThat(read.bounds).isEqualTo(new ContentSink.Bounds(-1, 2));
  }

  @Test
  void layoutOfVersion1_isRead() throws Exception {
    byte[] content =
        HexFormat.of()
            .parseHex(
                "4d52444600010002"
                    + "00000004"
                    + "6029f841"
                    + "01"
                    + "04"
                    + "01"
                    + "04"
                    + "00000016"
                    + "54f6f819"
                    + "01"
                    + "01"
                    + "600202010001"
                    + "64020002007879"
                    + "01"
                    + "60020a010001"
                    + "00000006"
                    + "fc9b59bb"
                    + "01"
                    + "02"
                    + "60010600"
                    + "0000000b"
                    + "d39d11cc"
                    + "01"
                    + "03"
                    + "0e"
                    + "60010800"
                    + "60011000"
                    + "ffffffff"
                    + "59912082");
    Collected read =
        read(List.of(new StateFile("a", Optional.of(content), content.length, 4, 0, 1, false)));
    assertThat(read.values).isEqualTo(Map.of(1L, "x", 2L, "y"));
    assertThat(read.notes).isEqualTo(Map.of(1L, 5L, 2L, 6L));
    assertThat(read.panes).isEqualTo(Map.of(7L, Map.of(4L, 8L)));
    assertThat(read.bounds).isEqualTo(new ContentSink.Bounds(-1, 2));
  }

  @Test
  void largeValues_makeSmallChunks() throws Exception {
    StateFileWriter writer = new StateFileWriter(place, "data/a", 0, 1, false);
    Map<Object, Object> model = new HashMap<>();
    for (long key = 0; key < 5000; key++) {
      String value = "v".repeat(key < 2500 ? 2000 : 1) + key;
      model.put(key, value);
      writer.values(cells(key), cells(value), null);
    }
    Collected read = read(writer.finish(0));
    assertThat(read.values).isEqualTo(model);
    assertThat(read.maxEntries).isBetween(100, ContentSink.MAX_ENTRIES);
  }

  @Test
  void everyFlippedByteAndEveryCut_isCorruption() throws Exception {
    StateFileWriter writer = new StateFileWriter(place, "data/a", 0, 1, false);
    writer.values(cells(1L, 2L), cells("x", "y"), cells(5L, 6L));
    writer.removed(cells("k"));
    writer.pane(7, cells(1L), cells(2L));
    writer.bounds(new ContentSink.Bounds(1, 2));
    StateFile file = writer.finish(0).get(0);
    byte[] content = storage.objects.get(file.name());
    for (int i = 0; i < content.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] flipped = content.clone();
        flipped[i] ^= (byte) (1 << bit);
        storage.objects.put(file.name(), flipped);
        assertThatThrownBy(() -> read(List.of(file)))
            .isInstanceOf(IOException.class)
            .hasMessageContaining(file.name());
      }
      storage.objects.put(file.name(), Arrays.copyOf(content, i));
      assertThatThrownBy(() -> read(List.of(file))).isInstanceOf(CorruptionException.class);
    }
  }
}
