package io.millrace.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sink.FileSinkReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares what the bank has published with what was handed in. */
final class Auditor {

  private static final Comparator<Posting> BY_LINE = Comparator.comparing(Posting::line);

  private final BankFiles files;
  private final Map<Long, Transfer> handedIn;

  Auditor(BankFiles files, List<Transfer> handedIn) {
    this.files = files;
    this.handedIn = handedIn.stream().collect(Collectors.toMap(Transfer::id, transfer -> transfer));
  }

  /** How many transfers the database has. */
  long numPosted() throws SQLException {
    try (Connection connection = files.connections().open();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("select count(*) from postings")) {
      result.next();
      return result.getLong(1) / 2;
    }
  }

  /**
   * What must hold after any crash: each sink has a prefix of the batches, whole, and the sinks
   * differ by the open batch at most.
   */
  void checkAfterCrash() throws Exception {
    List<Posting> inDatabase = inDatabase();
    List<Posting> inFiles = inFiles();
    checkHistory(inDatabase);
    checkHistory(inFiles);
    TreeSet<Long> batches = batches(inDatabase);
    TreeSet<Long> published = batches(inFiles);
    TreeSet<Long> open = new TreeSet<>(batches);
    open.removeAll(published);
    assertThat(batches).as("the files are not ahead of the database").containsAll(published);
    assertThat(open).as("batches that the files lack").hasSizeLessThanOrEqualTo(1);
    assertThat(sorted(inFiles))
        .isEqualTo(
            sorted(inDatabase.stream().filter(p -> !open.contains(p.batchMillis())).toList()));
    checkMoved(inDatabase);
  }

  /** What must hold once everything is posted. */
  void checkAtTheEnd() throws Exception {
    List<Posting> inDatabase = inDatabase();
    checkHistory(inDatabase);
    assertThat(sorted(inFiles())).isEqualTo(sorted(inDatabase));
    assertThat(inDatabase.stream().map(Posting::transfer).collect(Collectors.toSet()))
        .isEqualTo(handedIn.keySet());
    assertThat(checkMoved(inDatabase)).containsAll(batches(inDatabase));
  }

  /** Each transfer once, each account an unbroken history, the sum the same after every batch. */
  private void checkHistory(List<Posting> postings) {
    Map<Integer, Account> accounts = new HashMap<>();
    Map<Long, List<Posting>> sides = new HashMap<>();
    TreeMap<Long, Long> changeOfSum = new TreeMap<>();
    for (Posting posting : postings) {
      Account before = accounts.getOrDefault(posting.account(), Account.NEW);
      assertThat(posting.number())
          .as("%s follows %s", posting, before)
          .isEqualTo(before.numPostings() + 1);
      assertThat(posting.previousStamp())
          .as("%s follows %s", posting, before)
          .isEqualTo(before.stamp());
      long change = posting.balance() - before.balance();
      assertThat(change).as("%s", posting).isIn(changes(posting));
      changeOfSum.merge(posting.batchMillis(), change, Long::sum);
      accounts.put(
          posting.account(), new Account(posting.number(), posting.balance(), posting.stamp()));
      sides.computeIfAbsent(posting.transfer(), id -> new ArrayList<>()).add(posting);
    }
    assertThat(changeOfSum).allSatisfy((batch, change) -> assertThat(change).isZero());
    sides.forEach(
        (id, both) -> {
          assertThat(both).as("the two sides of transfer %d", id).hasSize(2);
          assertThat(both.get(0).batchMillis()).isEqualTo(both.get(1).batchMillis());
        });
  }

  private List<Long> changes(Posting posting) {
    Transfer transfer = handedIn.get(posting.transfer());
    assertThat(transfer).as("the transfer of %s", posting).isNotNull();
    List<Long> changes = new ArrayList<>();
    transfer
        .changes()
        .forEachRemaining(
            side -> {
              if (side._1() == posting.account()) {
                changes.add(side._2().amount());
              }
            });
    return changes;
  }

  /**
   * Each window is that of its batch, recomputed.
   *
   * @return the times of the windows that are there
   */
  private Set<Long> checkMoved(List<Posting> postings) throws SQLException {
    TreeMap<Long, Set<Long>> transfers = new TreeMap<>();
    for (Posting posting : postings) {
      transfers
          .computeIfAbsent(posting.batchMillis(), time -> new HashSet<>())
          .add(posting.transfer());
    }
    Map<Long, Map<Integer, Long>> moved = moved();
    moved.forEach(
        (time, totals) ->
            assertThat(totals)
                .as("the window up to %d", time)
                .isEqualTo(expected(time, transfers)));
    if (!transfers.isEmpty()) {
      assertThat(moved.keySet()).containsAll(transfers.headMap(transfers.lastKey()).keySet());
    }
    return moved.keySet();
  }

  private Map<Integer, Long> expected(long time, TreeMap<Long, Set<Long>> transfers) {
    Map<Integer, Long> totals = new HashMap<>();
    transfers
        .subMap(time - BankProgram.WINDOW.toMillis(), false, time, true)
        .values()
        .forEach(
            ids ->
                ids.stream()
                    .map(handedIn::get)
                    .forEach(
                        transfer ->
                            totals.merge(
                                BankProgram.bucket(transfer), transfer.amount(), Long::sum)));
    return totals;
  }

  private Map<Long, Map<Integer, Long>> moved() throws SQLException {
    Map<Long, Map<Integer, Long>> moved = new TreeMap<>();
    try (Connection connection = files.connections().open();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("select * from moved")) {
      while (result.next()) {
        Long earlier =
            moved
                .computeIfAbsent(result.getLong(1), time -> new HashMap<>())
                .put(result.getInt(2), result.getLong(3));
        assertThat(earlier).as("a second window at %d", result.getLong(1)).isNull();
      }
    }
    return moved;
  }

  private List<Posting> inDatabase() throws SQLException {
    List<Posting> postings = new ArrayList<>();
    try (Connection connection = files.connections().open();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("select * from postings order by rowid")) {
      while (result.next()) {
        postings.add(
            new Posting(
                result.getLong(1),
                result.getLong(2),
                result.getInt(3),
                result.getLong(4),
                result.getLong(5),
                result.getString(6),
                result.getString(7)));
      }
    }
    return postings;
  }

  private List<Posting> inFiles() throws IOException {
    try (FileSinkReader reader = FileSinkReader.open(files.published());
        Stream<String> lines = reader.lines()) {
      return lines.map(Posting::parse).toList();
    } catch (NoSuchFileException notYet) {
      return List.of();
    }
  }

  private static TreeSet<Long> batches(List<Posting> postings) {
    return postings.stream()
        .map(Posting::batchMillis)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Posting> sorted(List<Posting> postings) {
    return postings.stream().sorted(BY_LINE).toList();
  }
}
