package io.millrace.jdbc;

import io.millrace.sink.Marker;
import io.millrace.sink.SinkSession;
import io.millrace.sink.StagedRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Commits batches of one output. One transaction advances the marker by compare-and-set, which also
 * locks it, and writes the rows; a driver that was fenced finds that nothing can be advanced.
 */
final class JdbcSession implements SinkSession<List<@Nullable Object>> {

  private static final int MAX_LOOKS = 3;

  private final String description;
  private final Connections connections;
  private final MarkerTable markers;
  private final RowWriter rowWriter;
  private Optional<Marker> marker;
  private boolean isClosed;

  JdbcSession(
      String description,
      Connections connections,
      MarkerTable markers,
      RowWriter rowWriter,
      Optional<Marker> marker) {
    this.description = description;
    this.connections = connections;
    this.markers = markers;
    this.rowWriter = rowWriter;
    this.marker = marker;
  }

  @Override
  public Optional<Marker> marker() {
    return marker;
  }

  @Override
  public void commit(Marker next, StagedRows<List<@Nullable Object>> rows) throws Exception {
    if (isClosed) {
      throw new IllegalStateException("the session of " + description + " is closed");
    }
    if (marker.equals(Optional.of(next))) {
      return;
    }
    Connection connection = connections.working();
    if (write(connection, next, rows)) {
      commit(connection, next);
    }
    marker = Optional.of(next);
  }

  /** Whether there is something to commit; there is nothing if the batch is there already. */
  private boolean write(Connection connection, Marker next, StagedRows<List<@Nullable Object>> rows)
      throws Exception {
    try {
      if (!markers.advance(connection, next)) {
        requireThere(next, markers.lock(connection));
        connection.rollback();
        return false;
      }
      if (rows.numRows() > 0) {
        rowWriter.write(connection, rows);
      }
      return true;
    } catch (RowWriter.RowsRefusedException e) {
      SQLException named = findRefused(connection, next, rows, e);
      connections.discard(named);
      throw notCommitted(next, named);
    } catch (SQLException e) {
      connections.discard(e);
      throw notCommitted(next, e);
    } catch (Exception | Error e) {
      // No commit was asked for, so the database drops the transaction, whatever it was.
      connections.discard(e);
      throw e;
    }
  }

  /** Which row it is, if the database refuses it once more, in a transaction that ends nowhere. */
  private SQLException findRefused(
      Connection connection,
      Marker next,
      StagedRows<List<@Nullable Object>> rows,
      RowWriter.RowsRefusedException refused) {
    try {
      connection.rollback();
      SQLException named =
          markers.advance(connection, next)
              ? rowWriter.findRefused(connection, rows, refused)
              : null;
      if (named == null) {
        return refused;
      }
      named.addSuppressed(refused);
      return named;
    } catch (SQLException e) {
      refused.addSuppressed(e);
      return refused;
    }
  }

  private void commit(Connection connection, Marker next) throws Exception {
    try {
      connection.commit();
    } catch (SQLException e) {
      connections.discard(e);
      settle(next, e);
    } catch (RuntimeException | Error e) {
      connections.discard(e);
      throw e;
    }
  }

  /**
   * Finds out what became of a commit that failed. The transaction held the row of the marker, so
   * once a new one holds it, the old one has ended, and the row says how.
   */
  private void settle(Marker next, SQLException failure) throws Exception {
    Optional<MarkerTable.Stored> stored = look(next, failure);
    boolean isThere = stored.flatMap(MarkerTable.Stored::marker).equals(Optional.of(next));
    if (isThere) {
      return;
    }
    if (stored.isPresent() && markers.isOwn(stored.get())) {
      throw notCommitted(next, failure);
    }
    requireThere(next, stored);
  }

  private Optional<MarkerTable.Stored> look(Marker next, SQLException failure) throws SQLException {
    for (int look = 1; ; look++) {
      try {
        Connection connection = connections.working();
        Optional<MarkerTable.Stored> stored = markers.lock(connection);
        connection.rollback();
        return stored;
      } catch (SQLException e) {
        connections.discard(e);
        failure.addSuppressed(e);
        if (look == MAX_LOOKS) {
          throw new SQLException(
              String.format(
                  Locale.ROOT,
                  "it is not known whether batch %d is in %s: the commit failed, and the marker"
                      + " could not be read in %d attempts. The next start finds out",
                  next.batch(),
                  description,
                  MAX_LOOKS),
              failure);
        }
      }
    }
  }

  private void requireThere(Marker next, Optional<MarkerTable.Stored> found) throws Exception {
    MarkerTable.Stored stored = found.orElseThrow(markers::gone);
    if (stored.marker().equals(Optional.of(next))) {
      return;
    }
    if (!markers.isOwn(stored)) {
      throw markers.fenced(stored);
    }
    throw new IllegalStateException(
        String.format(
            Locale.ROOT,
            "%s is at %s, so %s can't be committed to it: batches are committed in order, each"
                + " once",
            description,
            stored.marker().map(Marker::toString).orElse("no batch"),
            next));
  }

  private SQLException notCommitted(Marker next, SQLException failure) {
    return new SQLException(
        String.format(
            Locale.ROOT,
            "batch %d was not written to %s, none of its rows is there: %s",
            next.batch(),
            description,
            failure.getMessage()),
        failure.getSQLState(),
        failure.getErrorCode(),
        failure);
  }

  @Override
  public void close() throws SQLException {
    isClosed = true;
    connections.close();
  }
}
