package io.millrace.internal.state;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one pane holds of a window: for each of its keys, by position in the window's dictionary,
 * the combined value. Entries stand in order of their group, {@code position mod number of groups}.
 */
final class Pane {

  final long endMillis;

  /** Counts panes in the order in which they came. */
  final int number;

  final int[] positions;
  final ValueColumn values;

  /** Entries of group g are {@code [groupStarts[g], groupStarts[g + 1])}. */
  final int[] groupStarts;

  /**
   * Only in windows without inverse, and only once the entry's group was turned over: what the
   * later panes of the front stack hold of the key, if {@link #hasLater}.
   */
  final @Nullable ValueColumn later;

  final byte[] hasLater;

  private Pane(
      long endMillis,
      int number,
      int[] positions,
      ValueColumn values,
      int[] groupStarts,
      @Nullable ValueColumn later) {
    this.endMillis = endMillis;
    this.number = number;
    this.positions = positions;
    this.values = values;
    this.groupStarts = groupStarts;
    this.later = later;
    this.hasLater = new byte[later == null ? 0 : positions.length];
  }

  /** A pane whose entries stay in the order of the input. */
  static Pane inOrder(long endMillis, int number, int[] positions, ValueColumn values) {
    return new Pane(endMillis, number, positions, values, new int[] {0, positions.length}, null);
  }

  /** A pane for stacks that are turned over group by group. */
  static Pane grouped(
      long endMillis, int number, int[] positions, ValueColumn values, int numGroups) {
    int[] starts = new int[numGroups + 1];
    for (int position : positions) {
      starts[position % numGroups + 1]++;
    }
    for (int group = 0; group < numGroups; group++) {
      starts[group + 1] += starts[group];
    }
    int[] next = starts.clone();
    int[] sorted = new int[positions.length];
    ValueColumn sortedValues = values.newColumn(positions.length);
    for (int i = 0; i < positions.length; i++) {
      int to = next[positions[i] % numGroups]++;
      sorted[to] = positions[i];
      sortedValues.copy(values, i, to);
    }
    return new Pane(
        endMillis, number, sorted, sortedValues, starts, values.newColumn(positions.length));
  }

  /** The same with values as objects. What was turned over is lost. */
  Pane withObjects() {
    return with(values.toObjects());
  }

  /** The same with values, which all are numbers, unboxed. What was turned over is lost. */
  Pane withLongs() {
    return with(values.toLongs());
  }

  private Pane with(ValueColumn held) {
    return new Pane(
        endMillis,
        number,
        positions,
        held,
        groupStarts,
        later == null ? null : held.newColumn(positions.length));
  }

  /** The entries of a pane in the order of the input whose positions are chosen. */
  Pane at(IntPredicate chosen) {
    int[] held =
        IntStream.range(0, positions.length).filter(i -> chosen.test(positions[i])).toArray();
    ValueColumn column = values.newColumn(held.length);
    for (int i = 0; i < held.length; i++) {
      column.copy(values, held[i], i);
    }
    return inOrder(endMillis, number, IntStream.of(held).map(i -> positions[i]).toArray(), column);
  }

  /** Gives the keys at the first so many positions. */
  @FunctionalInterface
  interface Keys {
    Cells at(int[] positions, int count);
  }

  /** Writes the pane whole. */
  void write(Keys keys, ContentSink content) throws IOException {
    for (int from = 0; from < positions.length; from += ContentSink.MAX_ENTRIES) {
      int count = Math.min(ContentSink.MAX_ENTRIES, positions.length - from);
      Cells held = new Cells(count);
      values.copyTo(IntStream.range(from, from + count).toArray(), count, held);
      content.pane(
          endMillis, keys.at(Arrays.copyOfRange(positions, from, from + count), count), held);
    }
  }

  int size() {
    return positions.length;
  }

  long bytes() {
    return 4L * positions.length
        + values.bytes()
        + 4L * groupStarts.length
        + (later == null ? 0 : later.bytes() + hasLater.length);
  }
}
