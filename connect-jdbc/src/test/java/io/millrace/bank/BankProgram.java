package io.millrace.bank;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.function.Function0;
import io.millrace.jdbc.ConnectionFactory;
import io.millrace.jdbc.JdbcSinks;
import io.millrace.jdbc.Row;
import io.millrace.sink.FileSinks;
import io.millrace.sink.TransactionalSink;
import io.millrace.stream.DStream;
import io.millrace.stream.State;
import io.millrace.stream.StateSpec;
import io.millrace.stream.StreamingContext;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerCheckpointOpened;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerCheckpointPhase;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerStreamingStarted;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The program that is killed: keeps accounts, posts transfers to a database and to files, and sums
 * up what was moved in a sliding window. Says on standard output how far it is.
 */
final class BankProgram {

  /** System property: where the program runs; on two threads of its own if it is not set. */
  static final String MASTER = "bank.master";

  static final Duration INTERVAL = Duration.ofMillis(20);
  static final Duration WINDOW = INTERVAL.multipliedBy(5);
  static final int NUM_BUCKETS = 10;

  /** Said by {@link #main} before the error that has ended it. */
  static final String FAILED = "failed";

  static final String OPENED = "opened";
  static final String STARTED = "started";
  static final String PREPARE = "prepare";
  static final String SINKS = "sinks";
  static final String COMMIT = "commit";
  static final String COMPLETED = "completed";

  private static final int MAX_FILES_PER_BATCH = 2;

  private BankProgram() {}

  /**
   * @param args the directory of everything, and whether stamps come from chance and the clock
   */
  public static void main(String[] args) {
    BankFiles files = BankFiles.in(args[0]);
    boolean isByChance = Boolean.parseBoolean(args[1]);
    try {
      createTables(files.connections());
      StreamingContext context =
          StreamingContext.getOrCreate(
              files.checkpoint(),
              () -> define(files, isByChance ? BankProgram::stampByChance : null));
      context.addStreamingListener(new Reporter());
      context.start();
      context.awaitTermination();
    } catch (Throwable e) {
      e.printStackTrace();
      say(FAILED + " " + chain(e));
      System.exit(1);
    }
  }

  /** The classes of an error and its causes, which name it. */
  private static String chain(Throwable e) {
    StringBuilder names = new StringBuilder();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      names.append(cause.getClass().getSimpleName()).append(' ');
    }
    return names.toString().strip();
  }

  private static void createTables(ConnectionFactory connections) throws SQLException {
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table if not exists postings(batch_millis integer, transfer integer,"
              + " account integer, number integer, balance integer, stamp text,"
              + " previous_stamp text)");
      statement.execute(
          "create table if not exists moved(batch_millis integer, bucket integer, total integer)");
    }
  }

  private static String stampByChance() {
    return UUID.randomUUID() + "@" + System.nanoTime();
  }

  /**
   * @param stamps makes stamps; null for those that a repeat makes again
   */
  private static StreamingContext define(BankFiles files, @Nullable Function0<String> stamps) {
    StreamingContext context =
        new StreamingContext(
            conf()
                .setAppName("bank")
                .set(
                    "millrace.streaming.fileStream.maxFilesPerBatch",
                    String.valueOf(MAX_FILES_PER_BATCH))
                .set("millrace.checkpoint.retainedBatches", "5")
                .set("millrace.checkpoint.maxInlineBytes", "512"),
            INTERVAL);
    context.registerTypes(Account.class, Posting.class, Transfer.Change.class);
    DStream<Transfer> transfers =
        context.textFileStream(files.input(), false).uid("transfers").map(Transfer::parse);
    postings(transfers, stamps, files);
    moved(transfers, files);
    return context;
  }

  private static Conf conf() {
    Conf conf = new Conf().setMaster(System.getProperty(MASTER, "local[2]"));
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("spark."))
        .forEach(name -> conf.set(name, System.getProperty(name)));
    return conf;
  }

  private static void postings(
      DStream<Transfer> transfers, @Nullable Function0<String> stamps, BankFiles files) {
    TransactionalSink<Posting, ?> database =
        JdbcSinks.insert(
            files.connections(),
            "insert into postings values (?, ?, ?, ?, ?, ?, ?)",
            posting ->
                Row.of(
                    posting.batchMillis(),
                    posting.transfer(),
                    posting.account(),
                    posting.number(),
                    posting.balance(),
                    posting.stamp(),
                    posting.previousStamp()));
    TransactionalSink<Posting, ?> lines = FileSinks.lines(files.published(), Posting::line);
    transfers
        .flatMapToPair(Transfer::changes)
        .mapWithState(
            StateSpec.function(
                (Integer account, Optional<Transfer.Change> change, State<Account> state) ->
                    post(account, change.orElseThrow(), state, stamps)))
        .uid("accounts")
        .foreachBatch(
            (rdd, batch) -> {
              long millis = batch.time().milliseconds();
              batch.write(rdd.map(posting -> posting.in(millis)), database);
              batch.write(rdd.map(posting -> posting.in(millis)), lines);
            },
            database,
            lines)
        .uid("postings");
  }

  private static Posting post(
      int number, Transfer.Change change, State<Account> state, @Nullable Function0<String> stamps)
      throws Exception {
    Account before = state.exists() ? state.get() : Account.NEW;
    String stamp = stamps == null ? "t" + change.transfer() : stamps.call();
    Account after = before.after(change, stamp);
    state.update(after);
    return new Posting(
        0, change.transfer(), number, after.numPostings(), after.balance(), stamp, before.stamp());
  }

  private static void moved(DStream<Transfer> transfers, BankFiles files) {
    TransactionalSink<Row, ?> database =
        JdbcSinks.insert(
            files.connections(), "insert into moved values (?, ?, ?)", (Row row) -> row);
    transfers
        .mapToPair(transfer -> new Tuple2<>(bucket(transfer), transfer.amount()))
        .reduceByKeyAndWindow(Long::sum, WINDOW, INTERVAL)
        .uid("moved")
        .foreachBatch(
            (rdd, batch) -> {
              long millis = batch.time().milliseconds();
              batch.write(rdd.map(entry -> Row.of(millis, entry._1(), entry._2())), database);
            },
            database)
        .uid("moved-rows");
  }

  static int bucket(Transfer transfer) {
    return transfer.target() % NUM_BUCKETS;
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** Says each phase when it begins. */
  private static final class Reporter implements StreamingListener {

    @Override
    public void onCheckpointOpened(StreamingListenerCheckpointOpened opened) {
      say(OPENED + " " + opened.lastBatch() + " " + opened.hasOpenBatch());
    }

    @Override
    public void onStreamingStarted(StreamingListenerStreamingStarted started) {
      say(STARTED);
    }

    @Override
    public void onCheckpointPhase(StreamingListenerCheckpointPhase entered) {
      say(entered.phase().name().toLowerCase(Locale.ROOT) + " " + entered.batch());
    }

    @Override
    public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
      if (!completed.batchInfo().hasFailed()) {
        say(COMPLETED + " " + completed.batchInfo().number());
      }
    }
  }
}
