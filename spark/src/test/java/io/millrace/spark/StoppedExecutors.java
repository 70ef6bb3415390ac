package io.millrace.spark;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.jdbc.ConnectionFactory;
import io.millrace.jdbc.JdbcSinks;
import io.millrace.jdbc.Row;
import io.millrace.sink.FileSinks;
import io.millrace.sink.TransactionalSink;
import io.millrace.stream.DStream;
import io.millrace.stream.StateSpec;
import io.millrace.stream.StreamingContext;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;

/**
 * A driver that stops its own executors in the middle of a task, with SIGSTOP, and lets them go on
 * later. Totals of words go to files and to a database, the words themselves to other files.
 */
final class StoppedExecutors {

  /** The word at which the totals stop the executor that counts it. */
  static final String STOP_COUNTING = "stop-counting";

  /** The word at which the executor that writes it is stopped. */
  static final String STOP_WRITING = "stop-writing";

  static final int BATCHES = 9;
  static final int STOP_COUNTING_IN = 3;
  static final int STOP_WRITING_IN = 6;

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final long LIMIT_SECONDS = 60;

  private final Path directory;
  private final ManualClock clock = new ManualClock();
  private final Map<Long, String> running = new ConcurrentHashMap<>();
  private final Set<String> late = ConcurrentHashMap.newKeySet();

  private StoppedExecutors(Path directory) {
    this.directory = directory;
  }

  static ConnectionFactory database(Path directory) {
    return ConnectionFactory.of(
        "jdbc:sqlite:" + directory.resolve("totals.db") + "?busy_timeout=20000");
  }

  static String totals(Path directory) {
    return directory.resolve("totals").toString();
  }

  static String words(Path directory) {
    return directory.resolve("words").toString();
  }

