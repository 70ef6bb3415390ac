package io.millrace.stream.graph;

import io.millrace.Tuple2;
import java.util.List;
import java.util.Objects;

/** All keys of a stateful stream with their state, as they are after each batch. */
public final class EntriesNode<K, S> extends StreamNode<Tuple2<K, S>> {

  private final StateNode<K, ?, ?> state;

  public EntriesNode(int id, String operation, StateNode<K, ?, ?> state) {
    super(id, operation);
    this.state = Objects.requireNonNull(state);
  }

  public StateNode<K, ?, ?> state() {
    return state;
  }

  @Override
  public List<StreamNode<?>> parents() {
    return List.of(state);
  }

  @Override
  public long slideMillis() {
    return state.slideMillis();
  }
}
