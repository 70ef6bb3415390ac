package io.millrace.stream;

import io.millrace.stream.graph.EntriesNode;
import io.millrace.stream.graph.StateNode;

/**
 * What the function of {@link PairDStream#mapWithState} returned, batch by batch, and the state
 * that it keeps.
 *
 * <p>The state advances once per batch of the stream it was made from, whatever reads it, and
 * whether or not an output does.
 *
 * @param <K> type of the keys
 * @param <V> type of the values that arrive
 * @param <S> type of the state
 * @param <M> type of what the function returned
 */
public final class MapWithStateDStream<K, V, S, M> extends DStream<M> {

  private final StateNode<K, V, M> state;

  MapWithStateDStream(StreamingContext context, StateNode<K, V, M> state) {
    super(context, state);
    this.state = state;
  }

  /**
   * All keys with their state as it is after each batch, in unspecified order, in the state's
   * partitions. Nothing is copied: a snapshot is read from the state itself, and stays what it was
   * while later batches change that, for as long as somebody holds its dataset. Reading it costs a
   * look at each key, so filter, or read it in few batches, if there are many.
   */
  public PairDStream<K, S> stateSnapshots() {
    EntriesNode<K, S> entries =
        context().graph().add(id -> new EntriesNode<>(id, "stateSnapshots", state));
    entries.keptBy(state);
    return new PairDStream<>(context(), entries);
  }

  /** Names the stream and its state. */
  @Override
  public MapWithStateDStream<K, V, S, M> uid(String uid) {
    super.uid(uid);
    return this;
  }
}
