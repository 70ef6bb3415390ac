package io.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sink.ForeignLedgerException;
import io.millrace.sink.Marker;
import io.millrace.sink.SinkContext;
import io.millrace.sink.SinkSession;
import io.millrace.sink.StageContext;
import io.millrace.sink.StagedRows;
import io.millrace.sink.TransactionalSink;
import io.millrace.spi.checkpoint.FencedException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link TransactionalSink} must do, as tests: extend it, say how a sink on a fresh
 * target is made and how a reader sees that target, and run it with JUnit.
 *
 * <p>It drives the contract as an engine does, without one: it stages partitions under attempts
 * that win and lose, commits, commits again, opens the sink as drivers of higher and lower epochs,
 * and breaks off in the middle. After each it compares what a reader sees with what must be there.
 *
 * @param <R> type of the sink's staged rows
 */
public abstract class SinkContract<R> {

  private static final String CHECKPOINT = "0c8c5b0e-6a31-4b7e-9f5e-2b9b7a1c4d01";
  private static final String OTHER_CHECKPOINT = "7d1f2a64-93c2-4c52-8a07-5e0fb1a3c902";
  private static final String OUTPUT = "payments";
  private static final long BATCH_TIME_MILLIS = 1_700_000_000_000L;

  private final List<SinkSession<R>> sessions = new ArrayList<>();
  private @Nullable Target<R> target;
  private long lastAttempt;

  /**
   * What the sink under test is given to write.
   *
   * @param id different for any two records of a test
   * @param text any characters, line breaks and quotes among them; may be null
   */
  public record Entry(long id, @Nullable String text) implements Serializable {}

  /**
   * A place to write to, and a look at it from outside.
   *
   * @param <R> type of the sink's staged rows
   */
  public interface Target<R> extends AutoCloseable {

    /** The sink on this place; any number of them may be asked for. */
    TransactionalSink<Entry, R> sink();

    /**
     * What a reader sees now, in the order in which it was written. Called from another thread
     * while the sink commits, too.
     */
    List<Entry> visible() throws Exception;

    /** How to break a commit, if that can be done here. */
    default Optional<Faults> faults() {
      return Optional.empty();
    }

    /** Takes the place down. */
    @Override
    default void close() throws Exception {}
  }

  /** Breaks the one atomic step of a commit. */
  public interface Faults {

    /** The next commit of any session fails before its atomic step is taken. */
    void failBeforeNextStep();

    /**
     * The atomic step of the next commit of any session is taken, but the session is told it
     * failed.
     */
    void failAfterNextStep();
  }

  /** A place where no sink has been yet. */
  protected abstract Target<R> freshTarget() throws Exception;

  @BeforeEach
  final void makeTarget() throws Exception {
    target = freshTarget();
  }

  @AfterEach
  final void closeAll() throws Exception {
    for (SinkSession<R> session : sessions) {
      session.close();
    }
    if (target != null) {
      target.close();
    }
  }

  @Test
  void open_ofAFreshTargetHasNoMarkerAndShowsNothing() throws Exception {
    SinkSession<R> session = open(1);

    assertEquals(Optional.empty(), session.marker());
    assertVisible();
  }

  @Test
  void stage_makesNothingVisible() throws Exception {
    open(1);

    stage(1, 1, entries(1, 2));

    assertVisible();
  }

  @Test
  void commit_makesAllRowsVisibleAndMovesTheMarker() throws Exception {
    SinkSession<R> session = open(1);

    session.commit(new Marker(1, 1), stage(1, 1, entries(1, 2), entries(3)));

    assertVisible(1, 2, 3);
    assertEquals(Optional.of(new Marker(1, 1)), session.marker());
  }

  @Test
  void commit_keepsTheOrderOfPartitionsAndOfTheirRecords() throws Exception {
    SinkSession<R> session = open(1);

    session.commit(
        new Marker(1, 1), stage(1, 1, entries(9, 3), entries(), entries(7, 1, 8), entries(2)));
    session.commit(new Marker(2, 1), stage(2, 1, entries(6), entries(5, 4)));

    assertVisible(9, 3, 7, 1, 8, 2, 6, 5, 4);
  }

  @Test
  void commit_ofTheSameMarkerAgainWritesNothing() throws Exception {
    SinkSession<R> session = open(1);
    StagedRows<R> rows = stage(1, 1, entries(1, 2));

    session.commit(new Marker(1, 1), rows);
    session.commit(new Marker(1, 1), rows);

    assertVisible(1, 2);
    assertEquals(Optional.of(new Marker(1, 1)), session.marker());
  }

