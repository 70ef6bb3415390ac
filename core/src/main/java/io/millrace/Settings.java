package io.millrace;

import static io.millrace.SettingForm.bool;
import static io.millrace.SettingForm.byteSize;
import static io.millrace.SettingForm.durationAtLeast;
import static io.millrace.SettingForm.intAtLeast;
import static io.millrace.SettingForm.longAtLeast;
import static io.millrace.SettingForm.names;
import static io.millrace.SettingForm.oneOf;
import static io.millrace.SettingForm.text;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every setting there is. Keys have the names of Spark's with {@code millrace.} in place of {@code
 * spark.}, and a bare number has the unit it has there.
 */
public final class Settings {
  // Filled by the initializers of the constants below, so it has to come first.
  private static final Map<String, Setting<?>> BY_KEY = new TreeMap<>();

  /** {@code millrace.master}: where the program runs. */
  public static final Setting<String> MASTER =
      withoutDefault(
          "millrace.master",
          text("a master such as local[*], local[4], yarn or spark://host:7077"),
          "Where the program runs. local, local[n] and local[*] are the embedded engine with one,"
              + " n or as many worker threads as there are processors; spark://…, yarn, k8s://… and"
              + " local-cluster[…] are Apache Spark.");

  /** {@code millrace.app.name}: the name that logs and metrics show. */
  public static final Setting<String> APP_NAME =
      withoutDefault(
          "millrace.app.name",
          text("a name that is not blank"),
          "The name of the program in logs, metrics and on a cluster's pages.");

  /** {@code millrace.engine}: the engine, where the master alone should not decide. */
  public static final Setting<String> ENGINE =
      withoutDefault(
          "millrace.engine",
          text("the name of an engine on the class path, such as embedded or spark"),
          "Which engine runs the program, whatever the master says. Without it the master"
              + " decides.");

  /** {@code millrace.default.parallelism}: partitions where the program does not say. */
  public static final Setting<Integer> DEFAULT_PARALLELISM =
      withoutDefault(
          "millrace.default.parallelism",
          intAtLeast(1),
          "How many partitions parallelize and the exchanges make where the program does not say."
              + " Without it the engine decides: as many as local[n] has workers.");

  /** {@code millrace.task.maxFailures}: attempts at a task. */
  public static final Setting<Integer> TASK_MAX_FAILURES =
      withDefault(
          "millrace.task.maxFailures",
          intAtLeast(1),
          4,
          "How many times a task may fail before its job does; 1 means that nothing is tried"
              + " again.");

  /** {@code millrace.test.abortFirstAttempts}: prove that tasks may run again. */
  public static final Setting<Boolean> TEST_ABORT_FIRST_ATTEMPTS =
      withDefault(
          "millrace.test.abortFirstAttempts",
          bool(),
          false,
          "For tests: whether each task is run twice, the first attempt being thrown away after its"
              + " last record as if it had failed there. A program whose results differ would also"
              + " differ after a failure. Does not count as a failure.");

  /** {@code millrace.function.serializationCheck}: hold functions to what a cluster needs. */
  public static final Setting<Boolean> FUNCTION_SERIALIZATION_CHECK =
      withDefault(
          "millrace.function.serializationCheck",
          bool(),
          true,
          "Whether each class of function that runs in tasks, and the first record of each exchange"
              + " and persisted stream, is serialized once to prove that the program would also run"
              + " on a cluster.");

  /** {@code millrace.cache.maxBytes}: room for persisted datasets. */
  public static final Setting<Long> CACHE_MAX_BYTES =
      withoutDefault(
          "millrace.cache.maxBytes",
          byteSize(),
          "How much memory persisted datasets may take together; what does not fit is dropped or"
              + " spilled, as its storage level says. 0 keeps nothing. Without it, half of the"
              + " JVM's maximum heap.");

