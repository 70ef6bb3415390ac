package io.millrace.stream;

import io.millrace.function.Function;
import io.millrace.rdd.StorageLevel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Records from a TCP connection that this side opens. When the other side closes it, or can't be
 * reached, the receiver tries again after the restart delay.
 */
final class SocketReceiver<T> extends Receiver<T> {

  private static final long serialVersionUID = 1L;
  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

  private final String host;
  private final int port;
  private final Function<InputStream, Iterable<T>> converter;
  private transient volatile @Nullable Socket socket;

  /**
   * @param converter reads the records of a connection; its iterator may wait for bytes, and may
   *     throw an {@link UncheckedIOException}
   */
  SocketReceiver(
      String host,
      int port,
      Function<InputStream, Iterable<T>> converter,
      StorageLevel storageLevel) {
    super(storageLevel);
    this.host = host;
    this.port = port;
    this.converter = converter;
  }

  /** Lines of UTF-8 text. */
  static Iterable<String> lines(InputStream in) {
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines()::iterator;
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
      for (T record : converter.call(connection.getInputStream())) {
        store(record);
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
    restart("reading from " + host + ":" + port + " failed: " + e.getMessage(), e);
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
