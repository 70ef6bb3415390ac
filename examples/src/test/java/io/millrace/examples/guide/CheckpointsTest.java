package io.millrace.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.checkpoint.CheckpointReader;
import io.millrace.sink.FileSinkReader;
import io.millrace.sink.FileSinks;
import io.millrace.sink.ForeignLedgerException;
import io.millrace.stream.CheckpointException;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CheckpointsTest {

  private static final int MAX_COPIES = 20;

  record Payment(String user, int amount) implements Serializable {

    static Payment parse(String line) {
      String[] fields = line.split(" ");
      return new Payment(fields[0], Integer.parseInt(fields[1]));
    }
  }

  @TempDir private Path directory;
  private Path input;
  private Path ledger;
  private Path checkpoint;
  private final Map<String, Long> screen = new ConcurrentHashMap<>();
  private int numFiles;

  @BeforeEach
  void makeInput() throws IOException {
    input = Files.createDirectory(directory.resolve("input"));
    ledger = directory.resolve("ledger");
    checkpoint = directory.resolve("checkpoint");
  }

  private void pay(String... lines) throws IOException {
    Path written = Files.write(directory.resolve("written"), List.of(lines));
    Files.move(written, input.resolve("payments-" + ++numFiles));
  }

  private StreamingContext start(Path checkpoint, Path ledger) {
    return start(checkpoint.toString(), input.toString(), ledger.toString());
  }

  private StreamingContext start(String checkpoint, String input, String ledger) {
    Conf conf = new Conf().setMaster("local[2]").setAppName("payments");
    // docs/guide/checkpoints.md begin
    StreamingContext context =
        StreamingContext.getOrCreate(
            checkpoint,
            () -> {
              StreamingContext created = new StreamingContext(conf, Duration.ofMillis(20));
              created.registerTypes(Payment.class); // records that state, windows or sinks hold
              DStream<Payment> payments =
                  created.textFileStream(input).uid("payments").map(Payment::parse);
              payments
                  .mapToPair(payment -> new Tuple2<>(payment.user(), payment.amount()))
                  .reduceByKey(Integer::sum)
                  .<Long>updateStateByKey(
                      (amounts, total) ->
                          Optional.of(total.orElse(0L) + amounts.stream().mapToLong(a -> a).sum()))
                  .uid("totals")
                  .foreachRDD(rdd -> screen.putAll(rdd.collectAsMap()));
              payments.writeTo(FileSinks.jsonLines(ledger, payment -> payment)).uid("ledger");
              return created;
            });
    context.start();
    // docs/guide/checkpoints.md end
    return context;
  }

  /** Pays, a file at a time, and waits until the ledger has so many payments. */
  private void payAndAwait(StreamingContext context, Path ledger, int numPaid, String... lines)
      throws Exception {
    Semaphore batches = new Semaphore(0);
    StreamingListener listener =
        new StreamingListener() {
          @Override
          public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
            batches.release();
          }
        };
    context.addStreamingListener(listener);
    for (String line : lines) {
      pay(line);
    }
    do {
      batches.acquire();
    } while (published(ledger).size() < numPaid);
    context.removeStreamingListener(listener);
  }

  private List<String> published(Path ledger) throws IOException {
    try (FileSinkReader reader = FileSinkReader.open(ledger.toString());
        Stream<String> lines = reader.lines()) {
      return lines.toList();
    }
  }

  @Test
  void programThatIsStartedAgain_goesOn() throws Exception {
    try (StreamingContext context = start(checkpoint, ledger)) {
      payAndAwait(context, ledger, 2, "ann 1", "bob 2");
    }
    pay("ann 3");
    try (StreamingContext context = start(checkpoint, ledger)) {
      payAndAwait(context, ledger, 4, "bob 4");
    }
    assertThat(published(ledger))
        .containsExactlyInAnyOrder(
            "{\"user\":\"ann\",\"amount\":1}",
            "{\"user\":\"bob\",\"amount\":2}",
            "{\"user\":\"ann\",\"amount\":3}",
            "{\"user\":\"bob\",\"amount\":4}");
    assertThat(screen).isEqualTo(Map.of("ann", 4L, "bob", 6L));
  }

  @Test
  void copyOfARunningProgram_isAnEarlierState() throws Exception {
    String copy = directory.resolve("copy").toString();
    long lastBatch = 0;
    try (StreamingContext context = start(checkpoint, ledger)) {
      payAndAwait(context, ledger, 2, "ann 1", "bob 2");
      for (int i = 0; i < MAX_COPIES && lastBatch == 0; i++) {
        backUp(checkpoint, directory.resolve("copy"));
        // docs/guide/checkpoints.md begin
        try (CheckpointReader reader = CheckpointReader.open(copy)) {
          if (reader.verify().isEmpty()) {
            lastBatch = reader.contents().lastBatch();
          }
        }
        // docs/guide/checkpoints.md end
      }
      payAndAwait(context, ledger, 3, "ann 3");
    }
    assertThat(lastBatch).isPositive();
    try (CheckpointReader reader = CheckpointReader.open(checkpoint.toString())) {
      assertThat(reader.contents().lastBatch()).isGreaterThan(lastBatch);
    }
    assertThatThrownBy(() -> start(copy, input.toString(), ledger.toString()))
        .as("the ledger has what was paid since")
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("is ahead of the checkpoint");
  }

  @Test
  void copyOfCheckpointAndTarget_goesOn() throws Exception {
    try (StreamingContext context = start(checkpoint, ledger)) {
      payAndAwait(context, ledger, 1, "ann 1");
    }
    Path oldCheckpoint = directory.resolve("old checkpoint");
    Path oldLedger = directory.resolve("old ledger");
    copy(checkpoint, oldCheckpoint);
    copy(ledger, oldLedger);
    try (StreamingContext context = start(checkpoint, ledger)) {
      payAndAwait(context, ledger, 2, "bob 2");
    }
    try (StreamingContext context = start(oldCheckpoint, oldLedger)) {
      payAndAwait(context, oldLedger, 3, "ann 3");
    }
    assertThat(published(oldLedger))
        .as("what was paid since is read from the input again")
        .containsExactlyInAnyOrder(
            "{\"user\":\"ann\",\"amount\":1}",
            "{\"user\":\"bob\",\"amount\":2}",
            "{\"user\":\"ann\",\"amount\":3}");
  }

  @Test
  void targetOfAnotherCheckpoint_isRefused() throws Exception {
    try (StreamingContext context = start(checkpoint, ledger)) {
      payAndAwait(context, ledger, 1, "ann 1");
    }
    assertThatThrownBy(() -> start(directory.resolve("new"), ledger))
        .isInstanceOf(CheckpointException.class)
        .hasRootCauseInstanceOf(ForeignLedgerException.class);
  }

  @Test
  void targetThatIsGone_isNamed() throws Exception {
    try (StreamingContext context = start(checkpoint, ledger)) {
      payAndAwait(context, ledger, 1, "ann 1");
    }
    assertThatThrownBy(() -> start(checkpoint, directory.resolve("empty")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("is behind the checkpoint");
  }

  /** As a script does that knows nothing but files and the order of the page. */
  private static void backUp(Path from, Path to) throws IOException {
    copyIfPresent(from.resolve("data"), to.resolve("data"));
    copyIfPresent(from.resolve("log"), to.resolve("log"));
    copyFile(from.resolve("identity"), to.resolve("identity"));
    copyIfPresent(from.resolve("data"), to.resolve("data"));
  }

  private static void copyIfPresent(Path from, Path to) throws IOException {
    if (Files.isDirectory(from)) {
      copy(from, to);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(from)) {
      walk.forEach(paths::add);
    }
    for (Path path : paths) {
      Path target = to.resolve(from.relativize(path));
      if (Files.isDirectory(path)) {
        Files.createDirectories(target);
      } else {
        copyFile(path, target);
      }
    }
  }

  private static void copyFile(Path from, Path to) throws IOException {
    try {
      Files.copy(from, to);
    } catch (FileAlreadyExistsException e) {
      return; // objects never change
    } catch (NoSuchFileException deletedMeanwhile) {
      return;
    }
  }
}