  /** {@code millrace.state.maxEntries}: bound on the keys of a state. */
  public static final Setting<Long> STATE_MAX_ENTRIES =
      withoutDefault(
          "millrace.state.maxEntries",
          longAtLeast(1),
          "How many keys the state of one stream may have, over all partitions. A batch that takes"
              + " it beyond fails by name. Without it there is no bound.");

  /** {@code millrace.state.maxBytes}: bound on the size of a state. */
  public static final Setting<Long> STATE_MAX_BYTES =
      withoutDefault(
          "millrace.state.maxBytes",
          byteSize(),
          "How much memory, as estimated, the state of one stream may take, over all partitions. A"
              + " batch that takes it beyond fails by name. Without it there is no bound.");

  /** {@code millrace.memory.execution.maxBytes}: room for exchanges, sorts and groups. */
  public static final Setting<Long> MEMORY_EXECUTION_MAX_BYTES =
      withoutDefault(
          "millrace.memory.execution.maxBytes",
          byteSize(),
          "How much memory the records of exchanges, sorts, groups and combined values may take"
              + " together, by estimate; the rest is spilled to the local disk. Each running task"
              + " has a quarter of its even share at its disposal whatever the others hold. Without"
              + " it, a quarter of the JVM's maximum heap.");

  /** {@code millrace.local.dir}: where records are spilled to. */
  public static final Setting<String> LOCAL_DIR =
      withoutDefault(
          "millrace.local.dir",
          text("a directory on a local disk"),
          "Where each engine makes a directory of its own, when first needed, for records that"
              + " memory has no room for; it is removed when the engine closes. Without it, the"
              + " JVM's temporary directory.");

  /** {@code millrace.local.maxBytes}: bound on what is spilled. */
  public static final Setting<Long> LOCAL_MAX_BYTES =
      withDefault(
          "millrace.local.maxBytes",
          byteSize(),
          64L << 30,
          "How much of the local disk the spilled records of one engine may take. A task that needs"
              + " more fails.");

  /**
   * {@code millrace.streaming.checkpoint.directory}: where a streaming program keeps its
   * checkpoint.
   */
  public static final Setting<String> CHECKPOINT_DIRECTORY =
      withoutDefault(
          "millrace.streaming.checkpoint.directory",
          text("a directory, or the location of another store"),
          "Where a streaming context keeps its checkpoint, as checkpoint(directory) says in the"
              + " program. Without either, state and progress go with the process.");

  /** {@code millrace.streaming.checkpoint.plan}: a start that only tells what it would do. */
  public static final Setting<String> CHECKPOINT_PLAN =
      withoutDefault(
          "millrace.streaming.checkpoint.plan",
          text("a directory, or the location of another store"),
          "A checkpoint for which start() only tells what it would keep, drop and rebuild, whatever"
              + " checkpoint the program names. It claims and writes nothing, runs no batch, and"
              + " ends the context. Set by `millrace checkpoint plan`.");

  /** {@code millrace.checkpoint.retainedBatches}: how far back a checkpoint can be read. */
  public static final Setting<Integer> CHECKPOINT_RETAINED_BATCHES =
      withDefault(
          "millrace.checkpoint.retainedBatches",
          intAtLeast(1),
          20,
          "How many committed batches a checkpoint holds at least, so that a copy of the directory"
              + " made while the program runs can be opened; at most it holds twice as many.");

  /** {@code millrace.checkpoint.maxInlineBytes}: what travels with the log. */
  public static final Setting<Long> CHECKPOINT_MAX_INLINE_BYTES =
      withDefault(
          "millrace.checkpoint.maxInlineBytes",
          byteSize(),
          16L << 10,
          "Up to which size the changes of a partition are part of the log's record instead of"
              + " being a file; at most 1 MiB is of use.");

