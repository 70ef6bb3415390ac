package io.millrace.internal.checkpoint;

import io.millrace.Tuple3;
import io.millrace.Tuple4;
import io.millrace.checkpoint.CheckpointFormat;
import io.millrace.codec.Codecs;
import io.millrace.codec.Decoder;
import io.millrace.internal.system.Ids;
import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

/** Gives up inputs of the open batch of a checkpoint that it has claimed, without its program. */
final class OperatorGiveUp implements CheckpointFormat.ClaimedInputs {

  private static final Codecs CODECS = Codecs.builtIn();

  /** What is asked for, and whether it is possible. */
  private record Request(String source, long batch, List<String> inputs) {

    /**
     * @throws IllegalArgumentException says why it is not, and what can be done
     */
    List<String> names(CheckpointState state) {
      Fact.Planned open = openBatch(state);
      byte[] range = open.ranges().get(source);
      if (range == null) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "source %s gave nothing to batch %d; sources that did: %s",
                source,
                batch,
                new TreeSet<>(open.ranges().keySet())));
      }
      requireNotInSinks(state);
      List<String> recorded = recordedNames(range);
      List<String> left = new ArrayList<>(recorded);
      for (Fact.GivenUp before : state.givenUpOf(source)) {
        if (before.isWhole()) {
          throw new IllegalArgumentException(
              "all that source " + source + " gave to batch " + batch + " was given up before");
        }
        left.removeAll(before.inputs());
      }
      if (inputs.isEmpty()) {
        return left;
      }
      Set<String> unknown = new TreeSet<>(inputs);
      left.forEach(unknown::remove);
      if (!unknown.isEmpty()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "source %s has no inputs %s in batch %d that could be given up; %s",
                source,
                unknown,
                batch,
                recorded.isEmpty()
                    ? "it does not name its inputs, so all that it gave can be given up at once"
                    : "it has " + left));
      }
      return List.copyOf(new TreeSet<>(inputs));
    }

    private Fact.Planned openBatch(CheckpointState state) {
      if (batch <= state.lastBatch()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "batch %d is committed or was left behind (the last committed batch is %d): its"
                    + " input is not read again, so there is nothing to give up",
                batch,
                state.lastBatch()));
      }
      return state
          .open()
          .filter(open -> open.batch() == batch)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      String.format(
                          Locale.ROOT,
                          "batch %d is not open: %s",
                          batch,
                          state
                              .open()
                              .map(open -> "batch " + open.batch() + " is")
                              .orElse("no batch is, so there is nothing to give up"))));
    }

    /** Rows that were staged by an attempt which no later start has held against the sinks. */
    private void requireNotInSinks(CheckpointState state) {
      Set<String> outputs = new TreeSet<>();
      state.attempts().values().forEach(attempt -> outputs.addAll(attempt.staged().keySet()));
      if (!outputs.isEmpty()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "batch %d has been run with its input, and the sinks of %s may have it. Start the"
                    + " program once: it completes the batch if a sink has it; if none has, and the"
                    + " start stops at an input that can't be read, give that up then",
                batch,
                outputs));
      }
    }
  }

  private final Checkpoint checkpoint;
  private final Request request;
  private final List<String> names;

  private OperatorGiveUp(Checkpoint checkpoint, Request request, List<String> names) {
    this.checkpoint = checkpoint;
    this.request = request;
    this.names = names;
  }

  /**
   * @param inputs empty for all
   * @throws IllegalArgumentException before the claim, if they can't be given up
   */
  static OperatorGiveUp claim(
      CheckpointStorage storage, String source, long batch, List<String> inputs)
      throws IOException {
    Request request = new Request(source, batch, List.copyOf(inputs));
    Identity.read(storage); // an empty place is not to become a checkpoint
    Supplier<UUID> newId = Ids::random;
    Checkpoint checkpoint =
        Checkpoint.claim(
            storage,
            newId,
            1,
            new Checkpoint.Admission() {
              @Override
              public void checkState(CheckpointState state) {
                request.names(state);
              }
            });
    return new OperatorGiveUp(checkpoint, request, request.names(checkpoint.state()));
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public String range() {
    Fact.Planned open = checkpoint.state().open().orElseThrow();
    return DurableText.of(open.ranges().getOrDefault(request.source(), new byte[0]));
  }

  @Override
  public void record(Instant time, String reason) throws IOException {
    Fact.GivenUp givenUp =
        new Fact.GivenUp(
            request.batch(),
            request.source(),
            names,
            request.inputs().isEmpty(),
            time.toEpochMilli(),
            true,
            reason);
    checkpoint.append(List.of(givenUp));
  }

  /**
   * The names of inputs in a range, if it consists of inputs with names: a list of tuples that
   * begin with a name, as ranges of files do.
   */
  private static List<String> recordedNames(byte[] range) {
    Object value;
    try {
      Decoder decoder = CODECS.decoder(ByteBuffer.wrap(range), "the range of a source");
      value = decoder.readValue();
    } catch (IOException e) {
      return List.of(); // of the program's own types, which have no names of inputs for us
    }
    List<String> names = new ArrayList<>();
    if (value instanceof List<?> inputs) {
      for (Object input : inputs) {
        if (input instanceof Tuple4<?, ?, ?, ?> four && four._1() instanceof String name) {
          names.add(name);
        } else if (input instanceof Tuple3<?, ?, ?> three && three._1() instanceof String name) {
          names.add(name);
        }
      }
      if (names.size() != inputs.size()) {
        return List.of();
      }
    }
    return names;
  }
}
