package io.millrace.stream;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.TaskContext;
import io.millrace.Tuple2;
import io.millrace.rdd.CollectionAccumulator;
import io.millrace.rdd.RDDContext;
import io.millrace.testkit.StreamTest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class OutputTest {

  private static String printedBy(StreamTest test, int numBatches) throws InterruptedException {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      test.run(numBatches);
    } finally {
      System.setOut(console);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  @Tag("one-run")
  void print_writesTimeAndRecords_nothingWithoutDataset() throws Exception {
    try (StreamTest test = new StreamTest()) {
      test.pairInput(asList(List.of(Tuple2.of("ä", 1), Tuple2.of("b", 2)), List.of(), null), 2)
          .print();
      assertThat(printedBy(test, 3))
          .isEqualTo(
              """
              -------------------------------------------
              Time: 1000 ms
              -------------------------------------------
              (ä,1)
              (b,2)

              -------------------------------------------
              Time: 2000 ms
              -------------------------------------------

              """);
    }
  }

  @Test
  @Tag("one-run")
  void print_endsInDotsIfThereIsMore() throws Exception {
    try (StreamTest test = new StreamTest()) {
      DStream<Integer> numbers =
          test.input(
              List.of(
                  IntStream.rangeClosed(1, 3).boxed().toList(),
                  IntStream.rangeClosed(1, 2).boxed().toList()),
              3);
      numbers.print(2);
      assertThat(printedBy(test, 2))
          .isEqualTo(
              """
              -------------------------------------------
              Time: 1000 ms
              -------------------------------------------
              1
              2
              ...

              -------------------------------------------
              Time: 2000 ms
              -------------------------------------------
              1
              2

              """);
    }
  }

  @Test
  void print_showsTenByDefault() throws Exception {
    try (StreamTest test = new StreamTest()) {
      test.input(List.of(IntStream.rangeClosed(1, 11).boxed().toList()), 2).print();
      assertThat(printedBy(test, 1)).contains("\n10\n...\n").doesNotContain("\n11\n");
    }
  }

  @Test
  @Tag("one-run")
  void foreachRDD_isCalledOncePerBatchInOrder_notWithoutDataset() throws Exception {
    List<String> seen = new ArrayList<>();
    try (StreamTest test = new StreamTest()) {
      DStream<Integer> numbers = test.input(asList(List.of(1, 2), null, List.of(3)), 1);
      numbers.foreachRDD(rdd -> seen.add("first " + rdd.collect()));
      numbers.foreachRDD((rdd, time) -> seen.add("second " + rdd.count() + " " + time));
      test.run(3);
    }
    assertThat(seen)
        .containsExactly("first [1, 2]", "second 2 1000 ms", "first [3]", "second 1 3000 ms");
  }

  @Test
  @Tag("one-run")
  void foreachBatch_numbersBatchesFromOne() throws Exception {
    List<Batch> batches = new ArrayList<>();
    try (StreamTest test = new StreamTest()) {
      test.input(List.of(List.of(1)), 1).foreachBatch((rdd, batch) -> batches.add(batch));
      test.run(3);
    }
    assertThat(batches)
        .containsExactly(
            new Batch(1, new Time(1000), 0, false),
            new Batch(2, new Time(2000), 0, false),
            new Batch(3, new Time(3000), 0, false));
  }

  @Test
  @Tag("one-run")
  void foreachBatch_numbersBatchesWithoutDatasetToo() throws Exception {
    List<Long> numbers = new ArrayList<>();
    try (StreamTest test = new StreamTest()) {
      test.input(asList(List.of(1), null, List.of(2)), 1)
          .window(Duration.ofSeconds(2), Duration.ofSeconds(2))
          .foreachBatch((rdd, batch) -> numbers.add(batch.number()));
      test.run(6);
    }
    assertThat(numbers).containsExactly(2L, 4L, 6L);
  }

  @Test
  void saveAsTextFiles_makesADirectoryPerBatch(@TempDir Path directory) throws Exception {
    try (StreamTest test = new StreamTest()) {
      DStream<String> words = test.input(asList(List.of("a", "b"), null, List.of("c")), 2);
      words.saveAsTextFiles(directory.resolve("words").toString(), "txt");
      words.map(String::toUpperCase).saveAsTextFiles(directory.resolve("upper").toString());
      test.run(3);
    }
    assertThat(namesIn(directory))
        .containsExactly("upper-1000", "upper-3000", "words-1000.txt", "words-3000.txt");
    Path first = directory.resolve("words-1000.txt");
    assertThat(namesIn(first)).containsExactly("_SUCCESS", "part-00000", "part-00001");
    assertThat(first.resolve("part-00000")).hasContent("a\n");
    assertThat(first.resolve("part-00001")).hasContent("b\n");
    assertThat(directory.resolve("upper-3000/part-00001")).hasContent("C\n");
  }

  @Test
  void saveAsTextFiles_replacesADirectoryThatIsThere(@TempDir Path directory) throws Exception {
    for (String word : List.of("old", "new")) {
      try (StreamTest test = new StreamTest()) {
        test.input(List.of(List.of(word)), word.equals("old") ? 3 : 1)
            .saveAsTextFiles(directory.resolve("words").toString(), "");
        test.run(1);
      }
    }
    assertThat(namesIn(directory.resolve("words-1000"))).containsExactly("_SUCCESS", "part-00000");
    assertThat(directory.resolve("words-1000/part-00000")).hasContent("new\n");
  }

  private static List<String> namesIn(Path directory) throws Exception {
    try (java.util.stream.Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  @Tag("one-run")
  void foreachPartition_getsTheRecordsOfEachPartition_emptyOnesIncluded() throws Exception {
    try (StreamTest test = new StreamTest()) {
      CollectionAccumulator<List<Integer>> seen =
          test.context().rddContext().collectionAccumulator();
      test.input(asList(List.of(1, 2, 3), List.of(), null), 2)
          .foreachPartition(
              records -> {
                List<Integer> part = new ArrayList<>();
                records.forEachRemaining(part::add);
                seen.add(part);
              });
      test.run(3);
      assertThat(seen.value())
          .containsExactlyInAnyOrder(List.of(1), List.of(2, 3), List.of(), List.of());
    }
  }

  @Test
  @Tag("one-run")
  void foreachPartition_withItsBatch_namesEachPartOfTheOutput() throws Exception {
    try (StreamTest test = new StreamTest()) {
      CollectionAccumulator<String> parts = test.context().rddContext().collectionAccumulator();
      test.input(List.of(List.of(1, 2), List.of(3, 4)), 2)
          .foreachPartition(
              (records, batch) ->
                  parts.add(
                      batch.number()
                          + "/"
                          + batch.time().milliseconds()
                          + "/"
                          + TaskContext.getPartitionId()
                          + "="
                          + records.next()));
      test.run(2);
      assertThat(parts.value())
          .containsExactlyInAnyOrder("1/1000/0=1", "1/1000/1=2", "2/2000/0=3", "2/2000/1=4");
    }
  }

  @Test
  void saveAsObjectFiles_writesADirectoryPerBatch_thatReadsBackAsItWas(@TempDir Path directory)
      throws Exception {
    String prefix = directory.resolve("pairs").toString();
    try (StreamTest test = new StreamTest()) {
      PairDStream<String, Integer> pairs =
          test.pairInput(
              asList(List.of(Tuple2.of("a", 1), Tuple2.of(null, 2)), null, List.of()), 2);
      pairs.saveAsObjectFiles(prefix, "bin");
      pairs.mapValues(i -> -i).saveAsObjectFiles(prefix);
      test.run(3);
      RDDContext context = test.context().rddContext();
      assertThat(context.<Tuple2<String, Integer>>objectFile(prefix + "-1000.bin").collect())
          .containsExactly(Tuple2.of("a", 1), Tuple2.of(null, 2));
      assertThat(context.<Tuple2<String, Integer>>objectFile(prefix + "-1000").collect())
          .containsExactly(Tuple2.of("a", -1), Tuple2.of(null, -2));
      assertThat(context.objectFile(prefix + "-3000.bin").collect()).isEmpty();
      assertThat(Path.of(prefix + "-2000.bin")).as("a batch without dataset").doesNotExist();
    }
  }

  @Test
  void saveAsObjectFiles_replacesWhatARepeatedBatchFinds(@TempDir Path directory) throws Exception {
    String prefix = directory.resolve("numbers").toString();
    for (int run = 1; run <= 2; run++) {
      try (StreamTest test = new StreamTest()) {
        test.input(List.of(List.of(run, run + 1)), 3 - run).saveAsObjectFiles(prefix);
        test.run(1);
      }
    }
    try (RDDContext context = new RDDContext("local[1]", "read back")) {
      assertThat(context.<Integer>objectFile(prefix + "-1000").collect()).containsExactly(2, 3);
    }
  }
}
