package io.millrace.stream;

import io.millrace.Settings;
import io.millrace.function.Function;
import io.millrace.rdd.StorageLevel;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Records from a TCP connection that this side opens. When the other side closes it, or can't be
 * reached, or has been silent for too long, the receiver tries again after the restart delay.
 */
final class SocketReceiver<T> extends Receiver<T> {

  private static final long serialVersionUID = 1L;
  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

  private final String host;
  private final int port;
  private final Function<InputStream, Iterable<T>> converter;
  private final int idleTimeoutMillis;
  private transient volatile @Nullable Socket socket;

  /**
   * @param converter reads the records of a connection; its iterator may wait for bytes, and may
   *     throw an {@link UncheckedIOException}
   */
  SocketReceiver(
      String host,
      int port,
      Function<InputStream, Iterable<T>> converter,
      StorageLevel storageLevel,
      Duration idleTimeout) {
    super(storageLevel);
    this.host = host;
    this.port = port;
    this.converter = converter;
    this.idleTimeoutMillis = (int) Math.min(Integer.MAX_VALUE, idleTimeout.toMillis());
  }

  @Override
  public void onStart() {
    Socket connection = new Socket();
    socket = connection;
    spawn("socket-" + host + "-" + port, () -> receive(connection));
  }

  private void receive(Socket connection) {
    try (connection) {
      connection.connect(new InetSocketAddress(host, port), CONNECT_TIMEOUT_MILLIS);
      connection.setSoTimeout(idleTimeoutMillis);
      Iterator<T> records = converter.call(connection.getInputStream()).iterator();
      while (records.hasNext()) {
        store(records.next());
      }
      if (records instanceof SocketLines.Lines lines && lines.endedWithinLine()) {
        String message =
            peer() + " closed the connection within a line; its part was stored as one";
        reportError(message, new EOFException(message));
      }
      if (isCurrent(connection)) {
        restart("the connection to " + host + ":" + port + " was closed by the other side");
      }
    } catch (RuntimeException e) {
      if (isCurrent(connection) && e instanceof UncheckedIOException) {
        failed(e.getCause() == null ? e : e.getCause());
      } else if (isCurrent(connection)) {
        throw e;
      }
    } catch (Exception e) {
      if (isCurrent(connection)) {
        failed(e);
      }
    }
  }

  private void failed(Throwable e) {
    String reason =
        e instanceof SocketTimeoutException
            ? "it sent nothing for "
                + Duration.ofMillis(idleTimeoutMillis)
                + " ("
                + Settings.SOCKET_IDLE_TIMEOUT.key()
                + "), or did not answer at all"
            : String.valueOf(e.getMessage());
    restart("reading from " + peer() + " failed: " + reason, e);
  }

  private String peer() {
    return host + ":" + port;
  }

  private boolean isCurrent(Socket connection) {
    return isStarted() && socket == connection;
  }

  @Override
  public void onStop() {
    Socket open = socket;
    socket = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        reportError("closing the connection to " + host + ":" + port + " failed", e);
      }
    }
  }
}