  /** {@code millrace.checkpoint.writeTimeout}: patience with a failing store. */
  public static final Setting<Duration> CHECKPOINT_WRITE_TIMEOUT =
      withDefault(
          "millrace.checkpoint.writeTimeout",
          durationAtLeast(Duration.ZERO, ChronoUnit.MILLIS),
          Duration.ofMinutes(5),
          "How long a write to the checkpoint that fails, on a full disk for instance, is tried"
              + " again before the context stops; and how long, but at least 10 s, a call of its"
              + " storage may take without an answer. Batches wait meanwhile, and nothing is lost.");

  /** {@code millrace.streaming.sinkTimeout}: patience with a sink that does not answer. */
  public static final Setting<Duration> SINK_TIMEOUT =
      withDefault(
          "millrace.streaming.sinkTimeout",
          durationAtLeast(Duration.ofSeconds(1), ChronoUnit.MILLIS),
          Duration.ofMinutes(5),
          "How long a transactional sink may take to be checked, opened, or given a batch, without an"
              + " answer, before the context stops. A warning is logged after half of that, or 10 s."
              + " Batches wait meanwhile, and nothing is lost.");

  /** {@code millrace.streaming.batchFailure}: what a failed output does to its context. */
  public static final Setting<BatchFailure> BATCH_FAILURE =
      withDefault(
          "millrace.streaming.batchFailure",
          oneOf(BatchFailure.class),
          BatchFailure.STOP,
          "What happens when an output operation fails for good: stop ends the context with that"
              + " failure, continue reports it to listeners and goes on with the next batch.");

  /** {@code millrace.streaming.onUnreadableInput}: what a file that can't be read does. */
  public static final Setting<UnreadableInput> ON_UNREADABLE_INPUT =
      withDefault(
          "millrace.streaming.onUnreadableInput",
          oneOf(UnreadableInput.class),
          UnreadableInput.FAIL,
          "What happens when an input of a batch, such as a file, can't be read: it is damaged, gone,"
              + " or differs from what was recorded. fail lets the batch fail. skip runs the batch"
              + " again without the whole input, which is lost; it is named in a warning, in the"
              + " facts of the batch and to listeners. With a checkpoint that is recorded first, so"
              + " that every repeat of the batch goes without the same.");

  /** {@code millrace.streaming.batch.maxAttempts}: bound on running a batch again. */
  public static final Setting<Integer> BATCH_MAX_ATTEMPTS =
      withDefault(
          "millrace.streaming.batch.maxAttempts",
          intAtLeast(1),
          4,
          "How many times a batch is run, at most, when records that can't be computed again are"
              + " lost with a process of the cluster. Other failures of a batch are final.");

  /** {@code millrace.streaming.windowCatchUp}: window ends that passed while no batch was cut. */
  public static final Setting<WindowCatchUp> WINDOW_CATCH_UP =
      withDefault(
          "millrace.streaming.windowCatchUp",
          oneOf(WindowCatchUp.class),
          WindowCatchUp.ALL,
          "Which windows are emitted that ended during a slow batch or an outage: all runs each end"
              + " whose window holds a recorded batch, in order and as a batch of its own, so that"
              + " every record is in each of its windows; last runs the last of these ends of each"
              + " window alone.");

  /** {@code millrace.streaming.mergeTicksAfter}: when a late tick counts as missed. */
  public static final Setting<Duration> MERGE_TICKS_AFTER =
      withDefault(
          "millrace.streaming.mergeTicksAfter",
          durationAtLeast(Duration.ZERO, ChronoUnit.MILLIS),
          Duration.ofMillis(20),
          "How late a tick may be and still be run as a batch of its own. Ticks that are later when"
              + " their turn comes merge into one batch, up to the ends of windows.");

  /** {@code millrace.streaming.maxClockJump}: bound on steps of the wall clock. */
  public static final Setting<Duration> MAX_CLOCK_JUMP =
      withDefault(
          "millrace.streaming.maxClockJump",
          durationAtLeast(Duration.ZERO, ChronoUnit.MILLIS),
          Duration.ofHours(1),
          "The largest step forward of the wall clock that the batch times of a running program"
              + " follow, as after an outage. A larger one is ignored, with a warning, until the"
              + " program is started again.");