  /** Blocks the first task that comes with this word, until a file says that it may go on. */
  private static void pass(Path directory, String gate, String word) throws IOException {
    if (!word.equals(gate)) {
      return;
    }
    try {
      Files.createFile(directory.resolve(gate));
    } catch (FileAlreadyExistsException another) {
      return;
    }
    Path told = directory.resolve(gate + ".told");
    Files.writeString(told, Long.toString(ProcessHandle.current().pid()));
    Files.move(told, directory.resolve(gate + ".pid"), StandardCopyOption.ATOMIC_MOVE);
    Path goOn = directory.resolve(gate + ".go-on");
    await("leave to go on", () -> Files.exists(goOn)); // whatever interrupts it
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(String what, Condition condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    try {
      while (!condition.holds()) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError(what + " has not come within " + LIMIT_SECONDS + " s");
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param args the master and a directory
   */
  public static void main(String[] args) throws Exception {
    StoppedExecutors program = new StoppedExecutors(Path.of(args[1]));
    try {
      program.run(args[0]);
    } catch (Throwable e) {
      System.err.println("running " + program.running + ", failed " + program.late);
      throw e;
    }
  }

  private void run(String master) throws Exception {
    Files.createDirectories(directory.resolve("in"));
    try (Connection connection = database(directory).open();
        Statement statement = connection.createStatement()) {
      statement.execute("create table totals(batch integer, word text, total integer)");
    }
    Conf conf = new Conf().setMaster(master).setAppName("stopped executors");
    try (StreamingContext context = StreamingContext.builder(conf, SECOND).clock(clock).build()) {
      context.checkpoint(directory.resolve("checkpoint").toString());
      declare(context, directory);
      context.start();
      StoredBlocks.spark().addSparkListener(new Tasks());
      runBatches(context, 1, 2);
      stopDuring(context, STOP_COUNTING, STOP_COUNTING_IN);
      runBatches(context, 5, 5);
      stopDuring(context, STOP_WRITING, STOP_WRITING_IN);
      runBatches(context, 8, BATCHES);
    }
  }

  /** Stops the executor that comes to the gate, for this batch and one more. */
  private void stopDuring(StreamingContext context, String gate, int batch) throws Exception {
    handIn(batch, List.of("a", "b", "c", "d"), List.of("e", "f", gate, "g", "h"));
    clock.advance(SECOND);
    Path pid = directory.resolve(gate + ".pid");
    await("a task at " + gate, () -> Files.exists(pid));
    ProcessHandle executor = ProcessHandle.of(Long.parseLong(Files.readString(pid))).orElseThrow();
    signal("STOP", executor);
    awaitIdle(context);
    runBatches(context, batch + 1, batch + 1);
    say(running.size() + " late at " + gate + ": " + running.values());
    Files.createFile(directory.resolve(gate + ".go-on"));
    signal("CONT", executor);
    await("the end of the late task", () -> running.isEmpty());
    say("late: " + late);
  }

  private void runBatches(StreamingContext context, int first, int last) throws Exception {
    for (int batch = first; batch <= last; batch++) {
      handIn(batch, List.of("a", "b", "c", "d"), List.of("e", "f", "g", "h"));
      clock.advance(SECOND);
      awaitIdle(context);
    }
  }

  private void awaitIdle(StreamingContext context) {
    await(
        "the end of a batch",
        () -> {
          if (context.awaitTerminationOrTimeout(0)) {
            throw new IllegalStateException("the context has stopped");
          }
          return clock.awaitIdle(1, Duration.ofMillis(20));
        });
  }

  private void handIn(int batch, List<String> first, List<String> second) throws IOException {
    Path one = Files.write(directory.resolve("one"), first);
    Path two = Files.write(directory.resolve("two"), second);
    Files.move(one, directory.resolve("in/one-" + batch));
    Files.move(two, directory.resolve("in/two-" + batch));
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    int exit =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
            .inheritIO()
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IllegalStateException("kill -" + name + " " + process.pid() + " gave " + exit);
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private static void declare(StreamingContext context, Path directory) {
    DStream<String> words = context.textFileStream(directory.resolve("in").toString());
    TransactionalSink<Tuple2<Long, Tuple2<String, Integer>>, ?> database =
        JdbcSinks.insert(
            database(directory),
            "insert into totals values (?, ?, ?)",
            total -> Row.of(total._1(), total._2()._1(), total._2()._2()));
    TransactionalSink<Tuple2<Long, Tuple2<String, Integer>>, ?> files =
        FileSinks.lines(
            totals(directory), total -> total._1() + " " + total._2()._1() + " " + total._2()._2());
    String home = directory.toString();
    words
        .mapToPair(word -> new Tuple2<>(word, 1))
        .mapWithState(
            StateSpec.<String, Integer, Integer, Tuple2<String, Integer>>function(
                (word, one, state) -> {
                  pass(Path.of(home), STOP_COUNTING, word);
                  int total = state.getOption().orElse(0) + 1;
                  state.update(total);
                  return new Tuple2<>(word, total);
                }))
        .uid("counted")
        .foreachBatch(
            (rdd, batch) -> {
              long number = batch.number();
              batch.write(rdd.map(total -> new Tuple2<>(number, total)), database);
              batch.write(rdd.map(total -> new Tuple2<>(number, total)), files);
            },
            database,
            files)
        .uid("totals");
    words
        .writeTo(
            FileSinks.lines(
                words(directory),
                word -> {
                  pass(Path.of(home), STOP_WRITING, word);
                  return word;
                }))
        .uid("words");
  }

  /** Which tasks run, and which have ended without success. */
  private final class Tasks extends SparkListener {

    @Override
    public void onTaskStart(SparkListenerTaskStart started) {
      running.put(started.taskInfo().taskId(), describe(started.stageId(), started.taskInfo()));
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd ended) {
      running.remove(ended.taskInfo().taskId());
      if (!ended.taskInfo().successful()) {
        late.add(describe(ended.stageId(), ended.taskInfo()));
      }
    }

    private static String describe(int stage, TaskInfo task) {
      return String.format(
          "stage %d partition %d on executor %s: %s",
          stage, task.partitionId(), task.executorId(), task.status());
    }
  }
}
