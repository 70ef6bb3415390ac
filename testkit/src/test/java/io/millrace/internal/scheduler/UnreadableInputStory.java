package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.checkpoint.CheckpointContents;
import io.millrace.checkpoint.CheckpointContents.GivenUpEntry;
import io.millrace.checkpoint.CheckpointFormat.ClaimedInputs;
import io.millrace.internal.checkpoint.SlotLogCheckpointFormat;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.FileCheckpointStorage;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import io.millrace.testkit.CrashPoints;
import io.millrace.testkit.CrashTreatment;
import io.millrace.testkit.CrashingFiles;
import io.millrace.testkit.SimulatedProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * A program that reads three files in two batches, of which the second file is damaged from the
 * beginning, or changes before a process starts that is not the first. Where the program stops at
 * the file, the file is put back or given up, and the program started again.
 */
final class UnreadableInputStory implements CrashPoints.Story<Outside> {

  /** Where records come from. */
  enum Kind {
    TEXT("b.txt"),
    GZIP("b.gz"),
    BINARY("b.bin");

    private final String badName;

    Kind(String badName) {
      this.badName = badName;
    }

    private String plainSuffix() {
      return this == BINARY ? ".bin" : ".txt";
    }

    private byte[] plain(List<String> records) {
      String end = this == BINARY ? "" : "\n";
      return records.stream()
          .map(record -> record + end)
          .collect(Collectors.joining())
          .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] content(List<String> records) throws IOException {
      if (this != GZIP) {
        return plain(records);
      }
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (OutputStream gzip = new GZIPOutputStream(packed)) {
        gzip.write(plain(records));
      }
      return packed.toByteArray();
    }
  }

  /** What is wrong with the second file. */
  enum Damage {
    /** A gzip file, from the beginning. */
    TRUNCATED,
    /** A gzip file, from the beginning. */
    EMPTY,
    /** Before a process starts again. */
    DELETED,
    MOVED,
    APPENDED,
    /** To other content, of the same length if it is not packed. */
    CHANGED;

    boolean isFromTheBeginning() {
      return this == TRUNCATED || this == EMPTY;
    }
  }

  /** What is done about it. */
  enum Remedy {
    SKIP,
    PUT_BACK,
    GIVE_UP
  }

  // Five bytes each.
  private static final List<String> FIRST = List.of("a-one", "a-two");
  private static final List<String> SECOND = List.of("b-one", "b-two", "b-six");
  private static final List<String> THIRD = List.of("c-one");
  private static final List<String> OTHER = List.of("x-one", "x-two", "x-six");
  private static final List<String> LONGER = List.of("b-one", "b-two", "b-six", "b-ten");

  /** Key of a note that the files are there. */
  private static final String ARRIVED = "files";

  private static final Pattern BATCH = Pattern.compile("--source in --batch (\\d+) --input ");

  private final RDDContext engine;
  private final Kind kind;
  private final Damage damage;
  private final Remedy remedy;
  private final Path directory;
  private final UnaryOperator<Journal> journals;

  /**
   * @param engine with the policy that goes with the remedy, and two files for each batch
   * @param directory for the files; emptied by each start
   */
  UnreadableInputStory(RDDContext engine, Kind kind, Damage damage, Remedy remedy, Path directory) {
    this(engine, kind, damage, remedy, directory, UnaryOperator.identity());
  }

  private UnreadableInputStory(
      RDDContext engine,
      Kind kind,
      Damage damage,
      Remedy remedy,
      Path directory,
      UnaryOperator<Journal> journals) {
    this.engine = engine;
    this.journals = journals;
    this.kind = kind;
    this.damage = damage;
    this.remedy = remedy;
    this.directory = directory;
  }

  /** The story with something else in the place of the journal. */
  UnreadableInputStory withJournal(UnaryOperator<Journal> other) {
    return new UnreadableInputStory(engine, kind, damage, remedy, directory, other);
  }

  private Path bad() {
    return directory.resolve(kind.badName);
  }

  /** Puts the files there, in the place of those that are there. */
  private void arrive(boolean isDamaged) throws IOException {
    clear();
    put(directory.resolve("a" + kind.plainSuffix()), kind.plain(FIRST), 1_000);
    Optional<byte[]> content = isDamaged ? damaged() : Optional.of(kind.content(SECOND));
    if (content.isPresent()) {
      put(bad(), content.get(), 2_000);
    }
    put(directory.resolve("c" + kind.plainSuffix()), kind.plain(THIRD), 3_000);
  }

  private static void put(Path file, byte[] content, long modifiedMillis) throws IOException {
    Files.write(file, content);
    Files.setLastModifiedTime(file, FileTime.fromMillis(modifiedMillis));
  }

  private Optional<byte[]> damaged() throws IOException {
    byte[] whole = kind.content(SECOND);
    return switch (damage) {
      case TRUNCATED -> Optional.of(Arrays.copyOf(whole, whole.length - 9));
      case EMPTY -> Optional.of(new byte[0]);
      case DELETED -> Optional.empty();
      case MOVED -> {
        // To a name that the stream does not take.
        put(directory.resolve("." + kind.badName), whole, 2_000);
        yield Optional.empty();
      }
      case APPENDED -> Optional.of(kind.content(LONGER));
      case CHANGED -> Optional.of(kind.content(OTHER));
    };
  }

