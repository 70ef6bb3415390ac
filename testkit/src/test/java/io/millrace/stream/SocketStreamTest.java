package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.rdd.StorageLevel;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverError;
import io.millrace.testkit.StreamTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
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

  /** Bytes, one record each, until the connection ends. */
  private static Iterable<Integer> bytes(InputStream in) {
    return () ->
        new Iterator<>() {
          private int next = read();

          private int read() {
            try {
              return in.read();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }

          @Override
          public boolean hasNext() {
            return next >= 0;
          }

          @Override
          public Integer next() {
            int current = next;
            next = read();
            return current;
          }
        };
  }

  @Test
  void socketStream_receivesWhatTheConverterReads_ofEachConnection() throws Exception {
    List<Integer> numbers = new ArrayList<>();
    try (ServerSocket server = server()) {
      test.context()
          .socketStream(
              InetAddress.getLoopbackAddress().getHostAddress(),
              server.getLocalPort(),
              SocketStreamTest::bytes,
              StorageLevel.MEMORY_ONLY)
          .foreachRDD(rdd -> numbers.addAll(rdd.collect()));
      test.run(1);
      for (int i = 1; i <= 2; i++) {
        try (Socket connection = server.accept()) {
          connection.getOutputStream().write(new byte[] {(byte) i, 10});
        }
        while (numbers.size() < 2 * i) {
          test.run(1);
        }
      }
    }
    assertThat(numbers).containsExactly(1, 10, 2, 10);
  }

  @Test
  void socketStream_whoseConverterThrows_isTriedAgainWithTheError() throws Exception {
    EventLog log = new EventLog();
    test.context().addStreamingListener(log);
    try (ServerSocket server = server()) {
      test.context()
          .<String>socketStream(
              InetAddress.getLoopbackAddress().getHostAddress(),
              server.getLocalPort(),
              in -> {
                throw new IOException("not our protocol");
              },
              StorageLevel.MEMORY_ONLY)
          .print();
      test.run(1);
      for (int i = 0; i < 2; i++) {
        server.accept().close();
        assertThat(
                log.await(StreamingListenerReceiverError.class).receiverInfo().lastErrorMessage())
            .contains("not our protocol");
      }
    }
  }

  /** A stream of lines with a setting, and what its receiver reports first. */
  private String firstError(String key, String value, String sent, boolean closes)
      throws Exception {
    EventLog log = new EventLog();
    Conf conf =
        new Conf()
            .setMaster("local[2]")
            .set("millrace.streaming.receiverRestartDelay", "1ms")
            .set(key, value);
    try (ServerSocket server = server();
        StreamTest bounded = new StreamTest(conf, Duration.ofSeconds(1))) {
      bounded.context().addStreamingListener(log);
      bounded
          .context()
          .socketTextStream(
              InetAddress.getLoopbackAddress().getHostAddress(), server.getLocalPort())
          .foreachRDD(rdd -> received.addAll(rdd.collect()));
      bounded.run(1);
      try (Socket connection = server.accept()) {
        send(connection, sent);
        if (closes) {
          connection.shutdownOutput();
        }
        String message =
            log.await(StreamingListenerReceiverError.class).receiverInfo().lastErrorMessage();
        assertThat(message).contains(":" + server.getLocalPort());
        bounded.run(1);
        assertThat(bounded.context().getState()).isEqualTo(StreamingContextState.ACTIVE);
        return message;
      }
    }
  }

  @Test
  @Tag("one-run")
  void aLineBeyondItsBound_endsTheConnectionByName_andNotTheContext() throws Exception {
    String key = "millrace.streaming.socket.maxLineBytes";
    assertThat(firstError(key, "100b", "one\n" + "x".repeat(101), false))
        .contains("begins at byte 4")
        .contains("longer than 100 bytes")
        .contains(key);
  }

  @Test
  @Tag("one-run")
  void aSilentPeer_isGivenUp() throws Exception {
    String key = "millrace.streaming.socket.idleTimeout";
    assertThat(firstError(key, "20ms", "one\n", false)).contains("sent nothing for").contains(key);
  }

  @Test
  @Tag("one-run")
  void halfALineBeforeTheEnd_isStoredAndTold() throws Exception {
    assertThat(firstError("millrace.text.skipLongLines", "false", "one\nhalf", true))
        .contains("closed the connection within a line");
    assertThat(received).contains("one", "half");
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