  @Test
  void commit_ofTheSameMarkerByTheNextDriverWritesNothing() throws Exception {
    StagedRows<R> rows = stageAfter(open(1), 1, 1, entries(1, 2));
    lastSession().commit(new Marker(1, 1), rows);
    SinkSession<R> next = open(2);

    next.commit(new Marker(1, 1), rows);
    next.commit(new Marker(2, 2), stage(2, 2, entries(3)));

    assertVisible(1, 2, 3);
  }

  @Test
  void commit_ofABatchThatIsNotLaterIsRefused() throws Exception {
    SinkSession<R> session = open(1);
    session.commit(new Marker(3, 1), stage(3, 1, entries(1)));

    StagedRows<R> earlier = stage(2, 1, entries(2));
    assertThrows(
        IllegalStateException.class, () -> session.commit(new Marker(2, 1), earlier), "earlier");
    SinkSession<R> next = open(2);
    StagedRows<R> otherAttempt = stage(3, 2, entries(3));
    assertThrows(
        IllegalStateException.class,
        () -> next.commit(new Marker(3, 2), otherAttempt),
        "another attempt at the same batch");

    assertVisible(1);
  }

  @Test
  void commit_ofABatchWithoutRowsMovesTheMarker() throws Exception {
    SinkSession<R> session = open(1);

    session.commit(new Marker(1, 1), stage(1, 1, entries(), entries()));
    session.commit(new Marker(2, 1), stage(2, 1));

    assertVisible();
    assertEquals(Optional.of(new Marker(2, 1)), session.marker());
    assertEquals(Optional.of(new Marker(2, 1)), open(2).marker());
  }

  @Test
  void commit_skipsNumbersOfBatchesThatHadNothing() throws Exception {
    SinkSession<R> session = open(1);

    session.commit(new Marker(4, 1), stage(4, 1, entries(1)));
    session.commit(new Marker(5_000, 1), stage(5_000, 1, entries(2)));

    assertVisible(1, 2);
    assertEquals(Optional.of(new Marker(5_000, 1)), open(2).marker());
  }

  @Test
  void commit_keepsNullsLineBreaksQuotesAndEveryLetter() throws Exception {
    List<Entry> odd =
        List.of(
            new Entry(1, null),
            new Entry(2, ""),
            new Entry(3, "two\r\nlines, \"quoted\", 'so', \\n and \t"),
            new Entry(4, "żółć 数据 \uD83D\uDE00 \u2028"),
            new Entry(5, "; DROP TABLE payments; --"));
    SinkSession<R> session = open(1);

    session.commit(new Marker(1, 1), stage(1, 1, odd));

    assertEquals(odd, target().visible());
  }

  @Test
  void commit_ofManyRowsIsWhole() throws Exception {
    long[] ids = LongStream.rangeClosed(1, 2_500).toArray();
    SinkSession<R> session = open(1);

    session.commit(new Marker(1, 1), stage(1, 1, entries(ids)));

    assertVisible(ids);
  }

  @Test
  void commit_isSeenWholeOrNotAtAllByAReaderBesideIt() throws Exception {
    int numBatches = 12;
    int numRows = 40;
    Target<R> place = target();
    FutureTask<Long> reader =
        new FutureTask<>(
            () -> {
              long looks = 0;
              int size = 0;
              while (size < numBatches * numRows) {
                int newSize = place.visible().size();
                assertEquals(0, newSize % numRows, newSize + " rows are no whole batches");
                assertTrue(newSize >= size, "rows vanished");
                size = newSize;
                looks++;
              }
              return looks;
            });
    SinkSession<R> session = open(1);
    Thread thread = new Thread(reader, "reader of " + place);
    thread.start();
    try {
      for (int batch = 1; batch <= numBatches; batch++) {
        long first = (long) batch * numRows;
        List<Entry> half = entries(LongStream.range(first, first + numRows / 2).toArray());
        List<Entry> rest =
            entries(LongStream.range(first + numRows / 2, first + numRows).toArray());
        session.commit(new Marker(batch, 1), stage(batch, 1, half, rest));
      }
      assertTrue(reader.get(60, TimeUnit.SECONDS) > 0);
    } finally {
      reader.cancel(true);
      thread.join();
    }
  }

  @Test
  void marker_survivesTheDriver() throws Exception {
    SinkSession<R> session = open(1);
    session.commit(new Marker(1, 1), stage(1, 1, entries(1)));
    session.commit(new Marker(2, 1), stage(2, 1, entries(2)));
    session.close();
    session.close();

    assertEquals(Optional.of(new Marker(2, 1)), open(2).marker());
    assertVisible(1, 2);
  }