  /** {@code millrace.streaming.logSummary}: how often batches are summed up in the log. */
  public static final Setting<Duration> LOG_SUMMARY =
      withDefault(
          "millrace.streaming.logSummary",
          durationAtLeast(Duration.ZERO, ChronoUnit.MILLIS),
          Duration.ofSeconds(10),
          "How often a summary of the batches goes to the log at INFO; 0 for never. Each batch has a"
              + " line of its own at DEBUG.");

  /** {@code millrace.streaming.gracefulStopTimeout}: patience of a graceful stop. */
  public static final Setting<Duration> GRACEFUL_STOP_TIMEOUT =
      withDefault(
          "millrace.streaming.gracefulStopTimeout",
          durationAtLeast(Duration.ZERO, ChronoUnit.MILLIS),
          Duration.ofSeconds(30),
          "How long a graceful stop waits for the records that receivers already hold to be"
              + " processed. When it has passed, the stop goes on without them.");

  /**
   * {@code millrace.streaming.stopGracefullyOnShutdown}: what happens when the JVM is told to end.
   */
  public static final Setting<Boolean> STOP_GRACEFULLY_ON_SHUTDOWN =
      withDefault(
          "millrace.streaming.stopGracefullyOnShutdown",
          bool(),
          true,
          "Whether a context that still runs when the JVM shuts down (SIGTERM, System.exit) is"
              + " stopped gracefully, rather than at once.");

  /** {@code millrace.streaming.unpersist}: let go of what no later batch can need. */
  public static final Setting<Boolean> UNPERSIST =
      withDefault(
          "millrace.streaming.unpersist",
          bool(),
          true,
          "Whether the datasets of a persisted stream are dropped as soon as no window and no call of"
              + " remember reaches their batch. Otherwise they stay in the cache until room is"
              + " needed or nobody holds them.");

  /** {@code millrace.text.maxLineBytes}: bound on lines of files. */
  public static final Setting<Long> TEXT_MAX_LINE_BYTES =
      withDefault(
          "millrace.text.maxLineBytes",
          byteSize(),
          64L << 20,
          "How many bytes a line of a text file may have. A longer one is an error that names the"
              + " file and the position, or is left out, as millrace.text.skipLongLines says.");

  /** {@code millrace.text.skipLongLines}: what becomes of lines beyond their bound. */
  public static final Setting<Boolean> TEXT_SKIP_LONG_LINES =
      withDefault(
          "millrace.text.skipLongLines",
          bool(),
          false,
          "Whether lines of files and sockets that are longer than their bound are left out, each"
              + " with a warning in the log that tells its position and length. Else they are"
              + " errors.");

  /** {@code millrace.streaming.socket.maxLineBytes}: bound on lines of sockets. */
  public static final Setting<Long> SOCKET_MAX_LINE_BYTES =
      withDefault(
          "millrace.streaming.socket.maxLineBytes",
          byteSize(),
          1L << 20,
          "How many bytes a line that comes over a socket may have. A longer one ends the"
              + " connection with an error that names the peer and the position, or is left out, as"
              + " millrace.text.skipLongLines says.");

  /** {@code millrace.streaming.socket.idleTimeout}: when a silent peer is given up. */
  public static final Setting<Duration> SOCKET_IDLE_TIMEOUT =
      withDefault(
          "millrace.streaming.socket.idleTimeout",
          durationAtLeast(Duration.ofMillis(1), ChronoUnit.SECONDS),
          Duration.ofMinutes(10),
          "How long a socket stream waits for bytes of its peer. When none have come for so long,"
              + " the connection is closed and made again: a peer that has vanished without"
              + " closing it would be waited for in vain for ever.");

  /** {@code millrace.streaming.fileStream.maxFilesPerBatch}: bound on a batch of files. */
  public static final Setting<Integer> FILE_STREAM_MAX_FILES_PER_BATCH =
      withDefault(
          "millrace.streaming.fileStream.maxFilesPerBatch",
          intAtLeast(1),
          1000,
          "How many files a file stream takes into one batch at most; the rest wait for the next,"
              + " oldest first.");

