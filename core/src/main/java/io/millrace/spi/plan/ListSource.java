package io.millrace.spi.plan;

import io.millrace.TaskContext;
import java.util.List;

/**
 * The elements of a list, copied when this is made, cut into even slices: partition <i>i</i> of
 * <i>n</i> has the elements {@code [i·size/n, (i+1)·size/n)}.
 */
public final class ListSource<T> implements RecordSource<T> {

  private static final long serialVersionUID = 1L;
  private static final int END = -1;

  private final Object[] elements;
  private final int numSlices;

  public ListSource(List<T> list, int numSlices) {
    this.elements = list.toArray();
    this.numSlices = numSlices;
  }

  @Override
  public int numPartitions() {
    return numSlices;
  }

  @Override
  public long numRecords() {
    return elements.length;
  }

  @Override
  public boolean holdsRecords() {
    return true;
  }

  @Override
  public RecordReader<T> open(int partition, TaskContext context) {
    return new SliceReader<>(elements, first(partition), first(partition + 1));
  }

  private int first(int slice) {
    return (int) ((long) slice * elements.length / numSlices);
  }

  @Override
  public String description() {
    return elements.length + " elements of a list";
  }

  private static final class SliceReader<T> implements RecordReader<T> {

    private final Object[] elements;
    private final int end;
    private int position;

    SliceReader(Object[] elements, int start, int end) {
      this.elements = elements;
      this.position = start;
      this.end = end;
    }

    @Override
    public int read(Object[] into, int max) {
      int count = Math.min(max, end - position);
      if (count == 0) {
        return END;
      }
      System.arraycopy(elements, position, into, 0, count);
      position += count;
      return count;
    }
  }
}
