package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.spi.StableHash;
import io.millrace.spi.plan.RecordReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** For each key, a list of values of each of several parents. */
public final class CogroupTable implements KeyedTable {

  private static final int INITIAL_KEYS = 16;
  private static final int MAX_SAMPLES = 128;

  private final int numParents;
  private final KeyIndex index = Stage.index(CogroupTable.class);
  private List<List<Object>>[] groups = newArray(INITIAL_KEYS);
  private int parent;

  public CogroupTable(int numParents) {
    this.numParents = numParents;
  }

  @SuppressWarnings("unchecked")
  private static List<List<Object>>[] newArray(int length) {
    return (List<List<Object>>[]) new List<?>[length];
  }

  /**
   * Groups the pairs of all parents, one parent after the other.
   *
   * @param parents open their readers when their turn comes
   * @param overflow takes the blocks that memory has no room for, in order
   * @return what is left in memory
   */
  public static KeyedBlock group(
      List<? extends Opening> parents, Overflow overflow, Pipeline.Poll poll) throws Exception {
    Look look = new Look(overflow);
    PairBuffer buffer = new PairBuffer(PairBuffer.MAX_CAPACITY);
    Object[] chunk = new Object[PairBuffer.MAX_CAPACITY];
    CogroupTable table = new CogroupTable(parents.size());
    for (int parent = 0; parent < parents.size(); parent++) {
      RecordReader<?> records = parents.get(parent).open();
      table.parent = parent;
      for (int n = records.read(chunk, chunk.length); n >= 0; ) {
        fill(buffer, chunk, n);
        table.addAll(buffer);
        if (look.isDue(n) && look.mustSpill(table.bytes(overflow, MAX_SAMPLES))) {
          overflow.spill(new KeyedBlock[] {table.toBlock()});
          table = new CogroupTable(parents.size());
          table.parent = parent;
        }
        poll.poll();
        n = records.read(chunk, chunk.length);
      }
    }
    return table.toBlock();
  }

  /** Opens a reader when its turn comes. */
  @FunctionalInterface
  public interface Opening {
    RecordReader<?> open() throws Exception;
  }

  private static void fill(PairBuffer buffer, Object[] pairs, int count) {
    for (int i = 0; i < count; i++) {
      Tuple2<?, ?> pair = (Tuple2<?, ?>) pairs[i];
      buffer.keys[i] = pair._1();
      buffer.values[i] = pair._2();
      buffer.hashes[i] = StableHash.of(pair._1());
    }
    buffer.size = count;
  }

  @Override
  public void addAll(PairBuffer pairs) {
    index.locateAll(pairs.keys, pairs.hashes, 0, pairs.size, pairs.positions);
    for (int i = 0; i < pairs.size; i++) {
      groups(pairs.positions[i]).get(parent).add(pairs.values[i]);
    }
    pairs.size = 0;
  }

  private List<List<Object>> groups(int located) {
    if (located >= 0) {
      return groups[located];
    }
    if (index.size() > groups.length) {
      groups = Arrays.copyOf(groups, index.keys().length);
    }
    List<List<Object>> made = new ArrayList<>(numParents);
    for (int i = 0; i < numParents; i++) {
      made.add(new ArrayList<>(1));
    }
    groups[~located] = made;
    return made;
  }

  @Override
  public void addCombined(KeyedBlock block) {
    for (int i = 0; i < block.size(); i++) {
      List<List<Object>> into = groups(index.locate(block.keys()[i], block.hashes()[i]));
      List<?> added = (List<?>) block.values()[i];
      for (int each = 0; each < numParents; each++) {
        into.get(each).addAll((List<?>) added.get(each));
      }
    }
  }

  @Override
  public KeyIndex keys() {
    return index;
  }

  @Override
  public long bytes(Overflow overflow, int maxSamples) {
    return index.bytes(overflow, maxSamples) + overflow.sizeOf(groups, index.size(), maxSamples);
  }

  @Override
  public KeyedBlock toBlock() {
    return new KeyedBlock(index.keys(), index.hashes(), groups, index.size());
  }
}
