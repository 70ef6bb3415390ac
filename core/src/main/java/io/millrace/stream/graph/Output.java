package io.millrace.stream.graph;

import io.millrace.spi.plan.PlanNode;
import java.util.List;
import java.util.Objects;

/**
 * What is done with each batch of a stream.
 *
 * @param id number of the output in order of declaration, from 0
 * @param operation the operation that the user called, such as {@code print}
 * @param stream the stream it reads
 * @param use who gets hold of the dataset
 * @param body runs on the batch thread, in order of declaration; not at all for a batch without
 *     dataset
 * @param sinks the transactional sinks that the body may write to
 */
public record Output(
    int id,
    String operation,
    StreamNode<?> stream,
    DatasetUse use,
    Body body,
    List<SinkBinding> sinks) {

  public Output {
    sinks = List.copyOf(sinks);
    Objects.requireNonNull(operation);
    Objects.requireNonNull(stream);
    Objects.requireNonNull(use);
    Objects.requireNonNull(body);
  }

  /** Does the work of an output for one batch. */
  @FunctionalInterface
  public interface Body {
    void run(PlanNode<?> plan, BatchFacts batch, Staging staging) throws Exception;
  }

  /**
   * What identifies a batch.
   *
   * @param number 1, 2, 3 …, never reused
   * @param timeMillis never decreasing
   * @param sharesTime whether the batch before it has the same time
   * @param epoch of the driver that runs it
   * @param isRepeat whether an earlier attempt at this batch may have reached the outside world
   */
  public record BatchFacts(
      long number, long timeMillis, boolean sharesTime, long epoch, boolean isRepeat) {}

  /** Operation, number and stream: {@code print#0 of map#3}. */
  public String label() {
    return operation + "#" + id + " of " + stream.label();
  }
}
