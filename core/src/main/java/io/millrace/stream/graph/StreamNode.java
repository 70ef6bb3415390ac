package io.millrace.stream.graph;

import io.millrace.spi.plan.StorageMark;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stream of the graph. Immutable but for its marks, which are set before the context starts.
 *
 * @param <T> type of the records
 */
public abstract sealed class StreamNode<T>
    permits InputNode, TransformNode, WindowNode, PaneWindowNode, StateNode, EntriesNode {

  private final int id;
  private final String operation;
  private @Nullable String uid;
  private @Nullable StreamNode<?> keeper;
  private @Nullable StorageMark storage;

  /**
   * @param id number of the node in its graph, from 0
   * @param operation the operation that the user called
   */
  StreamNode(int id, String operation) {
    this.id = id;
    this.operation = Objects.requireNonNull(operation);
  }

  public final int id() {
    return id;
  }

  public final String operation() {
    return operation;
  }

  public abstract List<StreamNode<?>> parents();

  /** Every how many milliseconds of batch time the stream has a batch of its own. */
  public abstract long slideMillis();

  /**
   * For how many milliseconds of batch time the node needs its parents' plans: a plan of batch time
   * <i>t</i> may go when {@code now - t} has reached this.
   */
  public long parentRememberMillis() {
    return 0;
  }

  /** The name that the user gave, or null. */
  public final @Nullable String uid() {
    return uid;
  }

  /** Names the stream, and what keeps its state unless that has a name of its own. */
  public final void setUid(@Nullable String uid) {
    String before = this.uid;
    this.uid = uid;
    if (keeper != null && (keeper.uid == null || keeper.uid.equals(before))) {
      keeper.setUid(uid);
    }
  }

  /**
   * Says which stream keeps the state of the operation that this one is the result of, if that is
   * one that the program has no hold of; what the program names is this one.
   */
  public final void keptBy(StreamNode<?> node) {
    keeper = node;
  }

  /** How the stream's records are kept within its remember time, or null. */
  public final @Nullable StorageMark storage() {
    return storage;
  }

  public final void setStorage(@Nullable StorageMark storage) {
    this.storage = storage;
  }

  /** Operation, number and name: {@code map#3}, {@code map#3 'prices'}. */
  public final String label() {
    return operation + "#" + id + (uid == null ? "" : " '" + uid + "'");
  }

  @Override
  public final String toString() {
    return label();
  }
}
