package io.millrace.spi.plan;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** Partition <i>i</i> of each parent, handed to one function as iterators. */
public final class ZipNode<T> extends PlanNode<T> {

  /** Combines one partition of each parent; runs on a task thread. */
  @FunctionalInterface
  public interface Zipper<T> extends Serializable {
    Iterator<T> zip(List<Iterator<?>> partitions) throws Exception;
  }

  private volatile List<PlanNode<?>> parents;
  private final Zipper<T> zipper;

  /**
   * @param parents at least one, all with the same number of partitions (checked by the API)
   */
  public ZipNode(String operation, List<? extends PlanNode<?>> parents, Zipper<T> zipper) {
    super(operation);
    this.parents = List.copyOf(parents);
    this.zipper = Objects.requireNonNull(zipper);
  }

  public Zipper<T> zipper() {
    return zipper;
  }

  @Override
  public int numPartitions() {
    return parents().get(0).numPartitions();
  }

  @Override
  public List<PlanNode<?>> parents() {
    List<PlanNode<?>> current = current(parents);
    if (current != parents) {
      parents = current;
    }
    return current;
  }
}
