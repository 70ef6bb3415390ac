package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.examples.Arguments.HostAndPort;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import io.millrace.testkit.StreamTest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WordCountTest {

  private static final Map<String, Integer> COUNTS =
      Map.of("to", 2, "be", 2, "or", 1, "not", 1, "gr\u00fcn", 1);

  private final BlockingQueue<List<Tuple2<String, Integer>>> counted = new LinkedBlockingQueue<>();

  @Test
  void define_countsTheWordsOfEachBatch() throws Exception {
    try (StreamTest test = new StreamTest()) {
      DStream<String> lines =
          test.input(List.of(List.of("to be  or", "", " not\tto be"), List.of("be")), 2);
      StreamTest.Recorded<Tuple2<String, Integer>> counts = test.record(WordCount.define(lines));

      test.run(2);

      assertThat(counts.batches().get(0))
          .containsExactlyInAnyOrder(
              new Tuple2<>("to", 2),
              new Tuple2<>("be", 2),
              new Tuple2<>("or", 1),
              new Tuple2<>("not", 1));
      assertThat(counts.batches().get(1)).containsExactly(new Tuple2<>("be", 1));
    }
  }

  @Test
  void socket_countsWhatAServerSends() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HostAndPort address =
          new HostAndPort(server.getInetAddress().getHostAddress(), server.getLocalPort());
      try (StreamingContext context = started(WordCount.socket(address));
          Socket client = server.accept()) {
        client
            .getOutputStream()
            .write("to be or\nnot to be\ngr\u00fcn\n".getBytes(StandardCharsets.UTF_8));
        client.getOutputStream().flush();

        assertThat(takeCounts(COUNTS)).isEqualTo(COUNTS);
        context.stop(true, true);
      }
    }
  }

  @Test
  void directory_countsFilesThatAreMovedIn(@TempDir Path directory) throws Exception {
    Path inbox = Files.createDirectory(directory.resolve("in box"));
    Files.writeString(inbox.resolve("old.txt"), "old\n");
    try (StreamingContext context = started(WordCount.directory(inbox.toString()))) {
      Path file = Files.writeString(directory.resolve("new.txt"), "to be or\nnot to be\ngr\u00fcn");
      Files.move(file, inbox.resolve("new.txt"));

      assertThat(takeCounts(COUNTS)).isEqualTo(COUNTS);
      context.stop(true, true);
    }
  }

  private StreamingContext started(Function<StreamingContext, DStream<String>> input) {
    Conf conf = new Conf().setMaster("local[2]").setAppName("word-count-test");
    StreamingContext context = new StreamingContext(conf, Duration.ofMillis(50));
    WordCount.define(input.apply(context)).foreachRDD(rdd -> counted.add(rdd.collect()));
    context.start();
    return context;
  }

  /** Adds batches up until as many words were counted as expected. */
  private Map<String, Integer> takeCounts(Map<String, Integer> expected)
      throws InterruptedException {
    Map<String, Integer> counts = new HashMap<>();
    while (numWords(counts) < numWords(expected)) {
      List<Tuple2<String, Integer>> batch = counted.poll(30, TimeUnit.SECONDS);
      assertThat(batch).as("batches go on").isNotNull();
      batch.forEach(count -> counts.merge(count._1(), count._2(), Integer::sum));
    }
    return counts;
  }

  private static int numWords(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