  private void clear() throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      for (Path file : list.toList()) {
        Files.delete(file);
      }
    }
  }

  @Override
  public Outside begin() {
    return new Outside();
  }

  @Override
  public Outside copy(Outside world) {
    return world.with(world.disk.copy(), world.numProcesses);
  }

  @Override
  public List<Outside> afterCrash(Outside world) {
    return world.disk.afterEachCrash(CrashTreatment.all(0).subList(0, 1)).stream()
        .map(disk -> world.with(disk, world.numProcesses + 1))
        .toList();
  }

  @Override
  public void run(Outside world, SimulatedProcess process) throws Exception {
    clear();
    runToEnd(world, process);
  }

  @Override
  public void recover(Outside world, SimulatedProcess process) throws Exception {
    clear();
    if (world.acknowledged.containsKey(ARRIVED)) {
      arrive(true);
    }
    runToEnd(world, process);
  }

  /** Runs the program; if it stops at the file, once more after the remedy. */
  private void runToEnd(Outside world, SimulatedProcess process) throws Exception {
    AtomicInteger number = new AtomicInteger(world.numProcesses * 100);
    try {
      runOnce(world, process, number.incrementAndGet());
    } catch (RuntimeException e) {
      if (process.isDead()) {
        throw e;
      }
      Matcher batch = BATCH.matcher(e.getMessage() + "");
      assertThat(batch.find()).as("a remedy in: %s", e).isTrue();
      assertThat(e).hasMessageContaining(bad() + " of source in (");
      assertThat(remedy).isNotEqualTo(Remedy.SKIP);
      if (remedy == Remedy.PUT_BACK) {
        arrive(false);
      } else {
        giveUp(storage(world, process, number.get()), Long.parseLong(batch.group(1)));
      }
      runOnce(world, process, number.incrementAndGet());
    }
  }

  private static CheckpointStorage storage(Outside world, SimulatedProcess process, int number) {
    AtomicInteger nonce = new AtomicInteger();
    return new FileCheckpointStorage(
        new CrashingFiles(world.disk, process), () -> number + "-" + nonce.incrementAndGet());
  }

  private void giveUp(CheckpointStorage storage, long batch) throws IOException {
    ClaimedInputs claimed =
        new SlotLogCheckpointFormat().claimInputs(storage, "in", batch, List.of(bad().toString()));
    assertThat(claimed.names()).containsExactly(bad().toString());
    claimed.record(Instant.EPOCH, "test");
  }

  private void runOnce(Outside world, SimulatedProcess process, int number) {
    try (Life life = new Life(world, process, number)) {
      life.run(engine, storage(world, process, number), this::declare);
    }
  }

  /** Numbers, with which the files come. */
  private final class Arrival extends NumberSource {

    private final Life life;

    Arrival(Life life) {
      super("numbers", 1, life);
      this.life = life;
    }

    @Override
    public Numbers nextRange(long batchTimeMillis, long previousTimeMillis) {
      if (life.outside().acknowledged.put(ARRIVED, 1) == null) {
        try {
          arrive(damage.isFromTheBeginning());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return super.nextRange(batchTimeMillis, previousTimeMillis);
    }
  }

  private void declare(StreamingContext context, Life life) {
    life.substitute(journals);
    context
        .sourceStream(life.awaited(new Arrival(life)))
        .uid("numbers")
        .map(String::valueOf)
        .writeTo(new OutsideSink(life.key(), "N"))
        .uid("n");
    DStream<String> records =
        kind == Kind.BINARY
            ? context
                .binaryRecordsStream(directory.toString(), FIRST.get(0).length())
                .uid("in")
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            : context.textFileStream(directory.toString()).uid("in");
    records.writeTo(new OutsideSink(life.key(), "A")).uid("a");
    records
        .mapToPair(record -> Tuple2.of(record, 1))
        .<Integer>updateStateByKey((more, before) -> Optional.of(before.orElse(0) + more.size()))
        .map(count -> count._1() + "=" + count._2())
        .writeTo(new OutsideSink(life.key(), "S"))
        .uid("s");
  }

  /**
   * The second file is there as it was recorded, or not at all and that is told of; as it became
   * only if it had changed before a batch recorded it. All else is there once.
   */
  @Override
  public void check(Outside world) throws Exception {
    List<String> written = rows(world, "A");
    List<String> second = new ArrayList<>(written);
    assertThat(written).startsWith(FIRST.toArray(String[]::new));
    second.subList(0, FIRST.size()).clear();
    assertThat(second).contains(THIRD.get(0));
    second.remove(THIRD.get(0));
    CheckpointContents contents =
        new SlotLogCheckpointFormat().contents(storage(world, new SimulatedProcess(), 0));
    List<String> givenUp =
        contents.givenUp().stream().map(GivenUpEntry::inputs).flatMap(List::stream).toList();
    boolean isPlanned =
        contents.batches().stream()
            .anyMatch(batch -> batch.ranges().toString().contains("/" + kind.badName));
    if (second.isEmpty()) {
      assertThat(isPlanned && remedy == Remedy.PUT_BACK).isFalse();
      assertThat(givenUp).isEqualTo(isPlanned ? List.of(bad().toString()) : List.of());
      assertThat(isPlanned || damage == Damage.DELETED || damage == Damage.MOVED).isTrue();
    } else {
      assertThat(second).isIn(SECOND, damage == Damage.APPENDED ? LONGER : OTHER);
      assertThat(damage.isFromTheBeginning()).isFalse();
      assertThat(givenUp).isEmpty();
    }
    assertThat(rows(world, "N")).containsExactly("1");
    Map<String, Long> counts =
        written.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    Map<String, String> state = new TreeMap<>();
    rows(world, "S").forEach(row -> state.put(row.split("=")[0], row.split("=")[1]));
    Map<String, String> expected = new TreeMap<>();
    counts.forEach((record, count) -> expected.put(record, String.valueOf(count)));
    assertThat(state).isEqualTo(expected);
    assertThat(counts.values()).containsOnly(1L);
  }

  private static List<String> rows(Outside world, String target) {
    return world.written(target).stream().flatMap(batch -> batch.rows().stream()).toList();
  }
}