  /** {@code millrace.streaming.fileStream.minRememberDuration}: memory for names that vanished. */
  public static final Setting<Duration> FILE_STREAM_MIN_REMEMBER_DURATION =
      withDefault(
          "millrace.streaming.fileStream.minRememberDuration",
          durationAtLeast(Duration.ZERO, ChronoUnit.SECONDS),
          Duration.ofSeconds(60),
          "How long a file stream must have seen a name absent from its directory before it forgets"
              + " the name; a file that comes back under that name later is read again. The time"
              + " in which the program did not run does not count, and a gap between two listings"
              + " counts for a quarter of this at most.");

  /** {@code millrace.streaming.receiver.bufferRecords}: records a receiver may be ahead. */
  public static final Setting<Integer> RECEIVER_BUFFER_RECORDS =
      withDefault(
          "millrace.streaming.receiver.bufferRecords",
          intAtLeast(1),
          65_536,
          "How many records a receiver may hold that no batch has taken. When it holds that many,"
              + " store() blocks until a batch takes some.");

  /** {@code millrace.streaming.receiverRestartDelay}: pause before a receiver starts again. */
  public static final Setting<Duration> RECEIVER_RESTART_DELAY =
      withDefault(
          "millrace.streaming.receiverRestartDelay",
          durationAtLeast(Duration.ZERO, ChronoUnit.MILLIS),
          Duration.ofSeconds(2),
          "How long a receiver that failed or asked for a restart stays stopped before it is"
              + " started again.");

  /** {@code millrace.streaming.listenerQueueSize}: events that may wait for slow listeners. */
  public static final Setting<Integer> LISTENER_QUEUE_SIZE =
      withDefault(
          "millrace.streaming.listenerQueueSize",
          intAtLeast(1),
          10_000,
          "How many events may wait for the streaming listeners. Events beyond that are dropped and"
              + " counted, since a slow listener must not hold up batches.");

  /** {@code millrace.streaming.extraListeners}: listeners that the program does not name. */
  public static final Setting<List<String>> EXTRA_LISTENERS =
      withDefault(
          "millrace.streaming.extraListeners",
          names("class names, separated by commas"),
          List.of(),
          "Classes of listeners that each streaming context adds when it is made. Each is a public"
              + " class with a constructor that takes a Conf, or with one that takes nothing.");

  /** {@code millrace.spark.startTimeout}: patience with a cluster that gives no executor. */
  public static final Setting<Duration> SPARK_START_TIMEOUT =
      withDefault(
          "millrace.spark.startTimeout",
          durationAtLeast(Duration.ofMillis(1), ChronoUnit.SECONDS),
          Duration.ofSeconds(60),
          "How long the start of a program waits for the first executor of a Spark cluster before"
              + " it fails.");

  private Settings() {}

  /** All settings, ordered by key. */
  public static List<Setting<?>> all() {
    return List.copyOf(BY_KEY.values());
  }

  /** The setting with exactly this key. */
  public static Optional<Setting<?>> find(String key) {
    return Optional.ofNullable(BY_KEY.get(key));
  }

  private static <T> Setting<T> withDefault(
      String key, SettingForm<T> form, T defaultValue, String doc) {
    return register(key, form, defaultValue, doc);
  }

  private static <T> Setting<T> withoutDefault(String key, SettingForm<T> form, String doc) {
    return register(key, form, null, doc);
  }

  private static <T> Setting<T> register(
      String key, SettingForm<T> form, @Nullable T defaultValue, String doc) {
    Setting<T> setting = new Setting<>(key, form, defaultValue, "0.1.0", doc);
    if (BY_KEY.putIfAbsent(key, setting) != null) {
      throw new AssertionError("two settings are called " + key);
    }
    return setting;
  }
}