  @Test
  void marker_namesTheAttemptThatALaterDriverCompletes() throws Exception {
    StagedRows<R> rows = stageAfter(open(1), 1, 1, entries(1, 2));
    SinkSession<R> next = open(5);

    next.commit(new Marker(1, 1), rows);

    assertVisible(1, 2);
    assertEquals(Optional.of(new Marker(1, 1)), next.marker());
    assertEquals(Optional.of(new Marker(1, 1)), open(6).marker());
  }

  @Test
  void open_fencesDriversOfLowerEpochs() throws Exception {
    SinkSession<R> old = open(1);
    StagedRows<R> rows = stage(1, 1, entries(1));

    open(2);

    assertThrows(FencedException.class, () -> old.commit(new Marker(1, 1), rows));
    assertVisible();
  }

  @Test
  void open_fencesADriverThatHasSleptWhileOthersCommitted() throws Exception {
    SinkSession<R> old = open(1);
    old.commit(new Marker(1, 1), stage(1, 1, entries(1)));
    StagedRows<R> rows = stage(2, 1, entries(2));

    SinkSession<R> second = open(2);
    second.commit(new Marker(2, 2), stage(2, 2, entries(20)));
    SinkSession<R> third = open(3);
    third.commit(new Marker(3, 3), stage(3, 3, entries(30)));

    assertThrows(FencedException.class, () -> old.commit(new Marker(2, 1), rows));
    assertThrows(
        FencedException.class,
        () -> second.commit(new Marker(4, 2), stage(4, 2, entries(4))),
        "the second driver");
    StagedRows<R> later = stage(9, 1, entries(9));
    assertThrows(FencedException.class, () -> old.commit(new Marker(9, 1), later), "a later batch");
    assertVisible(1, 20, 30);
    third.commit(new Marker(4, 3), stage(4, 3, entries(40)));
    assertVisible(1, 20, 30, 40);
  }

  @Test
  void open_ofALowerEpochIsRefused() throws Exception {
    SinkSession<R> current = open(7);

    assertThrows(FencedException.class, () -> open(6));

    current.commit(new Marker(1, 7), stage(1, 7, entries(1)));
    assertVisible(1);
  }

  @Test
  void open_ofTheSameEpochByAnotherDriverIsRefused() throws Exception {
    SinkSession<R> current = open(7);

    assertThrows(FencedException.class, () -> open(CHECKPOINT, 7, UUID.randomUUID()));

    current.commit(new Marker(1, 7), stage(1, 7, entries(1)));
    assertVisible(1);
  }

