package io.millrace.stream.graph;

import io.millrace.spi.plan.PlanNode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A stream whose batch is computed from the same batch of its parents. */
public final class TransformNode<T> extends StreamNode<T> {

  /** Makes the plan of one batch; runs on the batch thread, once per batch. */
  @FunctionalInterface
  public interface Body<T> {

    /**
     * @param parents the parents' plans, null where a parent has no dataset in this batch
     * @return the plan, or null for no dataset in this batch
     */
    @Nullable PlanNode<T> plan(List<@Nullable PlanNode<?>> parents, long batchTimeMillis)
        throws Exception;
  }

  private final List<StreamNode<?>> parents;
  private final DatasetUse use;
  private final Body<T> body;

  /** Kept, since to ask a chain of parents takes a call for each. */
  private final long slideMillis;

  /** A stream whose body is user code. */
  public TransformNode(
      int id, String operation, List<? extends StreamNode<?>> parents, Body<T> body) {
    this(id, operation, parents, DatasetUse.USER_CODE, body);
  }

  /**
   * @param parents at least one, all of the same slide
   * @param use who gets hold of the parents' datasets
   */
  public TransformNode(
      int id,
      String operation,
      List<? extends StreamNode<?>> parents,
      DatasetUse use,
      Body<T> body) {
    super(id, operation);
    this.parents = List.copyOf(parents);
    this.use = Objects.requireNonNull(use);
    this.body = Objects.requireNonNull(body);
    this.slideMillis = parents.get(0).slideMillis();
    for (StreamNode<?> parent : parents) {
      if (parent.slideMillis() != slideMillis) {
        throw new IllegalArgumentException(
            operation
                + " needs streams of the same slide, but "
                + parents.get(0)
                + " slides by "
                + slideMillis
                + " ms and "
                + parent
                + " by "
                + parent.slideMillis()
                + " ms");
      }
    }
  }

  public Body<T> body() {
    return body;
  }

  /** Who gets hold of the parents' datasets. */
  public DatasetUse use() {
    return use;
  }

  @Override
  public List<StreamNode<?>> parents() {
    return parents;
  }

  @Override
  public long slideMillis() {
    return slideMillis;
  }
}
