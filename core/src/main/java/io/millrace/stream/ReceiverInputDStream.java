package io.millrace.stream;

import io.millrace.stream.graph.StreamNode;

/** A stream whose records a {@link Receiver} takes in. */
public final class ReceiverInputDStream<T> extends InputDStream<T> {

  private final Receiver<T> receiver;

  ReceiverInputDStream(StreamingContext context, StreamNode<T> node, Receiver<T> receiver) {
    super(context, node);
    this.receiver = receiver;
  }

  public Receiver<T> receiver() {
    return receiver;
  }

  @Override
  public ReceiverInputDStream<T> uid(String uid) {
    super.uid(uid);
    return this;
  }
}
