package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverError;
import io.millrace.testkit.StreamTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SocketStreamTest {

  private final StreamTest test =
      new StreamTest(
          new Conf().setMaster("local[2]").set("millrace.streaming.receiverRestartDelay", "1ms"),
          Duration.ofSeconds(1));
  private final List<String> received = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    test.close();
  }

  private static ServerSocket server() throws IOException {
    return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  private void declare(int port) {
    test.context()
        .socketTextStream(InetAddress.getLoopbackAddress().getHostAddress(), port)
        .foreachRDD(rdd -> received.addAll(rdd.collect()));
  }

  private static void send(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    connection.getOutputStream().flush();
  }

  /** Runs batches until so many records have been in one. */
  private void runUntilReceived(int numRecords) throws InterruptedException {
    while (received.size() < numRecords) {
      test.run(1);
    }
  }

  @Test
  void socketTextStream_receivesLines() throws Exception {
    try (ServerSocket server = server()) {
      declare(server.getLocalPort());
      test.run(1);
      try (Socket connection = server.accept()) {
        send(connection, "one\ntwo wörds\r\n\n");
        runUntilReceived(3);
        send(connection, "thr");
        send(connection, "ee\n");
        runUntilReceived(4);
      }
    }
    assertThat(received).containsExactly("one", "two wörds", "", "three");
  }

  @Test
  void socketTextStream_connectsAgainWhenTheConnectionEnds() throws Exception {
    try (ServerSocket server = server()) {
      declare(server.getLocalPort());
      test.run(1);
      try (Socket connection = server.accept()) {
        send(connection, "first\nunfinished");
      }
      try (Socket connection = server.accept()) {
        send(connection, "second\n");
        runUntilReceived(3);
      }
    }
    assertThat(received).containsExactly("first", "unfinished", "second");
  }

  @Test
  void socketTextStream_saysThatNobodyAnswers_andTriesAgain() throws Exception {
    EventLog log = new EventLog();
    int port;
    try (ServerSocket server = server()) {
      port = server.getLocalPort();
    }
    test.context().addStreamingListener(log);
    declare(port);
    test.run(1);
    for (int i = 0; i < 2; i++) {
      assertThat(log.await(StreamingListenerReceiverError.class).receiverInfo().lastErrorMessage())
          .contains(":" + port);
    }
    assertThat(test.context().getState()).isEqualTo(StreamingContextState.ACTIVE);
  }

  @Test
  void socketTextStream_isClosedByTheStop() throws Exception {
    try (ServerSocket server = server()) {
      declare(server.getLocalPort());
      test.run(1);
      try (Socket connection = server.accept()) {
        test.context().stop();
        assertThat(connection.getInputStream().read()).as("end of the stream").isEqualTo(-1);
      }
    }
  }

  @Test
  void socketTextStream_refusesPortsThatAreNone() {
    assertThatThrownBy(() -> test.context().socketTextStream("localhost", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("socketTextStream: a port is a number from 1 to 65535, not 0");
    assertThatThrownBy(() -> test.context().socketTextStream("localhost", 65_536))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
