package io.millrace.stream;

import io.millrace.rdd.StorageLevel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines of UTF-8 text from a TCP connection that this side opens. When the other side closes it, or
 * can't be reached, the receiver tries again after the restart delay.
 */
final class SocketReceiver extends Receiver<String> {

  private static final long serialVersionUID = 1L;
  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

  private final String host;
  private final int port;
  private transient volatile @Nullable Socket socket;

  SocketReceiver(String host, int port, StorageLevel storageLevel) {
    super(storageLevel);
    this.host = host;
    this.port = port;
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
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        store(line);
      }
      if (isCurrent(connection)) {
        restart("the connection to " + host + ":" + port + " was closed by the other side");
      }
    } catch (IOException e) {
      if (isCurrent(connection)) {
        restart("reading from " + host + ":" + port + " failed: " + e.getMessage(), e);
      }
    } catch (IllegalStateException e) {
      if (isCurrent(connection)) {
        throw e;
      }
    }
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
