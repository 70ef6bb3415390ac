package io.millrace.jdbc;

import io.millrace.sink.ForeignLedgerException;
import io.millrace.sink.Marker;
import io.millrace.sink.SinkContext;
import io.millrace.spi.checkpoint.FencedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The table of markers: one row per checkpoint and output.
 *
 * <pre>
 * checkpoint_id  VARCHAR(36)    key
 * output_id      VARCHAR(200)   key, see {@link ExactId}
 * target         VARCHAR(1000)  what the output writes to
 * last_batch     BIGINT         the last batch that is in the target, 0 if none is
 * batch_epoch    BIGINT         of the driver whose attempt at that batch it was, 0 if none
 * fence_epoch    BIGINT         drivers of lower epochs can't commit
 * fence_owner    VARCHAR(36)    number that the driver of that epoch drew
 * </pre>
 *
 * <p>One more row, of checkpoint and output {@code -}, is the door: whoever opens an output updates
 * it first, so that openings come one after the other even where no row of theirs exists yet.
 *
 * <p>Every method that changes or decides something begins with an UPDATE of the row that it is
 * about. Under READ COMMITTED that waits for any transaction that holds the row, looks at what that
 * has left, and keeps the row until the end; on SQLite it takes the one write lock before anything
 * was read. So what is read next is not out of date, whatever the level of isolation; and a commit
 * that is still under way on a connection that broke has ended when the row is ours.
 */
final class MarkerTable {

  private static final String DOOR = "-";

  private final String name;
  private final String target;

  /** As releases before wrote it: the name of the table as it stands in the statement. */
  private final String targetBefore;

  private final String outputId;
  private final boolean besideOtherCheckpoints;
  private final SinkContext context;

  MarkerTable(JdbcSinkOptions options, String target, String targetBefore, SinkContext context) {
    this.name = options.markerTable();
    this.targetBefore = targetBefore;
    this.outputId = ExactId.of(context.outputId());
    this.besideOtherCheckpoints = options.besideOtherCheckpoints();
    this.target = target;
    this.context = context;
  }

  /** A row of the table. */
  record Stored(Optional<Marker> marker, long fenceEpoch, UUID fenceOwner) {}

  /** Creates the table and its door where they are missing. Several short transactions. */
  void createIfMissing(Connection connection) throws SQLException {
    if (!exists(connection)) {
      attemptThenCheck(
          connection,
          "CREATE TABLE "
              + name
              + " (checkpoint_id VARCHAR(36) NOT NULL, output_id VARCHAR(200) NOT NULL,"
              + " target VARCHAR(1000) NOT NULL, last_batch BIGINT NOT NULL,"
              + " batch_epoch BIGINT NOT NULL, fence_epoch BIGINT NOT NULL,"
              + " fence_owner VARCHAR(36) NOT NULL, PRIMARY KEY (checkpoint_id, output_id))",
          this::exists);
    }
    if (!hasDoor(connection)) {
      attemptThenCheck(
          connection,
          String.format(
              Locale.ROOT,
              "INSERT INTO %s VALUES ('%s', '%s', '%s', 0, 0, 0, '%s')",
              name,
              DOOR,
              DOOR,
              DOOR,
              DOOR),
          this::hasDoor);
    }
  }

  private interface Check {
    boolean holds(Connection connection) throws SQLException;
  }

