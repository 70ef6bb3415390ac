package io.millrace.internal.scheduler;

import io.millrace.internal.checkpoint.Fact;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.Output;
import io.millrace.stream.graph.Staging;
import java.util.List;
import java.util.Optional;

/**
 * Makes batches outlive the process, or does not. The batch loop tells it each step of a batch;
 * when a call returns, what it says is durable, but for {@link #begin}. Used by the batch thread
 * alone.
 */
interface Journal {

  /** The sources have started: brings them to where the last committed batch left them. */
  void resumeSources(List<InputNode<?>> inputs);

  /** Number of the last batch that must not be run again, 0 for none. */
  long lastNumber();

  /** Time of the last committed batch; empty for none. */
  Optional<Long> lastMillis();

  /** Time of the last committed batch that had input; empty for none. */
  Optional<Long> lastInputMillis();

  /** Number of this driver. */
  long epoch();

  /**
   * The batch that a former driver has planned and not committed, with its input as recorded; given
   * out once.
   */
  Optional<RecordedBatch> takeOpen() throws Exception;

  /**
   * The batch of {@link #takeOpen} has ended; later ones have as many partitions as are the default
   * now.
   */
  void endRepeat(StreamPlans plans);

  /** Whether sources gave the batch something that has to be recorded. */
  boolean hasInput(OpenBatch batch);

  /**
   * The input of a batch is decided; nothing of it has run. Its states may advance now; outputs and
   * bodies of {@code transform} run after {@link #awaitBegun}.
   */
  void begin(OpenBatch batch) throws Exception;

  /**
   * The states of a batch have advanced and none of its outputs has run. A batch without input is
   * begun now if a state has changed.
   *
   * @param mustBeRecorded whether to begin it also if none has
   */
  void advanced(OpenBatch batch, StreamPlans plans, boolean mustBeRecorded) throws Exception;

  /**
   * Decides that the open batch goes without an input that can't be read: whoever repeats it, and
   * however often, goes without the same. Returns when that is durable; then the batch is run
   * again.
   *
   * @param name of the input
   * @param reason what is wrong with it
   */
  Fact.GivenUp skip(OpenBatch batch, InputNode<?> input, String name, String reason)
      throws Exception;

  /** What can be done about an input that can't be read, in words. */
  String remedies(OpenBatch batch, InputNode<?> input, String name);

  /** Waits until it is durable that the batch was begun, and with what input. */
  void awaitBegun(OpenBatch batch) throws Exception;

  /** Where an output of the batch stages what its sinks are to make visible. */
  Staging staging(Output output, OpenBatch batch);

  /** Whether {@link #commit} would take the plan of the next batch with it. */
  boolean mayPlanAhead();

  /**
   * The batch has run: it becomes final, and with it what its sinks were given.
   *
   * @param next the batch after it, if its input is decided: it is as good as begun then
   */
  void commit(OpenBatch batch, StreamPlans plans, Optional<OpenBatch> next) throws Exception;

  /**
   * What is behind the failure of a batch: itself, or that another driver has taken over, which
   * deletes what this one still reads.
   */
  Throwable reason(Throwable failure);

  /** Lets go of everything. */
  void close();

  /** Batches go with the process. */
  final class None implements Journal {

    @Override
    public void resumeSources(List<InputNode<?>> inputs) {}

    @Override
    public long lastNumber() {
      return 0;
    }

    @Override
    public Optional<Long> lastMillis() {
      return Optional.empty();
    }

    @Override
    public Optional<Long> lastInputMillis() {
      return Optional.empty();
    }

    @Override
    public long epoch() {
      return 0;
    }

    @Override
    public Optional<RecordedBatch> takeOpen() {
      return Optional.empty();
    }

    @Override
    public void endRepeat(StreamPlans plans) {}

    @Override
    public boolean hasInput(OpenBatch batch) {
      return batch.ranges().values().stream().anyMatch(range -> !range.isEmpty());
    }

    @Override
    public void begin(OpenBatch batch) {}

    @Override
    public void advanced(OpenBatch batch, StreamPlans plans, boolean mustBeRecorded) {}

    @Override
    public Fact.GivenUp skip(OpenBatch batch, InputNode<?> input, String name, String reason) {
      return new Fact.GivenUp(
          batch.number(),
          input.label(),
          List.of(name),
          false,
          batch.time().milliseconds(),
          false,
          reason);
    }

    @Override
    public String remedies(OpenBatch batch, InputNode<?> input, String name) {
      return UnreadableInputs.remedies(input.label(), name, Optional.empty());
    }

    @Override
    public void awaitBegun(OpenBatch batch) {}

    @Override
    public Staging staging(Output output, OpenBatch batch) {
      return (sink, plan) -> {
        throw new IllegalStateException(
            output.label()
                + " can't write to "
                + sink.description()
                + " without a checkpoint: call checkpoint(directory) on the streaming context");
      };
    }

    @Override
    public boolean mayPlanAhead() {
      return false;
    }

    @Override
    public void commit(OpenBatch batch, StreamPlans plans, Optional<OpenBatch> next) {}

    @Override
    public Throwable reason(Throwable failure) {
      return failure;
    }

    @Override
    public void close() {}
  }
}
