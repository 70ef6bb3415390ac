package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.rdd.RDDContext;
import io.millrace.source.InputRange;
import io.millrace.source.Source;
import io.millrace.source.SourceContext;
import io.millrace.spi.plan.PlanNode;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The source that the migration guide shows. */
@Timeout(60)
class OwnInputTest {

  private static final Path PROJECT = Path.of(System.getProperty("basedir", ".")).resolve("..");

  // guide begin
  /** The numbers from 0 on, three for each batch. */
  static final class Numbers implements Source<Long, Numbers.Range> {

    record Range(long from, long to) implements InputRange {

      @Override
      public long numRecords() {
        return to - from;
      }

      @Override
      public boolean isEmpty() {
        return from == to;
      }

      @Override
      public String description() {
        return "numbers " + from + " to " + to;
      }
    }

    private final RDDContext context;
    private long next;

    Numbers(RDDContext context) {
      this.context = context;
    }

    @Override
    public void start(SourceContext context) {}

    @Override
    public Range nextRange(long batchTimeMillis, long previousTimeMillis) {
      Range range = new Range(next, next + 3);
      next = range.to();
      return range;
    }

    @Override
    public PlanNode<Long> read(Range range) {
      List<Long> numbers = LongStream.range(range.from(), range.to()).boxed().toList();
      return context.parallelize(numbers, 2).plan();
    }

    @Override
    public void stop() {}
  }

  // guide end

  @Test
  @Tag("one-run")
  void source_thatTheGuideShows_givesItsRanges() throws Exception {
    try (StreamTest test = new StreamTest()) {
      StreamingContext context = test.context();
      InputDStream<Long> numbers = context.sourceStream(new Numbers(context.rddContext()));
      Recorded<Long> recorded = test.record(numbers.map(n -> n * 10));
      test.run(2);
      assertThat(recorded.batches()).containsExactly(List.of(0L, 10L, 20L), List.of(30L, 40L, 50L));
      assertThat(context.progress().lastBatch().orElseThrow().streamIdToInputInfo())
          .containsEntry(numbers.id(), new StreamInputInfo(numbers.id(), 3, "numbers 3 to 6"));
    }
  }

  @Tag("embedded") // reads files beside its module
  @Test
  void guide_showsTheSourceWordForWord() throws IOException {
    String test =
        Files.readString(
            PROJECT.resolve("testkit/src/test/java/io/millrace/stream/OwnInputTest.java"));
    String begin = "// guide " + "begin\n";
    String source =
        test.substring(test.indexOf(begin) + begin.length(), test.indexOf("  // guide " + "end"))
            .lines()
            .map(line -> line.isBlank() ? "" : line.substring(2))
            .collect(Collectors.joining("\n"))
            .strip();
    assertThat(Files.readString(PROJECT.resolve("docs/migrating-from-spark-streaming.md")))
        .contains(source);
  }
}
