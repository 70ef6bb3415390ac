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
  public void add(Object key, int hash, Object value) {
    group(key, hash).add(value);
  }

  private List<Object> group(Object key, int hash) {
    int position = index.locate(key, hash);
    if (position >= 0) {
      return groups[position];
    }
    position = ~position;
    if (position == groups.length) {
      groups = Arrays.copyOf(groups, 2 * position);
    }
    List<Object> group = new ArrayList<>(4);
    groups[position] = group;
    return group;
  }

  @Override
  public void addCombined(KeyedBlock block) {
    for (int i = 0; i < block.size(); i++) {
      group(block.keys()[i], block.hashes()[i]).addAll((List<?>) block.values()[i]);
    }
  }

  @Override
  public KeyedBlock toBlock() {
    return new KeyedBlock(index.keys(), index.hashes(), groups, index.size());
  }
}
