package io.millrace.internal.scheduler;

import io.millrace.internal.checkpoint.CheckpointState;
import io.millrace.internal.checkpoint.Fact;
import io.millrace.sink.Marker;
import io.millrace.sink.SinkContext;
import io.millrace.sink.SinkOwner;
import io.millrace.sink.SinkSession;
import io.millrace.sink.StagedRows;
import io.millrace.sink.TransactionalSink;
import io.millrace.stream.CheckpointException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transactional sinks of a program, opened, in order of declaration. */
final class SinkSessions {

  private static final Logger LOG = LoggerFactory.getLogger(SinkSessions.class);

  private record Opened(TransactionalSink<?, ?> sink, SinkSession<Object> session) {}

  private final Map<String, Opened> opened = new LinkedHashMap<>();
  private final String checkpointId;
  private final long epoch;
  private final UUID owner;
  private final StorageWatch watch;
  private final Executor background;

  /**
   * @param epoch of this driver
   * @param owner what it has claimed the checkpoint with
   * @param background runs what sinks do while no batch waits
   */
  SinkSessions(
      String checkpointId, long epoch, UUID owner, StorageWatch watch, Executor background) {
    this.checkpointId = checkpointId;
    this.epoch = epoch;
    this.owner = owner;
    this.watch = watch;
    this.background = background;
  }

  /**
   * Refuses a sink that can't be opened, as far as that can be told without changing anything.
   *
   * @throws CheckpointException if so
   */
  static void check(
      String checkpointId, String id, TransactionalSink<?, ?> sink, StorageWatch watch) {
    String what = "checking " + sink.description() + " of output " + id;
    try {
      watch.sink(
          what,
          () -> {
            sink.check(new SinkOwner(checkpointId, id));
            return true;
          });
    } catch (Exception e) {
      throw e instanceof CheckpointException given ? given : cantOpen(id, sink, e);
    }
  }

  private static CheckpointException cantOpen(
      String id, TransactionalSink<?, ?> sink, Exception e) {
    return new CheckpointException(
        "output " + id + " can't open " + sink.description() + ": " + e.getMessage(), e);
  }

  /** Opens a sink; from here on, drivers of lower epochs can't commit to it. */
  @SuppressWarnings("unchecked")
  void open(String id, TransactionalSink<?, ?> sink) {
    try {
      SinkSession<Object> session =
          watch.sink(
              "opening " + sink.description() + " of output " + id,
              () ->
                  ((TransactionalSink<?, Object>) sink)
                      .open(new SinkContext(checkpointId, id, epoch, owner, background)));
      opened.put(id, new Opened(sink, session));
    } catch (Exception e) {
      throw e instanceof CheckpointException given ? given : cantOpen(id, sink, e);
    }
  }

  /**
   * Holds what the sinks have against what the checkpoint says they were given.
   *
   * @return the epoch of the attempt at the open batch that a sink has made visible; empty if none
   *     has, so that the batch is to be run again
   * @throws CheckpointException if a sink has more than the checkpoint knows of, or less
   */
  OptionalLong compare(CheckpointState state) {
    OptionalLong attempt = OptionalLong.empty();
    for (Map.Entry<String, Opened> entry : opened.entrySet()) {
      String id = entry.getKey();
      Marker marker = entry.getValue().session().marker().orElse(null);
      Long given = state.outputs().get(id);
      if (marker != null && isOfOpenBatch(marker, id, state)) {
        attempt = sameAttempt(attempt, marker, id);
      } else {
        requireNotDropped(id, entry.getValue(), marker, given, state.lastBatch());
        requireEqual(id, entry.getValue(), marker, given);
      }
    }
    return attempt;
  }

  private static boolean isOfOpenBatch(Marker marker, String id, CheckpointState state) {
    Fact.Prepared prepared = state.attempts().get(marker.epoch());
    return prepared != null
        && prepared.batch() == marker.batch()
        && prepared.staged().containsKey(id);
  }

  private static OptionalLong sameAttempt(OptionalLong attempt, Marker marker, String id) {
    if (attempt.isPresent() && attempt.getAsLong() != marker.epoch()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "output %s has batch %d as epoch %d ran it, and another output as epoch %d did: the"
                  + " targets contradict each other. Restore targets and checkpoint from backups of"
                  + " the same time",
              id,
              marker.batch(),
              marker.epoch(),
              attempt.getAsLong()));
    }
    return OptionalLong.of(marker.epoch());
  }

  /**
   * A target that has batches of the checkpoint's past, of which the checkpoint knows nothing, is
   * that of an output that was dropped. It can't go on: what came between is missing in it.
   */
  private static void requireNotDropped(
      String id, Opened sink, @Nullable Marker marker, @Nullable Long given, long lastBatch) {
    if (marker != null && given == null && marker.batch() <= lastBatch) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "output %s: %s has batch %d of this checkpoint, which has gone on to batch %d without"
                  + " the output: it was dropped, and the batches between are missing in the target."
                  + " Give the output another id by .uid(...) and an empty target, which then has the"
                  + " batches from now on",
              id,
              sink.sink().description(),
              marker.batch(),
              lastBatch));
    }
  }

  private static void requireEqual(
      String id, Opened sink, @Nullable Marker marker, @Nullable Long given) {
    long present = marker == null ? 0 : marker.batch();
    long expected = given == null ? 0 : given;
    if (present > expected) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "output %s: %s is ahead of the checkpoint: it has batch %d, and the checkpoint gave it"
                  + " %s. The checkpoint was restored from an older backup, or its disk lost what it"
                  + " had confirmed. Restore the target to the time of the checkpoint",
              id,
              sink.sink().description(),
              present,
              given == null ? "none" : "batch " + given));
    }
    if (present < expected) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "output %s: %s is behind the checkpoint: it has %s, and was given batch %d. The target"
                  + " was restored from an older backup, or emptied. Restore the checkpoint to the"
                  + " time of the target",
              id,
              sink.sink().description(),
              marker == null ? "no batch" : "batch " + present,
              expected));
    }
  }

  /** Whether the program has an output of this id. */
  boolean has(String id) {
    return opened.containsKey(id);
  }

  /**
   * Makes a batch visible in a sink, unless it is.
   *
   * @throws Exception as {@link SinkSession#commit}
   */
  void commit(String id, Marker marker, StagedRows<Object> rows) throws Exception {
    Opened sink = opened.get(id);
    if (sink == null) {
      throw new IllegalStateException("there is no output " + id);
    }
    Optional<Marker> present = sink.session().marker();
    if (present.isPresent() && present.get().equals(marker)) {
      return;
    }
    try {
      watch.sink(
          String.format(
              Locale.ROOT,
              "the commit of batch %d to %s of output %s",
              marker.batch(),
              sink.sink().description(),
              id),
          () -> {
            sink.session().commit(marker, rows);
            return true;
          });
    } catch (CheckpointException e) {
      throw e;
    } catch (Exception e) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "output %s can't commit batch %d to %s: %s",
              id,
              marker.batch(),
              sink.sink().description(),
              e.getMessage()),
          e);
    }
  }

  void close() {
    opened.forEach(
        (id, sink) -> {
          try {
            sink.session().close();
          } catch (Exception e) {
            LOG.warn("closing {} of output {} failed", sink.sink().description(), id, e);
          }
        });
    opened.clear();
  }
}