  /** Another program may do the same at the same time; what counts is that it is done. */
  private static void attemptThenCheck(Connection connection, String sql, Check check)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      if (!check.holds(connection)) {
        throw e;
      }
    }
  }

  /** Refuses what {@link #fence} would refuse as another checkpoint's, and changes nothing. */
  void check(Connection connection) throws SQLException, ForeignLedgerException {
    try {
      if (exists(connection) && readOwn(connection).isEmpty() && !besideOtherCheckpoints) {
        requireNotForeign(connection);
      }
    } finally {
      connection.rollback();
    }
  }

  private boolean exists(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeQuery("SELECT checkpoint_id FROM " + name + " WHERE 1 = 0").close();
      return true;
    } catch (SQLException e) {
      // If it is not that the table is missing, its creation fails next, and says why.
      return false;
    } finally {
      connection.rollback();
    }
  }

  private boolean hasDoor(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT 1 FROM " + name + " WHERE checkpoint_id = '" + DOOR + "'")) {
      return rows.next();
    } finally {
      connection.rollback();
    }
  }

  /**
   * Raises the fence; the caller ends the transaction.
   *
   * @return the marker
   */
  Optional<Marker> fence(Connection connection) throws Exception {
    execute(connection, "UPDATE " + name + " SET last_batch = last_batch + 1 WHERE", DOOR, DOOR);
    renameOld(connection);
    if (raise(connection)) {
      return readOwn(connection).orElseThrow(this::gone).marker();
    }
    Optional<Stored> stored = readOwn(connection);
    if (stored.isPresent()) {
      throw fenced(stored.get());
    }
    refuseForeign(connection);
    insert(connection);
    return Optional.empty();
  }

  /** Gives a row of a release before, whose key was the bare id, the key that it has now. */
  private void renameOld(Connection connection) throws SQLException {
    String bare = context.outputId();
    if (bare.equals(outputId) || readOwn(connection).isPresent()) {
      return;
    }
    boolean isThere = false;
    String select = "SELECT output_id FROM " + name + " WHERE checkpoint_id = ? AND output_id = ?";
    try (PreparedStatement query = connection.prepareStatement(select)) {
      query.setString(1, context.checkpointId());
      query.setString(2, bare);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          isThere |= rows.getString(1).equals(bare);
        }
      }
    }
    if (isThere) {
      String rename =
          "UPDATE " + name + " SET output_id = ? WHERE checkpoint_id = ? AND output_id = ?";
      try (PreparedStatement update = connection.prepareStatement(rename)) {
        update.setString(1, outputId);
        update.setString(2, context.checkpointId());
        update.setString(3, bare);
        update.executeUpdate();
      }
    }
  }

  private boolean raise(Connection connection) throws SQLException {
    String sql =
        "UPDATE "
            + name
            + " SET fence_epoch = ?, fence_owner = ? WHERE checkpoint_id = ? AND output_id = ?"
            + " AND (fence_epoch < ? OR (fence_epoch = ? AND fence_owner = ?))";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setLong(1, context.epoch());
      update.setString(2, context.owner().toString());
      update.setString(3, context.checkpointId());
      update.setString(4, outputId);
      update.setLong(5, context.epoch());
      update.setLong(6, context.epoch());
      update.setString(7, context.owner().toString());
      return update.executeUpdate() == 1;
    }
  }

  private void insert(Connection connection) throws SQLException {
    String sql = "INSERT INTO " + name + " VALUES (?, ?, ?, 0, 0, ?, ?)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, context.checkpointId());
      insert.setString(2, outputId);
      insert.setString(3, target);
      insert.setLong(4, context.epoch());
      insert.setString(5, context.owner().toString());
      insert.executeUpdate();
    }
  }

  /**
   * A program that has opened the output but written nothing makes way: it loses its row, and with
   * it the right to commit.
   */
  private void refuseForeign(Connection connection) throws SQLException, ForeignLedgerException {
    if (besideOtherCheckpoints) {
      return;
    }
    for (Row row : rowsOfTarget(connection)) {
      if (row.lastBatch() > 0) {
        throw foreign(row.checkpoint(), row.lastBatch());
      }
      String delete = "DELETE FROM " + name + " WHERE last_batch = 0 AND";
      execute(connection, delete, row.checkpoint(), row.output());
    }
  }

  private void requireNotForeign(Connection connection)
      throws SQLException, ForeignLedgerException {
    for (Row row : rowsOfTarget(connection)) {
      if (row.lastBatch() > 0) {
        throw foreign(row.checkpoint(), row.lastBatch());
      }
    }
  }

  private record Row(String checkpoint, String output, long lastBatch) {}

  /** The rows of this output and target that are of other checkpoints. */
  private List<Row> rowsOfTarget(Connection connection) throws SQLException {
    String select =
        "SELECT checkpoint_id, output_id, target, last_batch FROM " + name + " WHERE output_id = ?";
    List<Row> found = new ArrayList<>();
    for (String key : new TreeSet<>(List.of(outputId, context.outputId()))) {
      try (PreparedStatement query = connection.prepareStatement(select)) {
        query.setString(1, key);
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            // Compared here: the database's collation may take two for the same.
            String written = rows.getString(3);
            boolean isOfTarget = written.equals(target) || written.equals(targetBefore);
            boolean isOwn = rows.getString(1).equals(context.checkpointId());
            if (isOfTarget && !isOwn && rows.getString(2).equals(key)) {
              found.add(new Row(rows.getString(1), key, rows.getLong(4)));
            }
          }
        }
      }
    }
    return found;
  }

  private ForeignLedgerException foreign(String checkpoint, long batch) {
    return new ForeignLedgerException(
        String.format(
            Locale.ROOT,
            "%s has batches up to %d of output %s from checkpoint %s, but this program runs on"
                + " checkpoint %s and would write them again. Start it on the old checkpoint; or, if"
                + " what is there is to stay and be added to, delete the old checkpoint's row from"
                + " %s; or, if two programs are to write there, set"
                + " JdbcSinkOptions.withBesideOtherCheckpoints(true)",
            target,
            batch,
            context.outputId(),
            checkpoint,
            context.checkpointId(),
            name));
  }

  /** Advances the marker, if the fence is this driver's and the batch is not there yet. */
  boolean advance(Connection connection, Marker next) throws SQLException {
    String sql =
        "UPDATE "
            + name
            + " SET last_batch = ?, batch_epoch = ? WHERE checkpoint_id = ? AND output_id = ?"
            + " AND fence_epoch = ? AND fence_owner = ? AND last_batch < ?";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setLong(1, next.batch());
      update.setLong(2, next.epoch());
      update.setString(3, context.checkpointId());
      update.setString(4, outputId);
      update.setLong(5, context.epoch());
      update.setString(6, context.owner().toString());
      update.setLong(7, next.batch());
      return update.executeUpdate() == 1;
    }
  }

  /** The row of this output once no other transaction holds it. */
  Optional<Stored> lock(Connection connection) throws SQLException {
    execute(
        connection,
        "UPDATE " + name + " SET target = target WHERE",
        context.checkpointId(),
        outputId);
    return readOwn(connection);
  }

  private Optional<Stored> readOwn(Connection connection) throws SQLException {
    String sql =
        "SELECT last_batch, batch_epoch, fence_epoch, fence_owner FROM "
            + name
            + " WHERE checkpoint_id = ? AND output_id = ?";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, context.checkpointId());
      select.setString(2, outputId);
      try (ResultSet rows = select.executeQuery()) {
        if (!rows.next()) {
          return Optional.empty();
        }
        long batch = rows.getLong(1);
        Optional<Marker> marker =
            batch == 0 ? Optional.empty() : Optional.of(new Marker(batch, rows.getLong(2)));
        return Optional.of(new Stored(marker, rows.getLong(3), UUID.fromString(rows.getString(4))));
      }
    }
  }

  private static void execute(Connection connection, String sql, String checkpoint, String output)
      throws SQLException {
    String whole = sql + " checkpoint_id = ? AND output_id = ?";
    try (PreparedStatement update = connection.prepareStatement(whole)) {
      update.setString(1, checkpoint);
      update.setString(2, output);
      update.executeUpdate();
    }
  }

  boolean isOwn(Stored stored) {
    return stored.fenceEpoch() == context.epoch() && stored.fenceOwner().equals(context.owner());
  }

  FencedException fenced(Stored stored) {
    return new FencedException(
        String.format(
            Locale.ROOT,
            "output %s to %s belongs to a driver of epoch %d (%s in %s), so this one, of epoch %d,"
                + " must stop. Start only one program on a checkpoint at a time, and none on a"
                + " copy of it",
            context.outputId(),
            target,
            stored.fenceEpoch(),
            stored.fenceOwner(),
            name,
            context.epoch()));
  }

  FencedException gone() {
    return new FencedException(
        String.format(
            Locale.ROOT,
            "the row of output %s of checkpoint %s is gone from %s: it was deleted, or a program on"
                + " another checkpoint has taken over %s before this one had written to it",
            context.outputId(),
            context.checkpointId(),
            name,
            target));
  }
}
