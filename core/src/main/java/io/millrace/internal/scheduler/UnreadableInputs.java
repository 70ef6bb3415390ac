package io.millrace.internal.scheduler;

import io.millrace.Settings;
import io.millrace.UnreadableInput;
import io.millrace.internal.checkpoint.Fact;
import io.millrace.source.InputRange;
import io.millrace.source.SeparableInputs;
import io.millrace.source.Source;
import io.millrace.source.UnreadableInputException;
import io.millrace.spi.Throwables;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerInputSkipped;
import io.millrace.stream.graph.InputNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Inputs of a batch that its tasks can't read: leaves them out of the batch if the program wants
 * that, else says what can be done. Used by the batch thread alone.
 */
final class UnreadableInputs {

  private static final Logger LOG = LoggerFactory.getLogger(UnreadableInputs.class);

  private final List<InputNode<?>> inputs;
  private final UnreadableInput policy;
  private final Journal journal;
  private final ListenerBus listeners;

  UnreadableInputs(
      List<InputNode<?>> inputs, UnreadableInput policy, Journal journal, ListenerBus listeners) {
    this.inputs = inputs;
    this.policy = policy;
    this.journal = journal;
    this.listeners = listeners;
  }

  @SuppressWarnings("unchecked")
  static Optional<SeparableInputs<InputRange>> separable(InputNode<?> input) {
    return ((Source<?, InputRange>) input.source()).separableInputs();
  }

  /**
   * Leaves the input that is behind a failure out of the batch, once that is durable. Of each
   * source that has given it: two that read the same file both lose it.
   *
   * @return false if there is none, or the program does not want it, so that the batch has failed.
   *     True at most once for each input of the batch
   */
  boolean skip(OpenBatch batch, Throwable failure) throws Exception {
    Optional<UnreadableInputException> unreadable = behind(failure);
    if (unreadable.isEmpty() || policy == UnreadableInput.FAIL) {
      return false;
    }
    String name = unreadable.get().input();
    List<InputNode<?>> holders = holders(batch, name);
    for (InputNode<?> input : holders) {
      Fact.GivenUp skipped =
          journal.skip(batch, input, name, String.valueOf(unreadable.get().getMessage()));
      batch.ranges().computeIfPresent(input.id(), (id, range) -> without(input, range, name));
      announce(batch, input, skipped);
    }
    return !holders.isEmpty();
  }

  private static InputRange without(InputNode<?> input, InputRange range, String name) {
    return separable(input).orElseThrow().without(range, Set.of(name));
  }

  private static Optional<UnreadableInputException> behind(Throwable failure) {
    return Throwables.find(failure, UnreadableInputException.class);
  }

  /** The streams that have given the input to the batch. */
  private List<InputNode<?>> holders(OpenBatch batch, String name) {
    List<InputNode<?>> holders = new ArrayList<>();
    for (InputNode<?> input : inputs) {
      InputRange range = batch.ranges().get(input.id());
      Optional<SeparableInputs<InputRange>> separable = separable(input);
      if (range != null && separable.isPresent() && separable.get().names(range).contains(name)) {
        holders.add(input);
      }
    }
    return holders;
  }

  /** Says that a batch goes without an input. */
  void announce(OpenBatch batch, InputNode<?> input, Fact.GivenUp skipped) {
    batch.skip(input.id(), skipped.inputs());
    LOG.warn(
        "{} goes without {} of {}, {}: {}",
        batch.label(),
        skipped.inputs().isEmpty() ? "all" : String.join(", ", skipped.inputs()),
        input,
        skipped.byOperator()
            ? "which an operator has given up"
            : "as " + Settings.ON_UNREADABLE_INPUT.key() + "=skip says; it is not read again",
        skipped.reason());
    if (listeners.isHeard()) {
      listeners.post(
          new StreamingListenerInputSkipped(
              batch.number(),
              batch.time(),
              input.id(),
              input.label(),
              skipped.inputs(),
              skipped.byOperator(),
              skipped.reason()));
    }
  }

  /** What can be done about the input behind a failure; empty if there is none. */
  String remedies(OpenBatch batch, Throwable failure) {
    Optional<UnreadableInputException> unreadable = behind(failure);
    if (unreadable.isEmpty()) {
      return "";
    }
    String name = unreadable.get().input();
    List<InputNode<?>> holders = holders(batch, name);
    if (holders.isEmpty()) {
      return "\n  put "
          + name
          + " back as it was: no source of the batch can leave it out of what it gave, so "
          + Settings.ON_UNREADABLE_INPUT.key()
          + "=skip does not help";
    }
    StringBuilder text = new StringBuilder();
    holders.forEach(input -> text.append("\n  ").append(journal.remedies(batch, input, name)));
    return text.toString();
  }

  /**
   * The remedies in words.
   *
   * @param source as messages name it, with its id
   * @param giveUp the command that gives the input up; empty if nothing has recorded it
   */
  static String remedies(String source, String name, Optional<String> giveUp) {
    return name
        + " of "
        + source
        + ": put it back as the batch has recorded it (a repaired one comes under another name), or"
        + " go on without it: set "
        + Settings.ON_UNREADABLE_INPUT.key()
        + "=skip"
        + giveUp.map(command -> ", or give it up by: " + command).orElse("");
  }
}
