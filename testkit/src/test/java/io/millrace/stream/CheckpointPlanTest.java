package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.Tuple2;
import io.millrace.checkpoint.CheckpointContents;
import io.millrace.checkpoint.CheckpointReader;
import io.millrace.sink.FileSinks;
import io.millrace.stream.CheckpointPlan.Entry;
import io.millrace.stream.CheckpointPlan.Fate;
import io.millrace.stream.CheckpointPlan.Kind;
import io.millrace.stream.CheckpointPlan.Verdict;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerCheckpointPlanned;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A plan tells what a start makes of a checkpoint, and changes nothing. */
@Timeout(60)
class CheckpointPlanTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir private Path directory;
  private Path checkpoint;
  private Path input;
  private Path ledger;
  private final ManualClock clock = new ManualClock();
  private String master = "local[2]";
  private String maxInlineBytes = "16k";

  /** Versions of a program whose first has a source, three that keep values, and an output. */
  private enum Version {
    FIRST,
    WITH_MORE(Verdict.NEW, "STATE maximum", "OUTPUT second"),
    ON_MORE_CORES(Verdict.REBUILT, "STATE totals", "WINDOW sums"),
    WITHOUT_STATE(Verdict.REFUSED, "STATE totals"),
    DROPPING_STATE(Verdict.DROPPED, "STATE totals"),
    WITHOUT_WINDOWS(Verdict.REFUSED, "STATE sums", "WINDOW recent"),
    DROPPING_WINDOWS(Verdict.DROPPED, "STATE sums", "WINDOW recent"),
    WITHOUT_OUTPUT(Verdict.REFUSED, "OUTPUT ledger"),
    DROPPING_OUTPUT(Verdict.DROPPED, "OUTPUT ledger"),
    WITH_ANOTHER_SOURCE(Verdict.REFUSED, "SOURCE lines"),
    DROPPING_THE_SOURCE(Verdict.DROPPED, "SOURCE lines"),
    WITH_OTHER_PANES(Verdict.REFUSED, "WINDOW sums"),
    DROPPING_PANES(Verdict.DROPPED, "WINDOW sums"),
    WITH_A_STATE_IN_PLACE_OF_A_WINDOW(Verdict.REFUSED, "WINDOW recent"),
    WITH_A_QUEUE(Verdict.REFUSED, "SOURCE queueStream");

    private final Verdict verdict;
    private final List<String> affected;

    Version() {
      this(Verdict.KEPT);
    }

    Version(Verdict verdict, String... affected) {
      this.verdict = verdict;
      this.affected = List.of(affected);
    }

    boolean is(Version... versions) {
      return List.of(versions).contains(this);
    }
  }

  @BeforeEach
  void makeDirectories() throws IOException {
    checkpoint = directory.resolve("checkpoint");
    input = Files.createDirectory(directory.resolve("input"));
    ledger = directory.resolve("ledger");
  }

  private Consumer<StreamingContext> program(Version version) {
    return context -> declare(context, version);
  }

  private void declare(StreamingContext context, Version version) {
    boolean isOtherSource = version.is(Version.WITH_ANOTHER_SOURCE, Version.DROPPING_THE_SOURCE);
    DStream<String> lines =
        context.textFileStream(input.toString(), false).uid(isOtherSource ? "others" : "lines");
    PairDStream<String, Long> ones = lines.mapToPair(line -> Tuple2.of(line, 1L));
    if (!version.is(Version.WITHOUT_STATE, Version.DROPPING_STATE)) {
      ones.<Long>updateStateByKey((values, sum) -> Optional.of(sum.orElse(0L) + values.size()))
          .uid("totals")
          .foreachRDD(rdd -> rdd.count());
    }
    if (!version.is(Version.WITHOUT_WINDOWS, Version.DROPPING_WINDOWS)) {
      boolean isFiner = version.is(Version.WITH_OTHER_PANES, Version.DROPPING_PANES);
      ones.reduceByKeyAndWindow(
              Long::sum, Duration.ofSeconds(isFiner ? 3 : 4), Duration.ofSeconds(isFiner ? 3 : 2))
          .uid("sums")
          .foreachRDD(rdd -> rdd.count());
      if (version == Version.WITH_A_STATE_IN_PLACE_OF_A_WINDOW) {
        ones.<Long>updateStateByKey((values, sum) -> sum).uid("recent").foreachRDD(rdd -> {});
      } else {
        lines.window(Duration.ofSeconds(3)).uid("recent").foreachRDD(rdd -> rdd.count());
      }
    }
    if (!version.is(Version.WITHOUT_OUTPUT, Version.DROPPING_OUTPUT)) {
      lines.writeTo(FileSinks.lines(ledger.toString(), line -> line)).uid("ledger");
    }
    if (version == Version.WITH_MORE) {
      ones.<Long>updateStateByKey((values, sum) -> sum).uid("maximum").foreachRDD(rdd -> {});
      lines
          .writeTo(FileSinks.lines(directory.resolve("second").toString(), line -> line))
          .uid("second");
    }
    if (version == Version.WITH_A_QUEUE) {
      context.<String>queueStream(new LinkedList<>()).foreachRDD(rdd -> {});
    }
    switch (version) {
      case DROPPING_STATE -> context.allowDrop("totals");
      case DROPPING_WINDOWS -> context.allowDrop("sums", "recent");
      case DROPPING_OUTPUT -> context.allowDrop("ledger");
      case DROPPING_THE_SOURCE -> context.allowDrop("lines");
      case DROPPING_PANES -> context.allowDrop("sums");
      default -> {}
    }
  }

  private StreamingContext context(Consumer<StreamingContext> declare) {
    Conf conf =
        new Conf()
            .setMaster(master)
            .setAppName("plan")
            .set(Settings.CHECKPOINT_MAX_INLINE_BYTES.key(), maxInlineBytes);
    StreamingContext context = StreamingContext.builder(conf, SECOND).clock(clock).build();
    context.checkpoint(checkpoint.toString());
    declare.accept(context);
    return context;
  }

  private CheckpointPlan plan(Consumer<StreamingContext> declare) {
    try (StreamingContext context = context(declare)) {
      return context.checkpointPlan();
    }
  }

  private void run(int numBatches, Consumer<StreamingContext> declare) throws Exception {
    try (StreamingContext context = context(declare)) {
      context.start();
      awaitIdle(context);
      for (int i = 0; i < numBatches; i++) {
        clock.advance(SECOND);
        awaitIdle(context);
      }
    }
  }

  private void awaitIdle(StreamingContext context) throws Exception {
    while (!clock.awaitIdle(1, Duration.ofMillis(50))) {
      if (context.awaitTerminationOrTimeout(0)) {
        throw new IllegalStateException("the context has stopped");
      }
    }
  }

  private void file(String name, String... lines) throws IOException {
    Path written = Files.write(directory.resolve(name), List.of(lines));
    Files.move(written, input.resolve(name));
  }

  private void runTheFirst() throws Exception {
    file("a", "x", "y");
    run(2, program(Version.FIRST));
    file("b", "x");
    run(1, program(Version.FIRST));
  }

  /** Leaves batch 2 open, with the file b as its input. */
  private void breakInBatch2() throws Exception {
    file("a", "x");
    Consumer<StreamingContext> failing =
        context -> {
          declare(context, Version.FIRST);
          context
              .textFileStream(input.toString(), false)
              .uid("more")
              .foreachBatch(
                  (rdd, batch) -> {
                    if (batch.number() == 2) {
                      throw new IllegalStateException("broken");
                    }
                  });
        };
    try (StreamingContext context = context(failing)) {
      context.start();
      awaitIdle(context);
      clock.advance(SECOND);
      awaitIdle(context);
      file("b", "y");
      clock.advance(SECOND);
      assertThatThrownBy(context::awaitTermination).hasMessageContaining("broken");
    }
  }

  private static List<String> with(CheckpointPlan plan, Verdict verdict) {
    return plan.entries().stream()
        .filter(entry -> entry.verdict() == verdict)
        .map(entry -> entry.kind() + " " + entry.id())
        .toList();
  }

  /** All files with what is in them. */
  private Map<String, String> everything() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.filter(Files::isRegularFile).toList()) {
        contents.put(
            directory.relativize(path).toString(),
            HexFormat.of().formatHex(Files.readAllBytes(path)));
      }
    }
    return contents;
  }

  @ParameterizedTest
  @EnumSource
  void whatIsAnnounced_isWhatHappens(Version version) throws Exception {
    runTheFirst();
    master = version == Version.ON_MORE_CORES ? "local[3]" : master;
    Map<String, String> before = everything();

    CheckpointPlan plan = plan(program(version));

    assertThat(everything()).isEqualTo(before);
    assertThat(with(plan, version.verdict)).containsAll(version.affected);
    assertThat(plan.isAccepted()).isEqualTo(version.verdict != Verdict.REFUSED);
    assertThat(plan.lastBatch()).isEqualTo(3);
    assertThat(plan.openBatch()).isEmpty();
    assertThat(plan.refusals()).isEmpty();
    for (Verdict other : List.of(Verdict.REBUILT, Verdict.DROPPED, Verdict.REFUSED)) {
      if (other != version.verdict) {
        assertThat(with(plan, other)).as("%s", other).isEmpty();
      }
    }
    if (!plan.isAccepted()) {
      assertThatThrownBy(() -> run(1, program(version)))
          .isInstanceOf(CheckpointException.class)
          .message()
          .satisfies(
              message ->
                  assertThat(version.affected)
                      .allMatch(subject -> message.contains(subject.split(" ", -1)[1])));
      return;
    }
    run(1, program(version));
    CheckpointContents after;
    try (CheckpointReader reader = CheckpointReader.open(checkpoint.toString())) {
      after = reader.contents();
    }
    List<String> kept = new ArrayList<>();
    after.sources().forEach(source -> kept.add(source.id()));
    after.states().forEach(state -> kept.add(state.id()));
    after.windows().forEach(window -> kept.add(window.id()));
    after.outputs().forEach(output -> kept.add(output.id()));
    for (Entry entry : plan.entries()) {
      if (entry.verdict() == Verdict.DROPPED && version != Version.DROPPING_PANES) {
        assertThat(kept).doesNotContain(entry.id());
      } else if (entry.verdict() == Verdict.KEPT || entry.verdict() == Verdict.REBUILT) {
        assertThat(kept).contains(entry.id());
      }
    }
  }

  @Test
  void theSameProgram_goesOnWithEverything() throws Exception {
    runTheFirst();
    assertThat(plan(program(Version.FIRST)).entries())
        .extracting(Entry::kind, Entry::id, Entry::verdict)
        .containsExactly(
            tuple(Kind.SOURCE, "lines", Verdict.KEPT),
            tuple(Kind.STATE, "totals", Verdict.KEPT),
            tuple(Kind.WINDOW, "sums", Verdict.KEPT),
            tuple(Kind.WINDOW, "recent", Verdict.KEPT),
            tuple(Kind.OUTPUT, "ledger", Verdict.KEPT));
  }

  @Test
  void aRefusal_hasTheRemedy() throws Exception {
    runTheFirst();
    assertThat(plan(program(Version.WITHOUT_STATE)).lines())
        .contains("the program would not start")
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("refused  state   totals  ")
                    .contains("say allowDrop(\"totals\")"));
  }

  /** Starts a program that is refused, beside one that runs. */
  private void startRefused(Version version, String reason) {
    try (StreamingContext refused = context(program(version))) {
      assertThatThrownBy(refused::start)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(reason);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "WITHOUT_STATE, totals",
    "WITHOUT_OUTPUT, ledger",
    "WITH_ANOTHER_SOURCE, lines",
    "WITH_OTHER_PANES, sums"
  })
  void aStartThatIsRefused_leavesTheDriverThatRunsAtWork(Version version, String lost)
      throws Exception {
    file("a", "x");
    try (StreamingContext running = context(program(Version.FIRST))) {
      running.start();
      awaitIdle(running);
      clock.advance(SECOND);
      awaitIdle(running);

      startRefused(version, lost);

      file("b", "y");
      clock.advance(SECOND);
      awaitIdle(running);
    }
    assertThat(plan(program(Version.FIRST)).lastBatch()).isEqualTo(2);
  }

  @Test
  void aStartThatLacksASourceOfTheOpenBatch_leavesTheDriverThatRunsItAtWork() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    Consumer<StreamingContext> waiting =
        context -> {
          declare(context, Version.DROPPING_THE_SOURCE);
          context
              .textFileStream(input.toString(), false)
              .uid("more")
              .foreachRDD(
                  rdd -> {
                    begun.countDown();
                    released.await();
                  });
        };
    try (StreamingContext running = context(waiting)) {
      running.start();
      awaitIdle(running);
      file("a", "x");
      clock.advance(SECOND);
      begun.await();

      startRefused(Version.DROPPING_THE_SOURCE, "batch 1 is planned with input of more");

      released.countDown();
      awaitIdle(running);
    }
    assertThat(plan(waiting).lastBatch()).isEqualTo(1);
  }

  @Test
  void withoutACheckpoint_everythingIsNew_andNothingIsMade() {
    CheckpointPlan plan = plan(program(Version.FIRST));
    assertThat(plan.isAccepted()).isTrue();
    assertThat(plan.lastBatch()).isZero();
    assertThat(plan.entries()).hasSize(5).allMatch(entry -> entry.verdict() == Verdict.NEW);
    assertThat(checkpoint).doesNotExist();
  }

  @Test
  void anOpenBatch_runsAgain_whenNoOutputCanHaveIt() throws Exception {
    breakInBatch2();
    master = "local[3]";
    List<String> seen = new CopyOnWriteArrayList<>();
    Consumer<StreamingContext> next =
        context -> {
          declare(context, Version.FIRST);
          context
              .textFileStream(input.toString(), false)
              .uid("more")
              .foreachBatch((rdd, batch) -> seen.add(batch.number() + " " + batch.isRepeat()));
        };

    CheckpointPlan plan = plan(next);

    assertThat(plan.isAccepted()).isTrue();
    assertThat(plan.openBatch())
        .hasValueSatisfying(
            batch -> {
              assertThat(batch.number()).isEqualTo(2);
              assertThat(batch.fate()).isEqualTo(Fate.RUN_AGAIN);
              assertThat(batch.parallelism()).isEqualTo(2);
              assertThat(batch.presentParallelism()).isEqualTo(3);
            });
    run(1, next);
    assertThat(seen).containsExactly("2 true", "3 false");
  }

  @Test
  void anOutputThatWasDropped_canNotComeBackToItsTarget_butToAnother() throws Exception {
    runTheFirst();
    run(1, program(Version.DROPPING_OUTPUT));
    file("c", "z");
    run(1, program(Version.DROPPING_OUTPUT));
    assertThatThrownBy(() -> run(1, program(Version.FIRST)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("output ledger")
        .hasMessageContaining("has batch 3 of this checkpoint")
        .hasMessageContaining("it was dropped")
        .hasMessageContaining("another id by .uid(...) and an empty target");
    file("d", "last");
    Path other = directory.resolve("other");
    run(
        1,
        context -> {
          declare(context, Version.DROPPING_OUTPUT);
          context
              .textFileStream(input.toString(), true)
              .uid("more")
              .writeTo(FileSinks.lines(other.toString(), line -> line))
              .uid("ledger-2");
        });
    assertThat(other).isDirectory();
  }

  @Test
  void aSourceOfTheOpenBatch_canNotBeDropped() throws Exception {
    breakInBatch2();
    Consumer<StreamingContext> next =
        context -> {
          declare(context, Version.FIRST);
          context.allowDrop("more");
        };
    assertThat(plan(next).lines())
        .anySatisfy(line -> assertThat(line).startsWith("refused  source  more").contains("until"));
    assertThatThrownBy(() -> run(1, next))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("batch 2 is planned with input of more");
  }

  @Test
  void inputOfOtherContentAndTheSameLength_isRefused_anotherTimeAloneIsNot() throws Exception {
    breakInBatch2();
    byte[] right = Files.readAllBytes(input.resolve("b"));
    byte[] other = right.clone();
    other[0] ^= 1;
    Consumer<StreamingContext> next =
        context -> {
          declare(context, Version.FIRST);
          context.textFileStream(input.toString(), false).uid("more").foreachRDD(rdd -> {});
        };
    Files.write(input.resolve("b"), other);
    assertThatThrownBy(() -> run(1, next))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("b has other content of the same length")
        .hasMessageContaining("put it back");

    Files.write(input.resolve("b"), right);
    Files.setLastModifiedTime(input.resolve("b"), FileTime.fromMillis(86_400_000));
    assertThat(plan(next).isAccepted()).isTrue();
    run(1, next);
  }

  @Test
  void inputThatIsGone_isToldBeforehand_andIsReadOnceWhenItIsBack() throws Exception {
    breakInBatch2();
    Path taken = Files.move(input.resolve("b"), directory.resolve("b"));
    Consumer<StreamingContext> next =
        context -> {
          declare(context, Version.FIRST);
          context.textFileStream(input.toString(), false).uid("more").foreachRDD(rdd -> {});
        };

    assertThat(plan(next).entries())
        .filteredOn(entry -> entry.id().equals("lines"))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.verdict()).isEqualTo(Verdict.REFUSED);
              assertThat(entry.reason()).contains("b is gone").contains("put it back");
            });
    assertThatThrownBy(() -> run(1, next))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("b is gone")
        .hasMessageContaining("put it back");

    Files.move(taken, input.resolve("b"));
    assertThat(plan(next).isAccepted()).isTrue();
    run(1, next);
    List<Map<String, Long>> totals = new CopyOnWriteArrayList<>();
    run(
        1,
        context -> {
          declare(context, Version.WITHOUT_STATE);
          DStream<String> lines = context.textFileStream(input.toString(), false).uid("more");
          lines
              .mapToPair(line -> Tuple2.of(line, 1L))
              .<Long>updateStateByKey((values, sum) -> sum)
              .uid("totals")
              .foreachRDD(rdd -> totals.add(new TreeMap<>(rdd.collectAsMap())));
        });
    assertThat(totals).containsExactly(Map.of("x", 1L, "y", 1L));
  }

  @Test
  void aDamagedCheckpoint_isRefused() throws Exception {
    runTheFirst();
    Path identity = checkpoint.resolve("identity");
    byte[] bytes = Files.readAllBytes(identity);
    bytes[10] ^= 1;
    Files.write(identity, bytes);
    CheckpointPlan plan = plan(program(Version.FIRST));
    assertThat(plan.isAccepted()).isFalse();
    assertThat(plan.refusals()).singleElement().asString().contains("identity").contains("damaged");
    assertThatThrownBy(() -> run(1, program(Version.FIRST)))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void aStateWhoseFileIsMissing_isRefused() throws Exception {
    maxInlineBytes = "0";
    runTheFirst();
    try (Stream<Path> data = Files.list(checkpoint.resolve("data"))) {
      for (Path path : data.toList()) {
        Files.delete(path);
      }
    }
    assertThat(with(plan(program(Version.FIRST)), Verdict.REFUSED))
        .containsExactly("SOURCE lines", "STATE totals", "WINDOW sums");
    assertThatThrownBy(() -> run(1, program(Version.FIRST)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("can't be restored");
  }

  @Test
  void aProgramWithoutCheckpoint_hasNothingToPlan() {
    Conf conf = new Conf().setMaster("local[1]").setAppName("plan");
    try (StreamingContext context = new StreamingContext(conf, SECOND)) {
      context.textFileStream(input.toString()).print();
      assertThatThrownBy(context::checkpointPlan)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("checkpoint(directory)");
    }
  }

  @Test
  void aContextThatHasPlanned_canNotBeStarted() {
    try (StreamingContext context = context(program(Version.FIRST))) {
      context.checkpointPlan();
      assertThat(context.getState()).isEqualTo(StreamingContextState.STOPPED);
      assertThatThrownBy(context::start).isInstanceOf(IllegalStateException.class);
    }
  }

  /** Made by contexts, as the configuration says. */
  public static final class Hearing implements StreamingListener {
    private static final List<CheckpointPlan> PLANS = new CopyOnWriteArrayList<>();

    @Override
    public void onCheckpointPlanned(StreamingListenerCheckpointPlanned planned) {
      PLANS.add(planned.plan());
    }
  }

  @Test
  void underTheSetting_aStartOnlyPlans_forThePlaceThatItNames() throws Exception {
    runTheFirst();
    Map<String, String> before = everything();
    Hearing.PLANS.clear();
    Conf conf =
        new Conf()
            .setMaster("local[2]")
            .setAppName("plan")
            .set(Settings.CHECKPOINT_PLAN.key(), checkpoint.toString())
            .set(Settings.EXTRA_LISTENERS.key(), Hearing.class.getName());
    try (StreamingContext context = StreamingContext.builder(conf, SECOND).clock(clock).build()) {
      context.checkpoint(directory.resolve("elsewhere").toString());
      declare(context, Version.FIRST);
      context.start();
      context.awaitTermination();
    }
    assertThat(Hearing.PLANS)
        .singleElement()
        .satisfies(plan -> assertThat(plan.location()).isEqualTo(checkpoint.toString()));
    assertThat(everything()).isEqualTo(before);
  }
}
