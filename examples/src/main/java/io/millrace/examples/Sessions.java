package io.millrace.examples;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.stream.DStream;
import io.millrace.stream.PairDStream;
import io.millrace.stream.State;
import io.millrace.stream.StateSpec;
import io.millrace.stream.StreamingContext;
import io.millrace.stream.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Gathers the clicks of each user into sessions, and tells each session once its user has been
 * silent for a while: {@code mapWithState} with a timeout.
 *
 * <p>A batch costs what its clicks and its ended sessions cost, however many users there are.
 */
public final class Sessions {

  private static final Duration IDLE = Duration.ofSeconds(30);

  /**
   * A visit of a user.
   *
   * @param start batch time of the first click
   * @param end batch time of the last click
   */
  public record Session(String user, Time start, Time end, int numClicks) {

    Session withClickAt(Time time) {
      return new Session(user, start, time, numClicks + 1);
    }
  }

  private Sessions() {}

  /**
   * The sessions that end in each batch.
   *
   * @param clicks pages by user
   * @param idle a session ends when there was no click for longer than this
   */
  public static DStream<Session> define(PairDStream<String, String> clicks, Duration idle) {
    return clicks.mapWithState(StateSpec.function(Sessions::update).timeout(idle));
  }

  private static Optional<Session> update(
      Time time, String user, Optional<String> page, State<Session> state) {
    if (state.isTimingOut()) {
      return Optional.of(state.get());
    }
    Session session = state.getOption().orElseGet(() -> new Session(user, time, time, 0));
    state.update(session.withClickAt(time));
    return Optional.empty();
  }

  /** Prints sessions of lines {@code user page}; others are left out. */
  public static void run(
      Conf conf, Duration interval, Function<StreamingContext, DStream<String>> input)
      throws InterruptedException {
    try (StreamingContext context = new StreamingContext(conf, interval)) {
      PairDStream<String, String> clicks =
          input
              .apply(context)
              .map(line -> line.split(" "))
              .filter(words -> words.length == 2)
              .mapToPair(words -> new Tuple2<>(words[0], words[1]));

      define(clicks, IDLE).print();

      context.start();
      context.awaitTermination();
    }
  }

  public static void main(String[] args) throws InterruptedException {
    LineProgram.main("Sessions", args, Sessions::run);
  }
}