  @Test
  void open_ofAnotherCheckpointIsRefusedWhereOneHasWritten() throws Exception {
    SinkSession<R> session = open(1);
    session.commit(new Marker(1, 1), stage(1, 1, entries(1)));

    ForeignLedgerException refusal =
        assertThrows(ForeignLedgerException.class, () -> open(OTHER_CHECKPOINT, 9, new UUID(0, 9)));

    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains(CHECKPOINT), message);
    assertTrue(message.contains(OTHER_CHECKPOINT), message);
    session.commit(new Marker(2, 1), stage(2, 1, entries(2)));
    assertVisible(1, 2);
  }

  @Test
  void stage_ofAttemptsThatDoNotCountLeavesNothingVisible() throws Exception {
    SinkSession<R> session = open(1);
    stage(1, 1, entries(1, 2), entries(3));
    assertThrows(
        IllegalStateException.class,
        () -> stagePartition(1, 1, 0, failingAfter(entries(1, 2))),
        "a record that can't be computed");
    StagedRows<R> winner = stage(1, 1, entries(1, 2), entries(3));
    stage(1, 1, entries(1, 2), entries(3));

    session.commit(new Marker(1, 1), winner);
    session.commit(new Marker(2, 1), stage(2, 1, entries(4)));

    assertVisible(1, 2, 3, 4);
  }

  @Test
  void stage_isRepeatedByTheNextDriverWithoutATraceOfTheFirst() throws Exception {
    SinkSession<R> old = open(1);
    StagedRows<R> abandoned = stage(1, 1, entries(1, 2), entries(3));
    SinkSession<R> next = open(2);

    next.commit(new Marker(1, 2), stage(1, 2, entries(1, 2), entries(3)));

    assertThrows(FencedException.class, () -> old.commit(new Marker(1, 1), abandoned));
    assertVisible(1, 2, 3);
  }

  @Test
  void commit_thatFailsBeforeItsStepIsMadeByTheNextDriver() throws Exception {
    Faults faults = faults();
    StagedRows<R> rows = stageAfter(open(1), 1, 1, entries(1, 2));
    faults.failBeforeNextStep();

    assertThrows(Exception.class, () -> lastSession().commit(new Marker(1, 1), rows));

    assertVisible();
    SinkSession<R> next = open(2);
    assertEquals(Optional.empty(), next.marker());
    next.commit(new Marker(1, 1), rows);
    assertVisible(1, 2);
  }

  @Test
  void commit_thatFailsBeforeItsStepCanBeRepeated() throws Exception {
    Faults faults = faults();
    SinkSession<R> session = open(1);
    StagedRows<R> rows = stage(1, 1, entries(1, 2));
    faults.failBeforeNextStep();
    assertThrows(Exception.class, () -> session.commit(new Marker(1, 1), rows));

    session.commit(new Marker(1, 1), rows);

    assertVisible(1, 2);
  }

  @Test
  void commit_whoseAnswerIsLostIsFoundByTheNextDriver() throws Exception {
    Faults faults = faults();
    StagedRows<R> rows = stageAfter(open(1), 1, 1, entries(1, 2));
    faults.failAfterNextStep();

    commitPerhaps(lastSession(), new Marker(1, 1), rows);

    SinkSession<R> next = open(2);
    assertEquals(Optional.of(new Marker(1, 1)), next.marker());
    next.commit(new Marker(1, 1), rows);
    assertVisible(1, 2);
  }

  @Test
  void commit_whoseAnswerIsLostCanBeRepeated() throws Exception {
    Faults faults = faults();
    SinkSession<R> session = open(1);
    StagedRows<R> rows = stage(1, 1, entries(1, 2));
    faults.failAfterNextStep();
    commitPerhaps(session, new Marker(1, 1), rows);

    session.commit(new Marker(1, 1), rows);
    session.commit(new Marker(2, 1), stage(2, 1, entries(3)));

    assertVisible(1, 2, 3);
  }

  /** A sink may find out by itself what became of a commit, or say that it does not know. */
  private static <R> void commitPerhaps(SinkSession<R> session, Marker marker, StagedRows<R> rows) {
    try {
      session.commit(marker, rows);
    } catch (Exception e) {
      assertTrue(session.marker().isEmpty(), "a failed commit must not move the marker");
    }
  }

  private Faults faults() {
    Optional<Faults> faults = target().faults();
    Assumptions.assumeTrue(faults.isPresent(), "commits can't be broken here");
    return faults.orElseThrow();
  }

  private Target<R> target() {
    if (target == null) {
      throw new IllegalStateException("no test is running");
    }
    return target;
  }

  private SinkSession<R> open(long epoch) throws Exception {
    return open(CHECKPOINT, epoch, new UUID(1, epoch));
  }

  private SinkSession<R> open(String checkpoint, long epoch, UUID owner) throws Exception {
    SinkSession<R> session =
        target().sink().open(new SinkContext(checkpoint, OUTPUT, epoch, owner));
    sessions.add(session);
    return session;
  }

  private SinkSession<R> lastSession() {
    return sessions.get(sessions.size() - 1);
  }

  @SafeVarargs
  private StagedRows<R> stageAfter(
      SinkSession<R> opened, long batch, long epoch, List<Entry>... partitions) throws Exception {
    assertTrue(sessions.contains(opened), "opened before it stages");
    return stage(batch, epoch, partitions);
  }

  @SafeVarargs
  private StagedRows<R> stage(long batch, long epoch, List<Entry>... partitions) throws Exception {
    List<R> rows = new ArrayList<>();
    for (int partition = 0; partition < partitions.length; partition++) {
      rows.addAll(stagePartition(batch, epoch, partition, partitions[partition].iterator()));
    }
    return new ListedRows<>(List.copyOf(rows));
  }

  private List<R> stagePartition(long batch, long epoch, int partition, Iterator<Entry> entries)
      throws Exception {
    StageContext context =
        new StageContext(
            CHECKPOINT, OUTPUT, batch, BATCH_TIME_MILLIS, epoch, partition, ++lastAttempt);
    List<R> rows = new ArrayList<>();
    target().sink().stage(entries, context, rows::add);
    return rows;
  }

  private void assertVisible(long... ids) throws Exception {
    assertEquals(entries(ids), target().visible());
  }

  private static List<Entry> entries(long... ids) {
    return Arrays.stream(ids).mapToObj(id -> new Entry(id, "text of " + id)).toList();
  }

  private static Iterator<Entry> failingAfter(List<Entry> entries) {
    Iterator<Entry> some = entries.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public Entry next() {
        if (!some.hasNext()) {
          throw new IllegalStateException("this record can't be computed");
        }
        return some.next();
      }
    };
  }

  private record ListedRows<R>(List<R> rows) implements StagedRows<R> {
    @Override
    public long numRows() {
      return rows.size();
    }

    @Override
    public Iterator<R> iterator() {
      return rows.iterator();
    }
  }
}
