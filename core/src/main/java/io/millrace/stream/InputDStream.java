package io.millrace.stream;

import io.millrace.stream.graph.StreamNode;

/** A stream that comes from outside. */
public class InputDStream<T> extends DStream<T> {

  InputDStream(StreamingContext context, StreamNode<T> node) {
    super(context, node);
  }

  /** Number of the stream in its context, as in {@link BatchInfo#streamIdToInputInfo()}. */
  public final int id() {
    return node().id();
  }

  @Override
  public InputDStream<T> uid(String uid) {
    super.uid(uid);
    return this;
  }
}
