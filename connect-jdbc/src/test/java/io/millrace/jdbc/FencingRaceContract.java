package io.millrace.jdbc;

import static io.millrace.jdbc.StagedList.driver;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sink.Marker;
import io.millrace.sink.SinkContext;
import io.millrace.sink.SinkSession;
import io.millrace.sink.TransactionalSink;
import io.millrace.spi.checkpoint.FencedException;
import io.millrace.testkit.SinkContract.Entry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An old driver commits while a new one opens the output. Either the old one's batch is there and
 * the new one knows it, or the old one is told that it is fenced; whichever comes first.
 */
@Timeout(60)
abstract class FencingRaceContract {

  private static final int ROUNDS = 60;

  private JdbcTarget target;
  private TransactionalSink<Entry, List<Object>> sink;

  abstract JdbcTarget freshTarget() throws Exception;

  /** A query whose only value is the number of transactions that wait for a lock. */
  abstract String waitingTransactions();

  abstract String url();

  @BeforeEach
  void makeTarget() throws Exception {
    target = freshTarget();
    sink = target.sink();
  }

  @AfterEach
  void closeTarget() throws Exception {
    target.close();
  }

  private static <V> FutureTask<V> start(String name, Callable<V> body) {
    FutureTask<V> task = new FutureTask<>(body);
    new Thread(task, name).start();
    return task;
  }

  /** Whether it was committed; else the driver was fenced. */
  private boolean commit(SinkSession<List<Object>> session, Marker marker, long id)
      throws Exception {
    try {
      session.commit(marker, StagedList.of(sink, new Entry(id, "a"), new Entry(-id, "b")));
      return true;
    } catch (FencedException e) {
      return false;
    }
  }

  private void awaitAWaitingTransaction() throws SQLException {
    try (Connection connection = ConnectionFactory.of(url()).open();
        Statement statement = connection.createStatement()) {
      long waiting = 0;
      while (waiting == 0) {
        try (ResultSet rows = statement.executeQuery(waitingTransactions())) {
          rows.next();
          waiting = rows.getLong(1);
        }
      }
    }
  }

  @Test
  void open_waitsForACommitThatIsUnderWayAndSeesItsBatch() throws Exception {
    try (SinkSession<List<Object>> old = sink.open(driver(1))) {
      FaultyConnections.Pause pause = target.connections().pauseNextCommit();
      FutureTask<Boolean> commit = start("old", () -> commit(old, new Marker(1, 1), 1));
      pause.awaitArrival();
      FutureTask<SinkSession<List<Object>>> opening = start("new", () -> sink.open(driver(2)));
      awaitAWaitingTransaction();
      assertThat(target.visible()).isEmpty();
      pause.release();

      try (SinkSession<List<Object>> next = opening.get(30, TimeUnit.SECONDS)) {
        assertThat(commit.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(next.marker()).contains(new Marker(1, 1));
        assertThat(target.visible()).containsExactly(new Entry(1, "a"), new Entry(-1, "b"));
        assertThat(commit(old, new Marker(2, 1), 2)).isFalse();
        assertThat(commit(next, new Marker(2, 2), 3)).isTrue();
      }
    }
    assertThat(target.visible()).extracting(Entry::id).containsExactly(1L, -1L, 3L, -3L);
  }

  @Test
  void commit_waitsForAnOpeningThatIsUnderWayAndIsFenced() throws Exception {
    try (SinkSession<List<Object>> old = sink.open(driver(1))) {
      FaultyConnections.Pause pause = target.connections().pauseNextCommit();
      FutureTask<SinkSession<List<Object>>> opening = start("new", () -> sink.open(driver(2)));
      pause.awaitArrival();
      FutureTask<Boolean> commit = start("old", () -> commit(old, new Marker(1, 1), 1));
      awaitAWaitingTransaction();
      pause.release();

      try (SinkSession<List<Object>> next = opening.get(30, TimeUnit.SECONDS)) {
        assertThat(commit.get(30, TimeUnit.SECONDS)).isFalse();
        assertThat(next.marker()).isEmpty();
        assertThat(target.visible()).isEmpty();
      }
    }
  }

  @Test
  void openingAndCommit_inAnyOrderAgreeOnWhatIsThere() throws Exception {
    CyclicBarrier line = new CyclicBarrier(2);
    long numRows = 0;
    Optional<Marker> last = Optional.empty();
    SinkSession<List<Object>> current = sink.open(driver(1));
    for (int epoch = 1; epoch <= ROUNDS; epoch++) {
      SinkSession<List<Object>> old = current;
      Marker marker = new Marker(epoch, epoch);
      long id = epoch;
      FutureTask<Boolean> commit =
          start(
              "old",
              () -> {
                line.await();
                return commit(old, marker, id);
              });
      line.await();
      current = sink.open(driver(epoch + 1));
      boolean isCommitted = commit.get(30, TimeUnit.SECONDS);
      old.close();
      if (isCommitted) {
        last = Optional.of(marker);
        numRows += 2;
      }
      assertThat(current.marker()).isEqualTo(last);
      assertThat(target.visible()).hasSize((int) numRows);
    }
    current.close();
  }

  @Test
  void open_ofTwoDriversOfOneEpochLetsOneIn() throws Exception {
    sink.open(driver(1)).close();
    for (int round = 2; round <= 12; round++) {
      CyclicBarrier line = new CyclicBarrier(2);
      FutureTask<Boolean> first = start("first", opening(line, round, 1));
      FutureTask<Boolean> second = start("second", opening(line, round, 2));
      assertThat(List.of(first.get(30, TimeUnit.SECONDS), second.get(30, TimeUnit.SECONDS)))
          .containsExactlyInAnyOrder(true, false);
    }
  }

  @Test
  void open_ofTwoDriversAtOnceCreatesTheTableOnce() throws Exception {
    CyclicBarrier line = new CyclicBarrier(2);
    FutureTask<Boolean> first = start("first", opening(line, 3, 1));
    FutureTask<Boolean> second = start("second", opening(line, 3, 2));

    assertThat(List.of(first.get(30, TimeUnit.SECONDS), second.get(30, TimeUnit.SECONDS)))
        .containsExactlyInAnyOrder(true, false);
  }

  private Callable<Boolean> opening(CyclicBarrier line, long epoch, long owner) {
    return () -> {
      line.await();
      try {
        sink.open(new SinkContext(StagedList.CHECKPOINT, "out", epoch, new UUID(owner, owner)))
            .close();
        return true;
      } catch (FencedException e) {
        return false;
      }
    };
  }
}
