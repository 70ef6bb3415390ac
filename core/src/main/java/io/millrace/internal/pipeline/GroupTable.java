package io.millrace.internal.pipeline;

import io.millrace.spi.plan.Combiner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Template of the table for {@link Combiner.Group}: a list of values for each key. */
final class GroupTable implements KeyedTable {

  private final KeyIndex index;
  private List<Object>[] groups;

  @SuppressWarnings("unchecked")
  GroupTable(Combiner combiner, KeyIndex index) {
    this.index = index;
    this.groups = (List<Object>[]) new List<?>[16];
  }

  @Override
  public void addAll(PairBuffer pairs) {
    index.locateAll(pairs.keys, pairs.hashes, 0, pairs.size, pairs.positions);
    for (int i = 0; i < pairs.size; i++) {
      group(pairs.positions[i]).add(pairs.values[i]);
    }
    pairs.size = 0;
  }

  /** The group of a located key, made if the key is new. */
  private List<Object> group(int located) {
    if (located >= 0) {
      return groups[located];
    }
    if (index.size() > groups.length) {
      groups = Arrays.copyOf(groups, index.keys().length);
    }
    List<Object> group = new ArrayList<>(4);
    groups[~located] = group;
    return group;
  }

  @Override
  public void addCombined(KeyedBlock block) {
    for (int i = 0; i < block.size(); i++) {
      group(index.locate(block.keys()[i], block.hashes()[i])).addAll((List<?>) block.values()[i]);
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
