package io.millrace.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.internal.pipeline.Keeper;
import io.millrace.internal.serialization.TaggedRecordFormat;
import io.millrace.spi.plan.ListSource;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import io.millrace.spi.plan.StorageMark;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BlockStoreTest {

  private static final int MAX_COLLECTIONS = 200;

  /** What one block of {@link #RECORDS} takes. */
  private static final long BLOCK_BYTES = bytesOf(100);

  private static final int RECORDS = 100;

  private static long bytesOf(int numRecords) {
    BlockStore store = new BlockStore(Long.MAX_VALUE, noDisk(), first -> {});
    keep(store, node(1), 0, numRecords);
    return store.usedBytes();
  }

  private static SpillSpace noDisk() {
    return new SpillSpace(new SpillFilesInMemory(), new TaggedRecordFormat(), 0);
  }

  private static PlanNode<?> node(int numPartitions) {
    PlanNode<Integer> node =
        new SourceNode<>("test", new ListSource<>(List.<Integer>of(), numPartitions));
    node.setStorage(StorageMark.MEMORY);
    return node;
  }

  private static void keep(BlockStore store, PlanNode<?> node, int partition) {
    keep(store, node, partition, RECORDS);
  }

  private static void keep(BlockStore store, PlanNode<?> node, int partition, int numRecords) {
    Keeper keeper = store.keeper(node, partition, StorageMark.MEMORY);
    for (int i = 0; i < numRecords; i++) {
      keeper.keep("record");
    }
    keeper.complete();
  }

  @Test
  void aBlock_isKeptOnceComplete() throws Exception {
    BlockStore store = new BlockStore(10 * BLOCK_BYTES, noDisk(), first -> {});
    PlanNode<?> node = node(2);
    Keeper keeper = store.keeper(node, 1, StorageMark.MEMORY);
    keeper.keep("a");
    keeper.keep(null);
    assertThat(store.numKept(node)).isZero();

    keeper.complete();

    assertThat(store.numKept(node)).isEqualTo(1);
    assertThat(store.block(node, 0)).isNull();
    assertThat(store.hold(node)[0]).isNull();
    Object[] into = new Object[3];
    assertThat(store.block(node, 1).reader().read(into, 3)).isEqualTo(2);
    assertThat(into).containsExactly("a", null, null);
  }

  @Test
  void theBlocksLeastRecentlyUsed_go() {
    BlockStore store = new BlockStore(3 * BLOCK_BYTES, noDisk(), first -> {});
    PlanNode<?> first = node(1);
    PlanNode<?> second = node(1);
    PlanNode<?> third = node(1);
    List.of(first, second, third).forEach(node -> keep(store, node, 0));
    store.block(first, 0);

    keep(store, node(1), 0);

    assertThat(store.numKept(first)).isEqualTo(1);
    assertThat(store.numKept(second)).isZero();
    assertThat(store.numKept(third)).isEqualTo(1);
    assertThat(store.usedBytes()).isEqualTo(3 * BLOCK_BYTES);
  }

  @Test
  void theBlocksOfTheNodeItself_neverGo() {
    BlockStore store = new BlockStore(3 * BLOCK_BYTES, noDisk(), first -> {});
    PlanNode<?> other = node(1);
    PlanNode<?> large = node(5);
    keep(store, other, 0);
    for (int i = 0; i < 5; i++) {
      keep(store, large, i);
    }

    assertThat(store.numKept(other)).isZero();
    assertThat(store.numKept(large)).isEqualTo(3);
    assertThat(store.block(large, 0)).isNotNull();
    assertThat(store.block(large, 4)).isNull();
  }

  @Test
  void aBlockThatCannotFit_evictsNothing() {
    BlockStore store = new BlockStore(3 * BLOCK_BYTES, noDisk(), first -> {});
    PlanNode<?> small = node(1);
    keep(store, small, 0);

    PlanNode<?> large = node(1);
    keep(store, large, 0, 10 * RECORDS);
    assertThat(store.numKept(large)).isZero();
    assertThat(store.numKept(small)).isEqualTo(1);

    keep(store, large, 0, 1_000 * RECORDS);
    assertThat(store.numKept(large)).isZero();
    assertThat(store.numKept(small)).isEqualTo(1);
  }

  @Test
  void aBlockThatIsKeptAlready_countsOnceAndEvictsNothing() {
    BlockStore store = new BlockStore(2 * BLOCK_BYTES, noDisk(), first -> {});
    PlanNode<?> other = node(1);
    PlanNode<?> node = node(1);
    keep(store, other, 0);
    keep(store, node, 0);

    keep(store, node, 0);

    assertThat(store.numKept(other)).isEqualTo(1);
    assertThat(store.usedBytes()).isEqualTo(2 * BLOCK_BYTES);
  }

  @Test
  void aBoundOfZero_keepsNothing() {
    BlockStore store = new BlockStore(0, noDisk(), first -> {});
    PlanNode<?> node = node(1);
    keep(store, node, 0);
    keep(store, node, 0, 0);

    assertThat(store.keeps(StorageMark.MEMORY)).isFalse();
    assertThat(store.numKept(node)).isZero();
    assertThat(store.usedBytes()).isZero();
  }

  @Test
  void drop_freesWhatWasKeptAndALaterBlockIsKeptAgain() {
    BlockStore store = new BlockStore(10 * BLOCK_BYTES, noDisk(), first -> {});
    PlanNode<?> node = node(2);
    for (int i = 0; i < 3; i++) {
      keep(store, node, 0);
      keep(store, node, 1);
      assertThat(store.usedBytes()).isEqualTo(2 * BLOCK_BYTES);

      store.drop(node);

      assertThat(store.usedBytes()).isZero();
      assertThat(store.numKept(node)).isZero();
    }
  }

  @Test
  void aNodeUnmarkedWhileItIsComputed_isNotKept() {
    BlockStore store = new BlockStore(10 * BLOCK_BYTES, noDisk(), first -> {});
    PlanNode<?> node = node(1);
    Keeper keeper = store.keeper(node, 0, StorageMark.MEMORY);
    keeper.keep("record");
    node.setStorage(null);
    store.drop(node);

    keeper.complete();

    assertThat(store.usedBytes()).isZero();
  }

  @Test
  void close_dropsEverythingAndKeepsNothingMore() {
    BlockStore store = new BlockStore(10 * BLOCK_BYTES, noDisk(), first -> {});
    PlanNode<?> first = node(1);
    PlanNode<?> second = node(1);
    keep(store, first, 0);
    keep(store, second, 0);

    store.close();
    keep(store, first, 0);

    assertThat(store.usedBytes()).isZero();
    assertThat(store.numKept(first)).isZero();
  }

  @Test
  void theFirstRecordOfABlock_isShown() {
    List<Object> shown = new ArrayList<>();
    BlockStore store = new BlockStore(10 * BLOCK_BYTES, noDisk(), shown::add);
    Keeper keeper = store.keeper(node(1), 0, StorageMark.MEMORY);
    for (int i = 0; i < 5_000; i++) {
      keeper.keep(i);
    }

    assertThat(shown).containsExactly(0);
  }

  @Test
  void aRefusedFirstRecord_failsTheTask() {
    BlockStore store =
        new BlockStore(
            BLOCK_BYTES,
            noDisk(),
            first -> {
              throw new IllegalArgumentException("refused");
            });

    assertThatThrownBy(() -> store.keeper(node(1), 0, StorageMark.MEMORY).keep("record"))
        .hasMessage("refused");
  }

  @Test
  @Timeout(20)
  void theBlocksOfANodeThatNobodyCanReach_go() throws Exception {
    BlockStore store = new BlockStore(10 * BLOCK_BYTES, noDisk(), first -> {});
    PlanNode<?> reachable = node(1);
    keep(store, reachable, 0);
    ReferenceQueue<Object> collected = new ReferenceQueue<>();
    WeakReference<Object> unreachable = keepForNobody(store, collected);

    for (int i = 0; i < MAX_COLLECTIONS && store.usedBytes() > BLOCK_BYTES; i++) {
      System.gc();
      collected.remove(10);
    }

    assertThat(unreachable.get()).isNull();
    assertThat(store.usedBytes()).isEqualTo(BLOCK_BYTES);
    assertThat(store.numKept(reachable)).isEqualTo(1);
  }

  private static WeakReference<Object> keepForNobody(
      BlockStore store, ReferenceQueue<Object> collected) {
    PlanNode<?> node = node(1);
    keep(store, node, 0);
    return new WeakReference<>(node, collected);
  }

  @Test
  void sizeEstimate_followsWhatRecordsHold() {
    Object[] bytes = {new byte[1_000]};
    Object[] longs = {new long[1_000]};
    Object[] text = {"x".repeat(1_000)};
    Object[] nested = {Collections.nCopies(50, Collections.nCopies(20, 1L))};

    assertThat(SizeEstimate.ofElements(bytes, 1)).isBetween(1_000L, 1_100L);
    assertThat(SizeEstimate.ofElements(longs, 1)).isBetween(8_000L, 8_100L);
    assertThat(SizeEstimate.ofElements(text, 1)).isBetween(1_000L, 1_100L);
    assertThat(SizeEstimate.ofElements(nested, 1)).isBetween(20_000L, 30_000L);
  }

  @Test
  @Timeout(10)
  void sizeEstimate_endsForCyclesAndDeepNesting() {
    Object[] cycle = new Object[1];
    cycle[0] = cycle;
    List<Object> list = new ArrayList<>();
    list.add(list);
    Object deep = 1;
    for (int i = 0; i < 6; i++) {
      deep = Collections.nCopies(1_000, deep);
    }
    Object[] elements = {cycle, list, deep};

    assertThat(SizeEstimate.ofElements(elements, 3)).isPositive();
    assertThat(SizeEstimate.ofElements(Collections.nCopies(200, deep).toArray(), 200)).isPositive();
  }
}
