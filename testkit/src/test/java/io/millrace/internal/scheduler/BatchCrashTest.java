package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.rdd.RDDContext;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import io.millrace.testkit.CrashPoints;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Programs are killed at every call, and started again, and killed again. */
class BatchCrashTest {

  private static final RDDContext ENGINE = Life.engine(new Conf());

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  static void oneSink(StreamingContext context, Life life) {
    tagged(context, life, 4).writeTo(new OutsideSink(life.key(), "A"));
  }

  static void windowed(StreamingContext context, Life life) {
    DStream<String> tagged = tagged(context, life, 4);
    tagged.writeTo(new OutsideSink(life.key(), "A")).uid("a");
    tagged.window(Duration.ofSeconds(3)).writeTo(new OutsideSink(life.key(), "W")).uid("w");
  }

  private static DStream<String> tagged(StreamingContext context, Life life, int end) {
    DStream<String> tagged = context.sourceStream(life.numbers(end)).map(new Tag(life.key()));
    tagged.foreachBatch((rdd, batch) -> life.see(batch, rdd.collect()));
    return tagged;
  }

  @Test
  void oneSink_hasEachRecordOnce() {
    CrashStory story =
        CrashStory.of(
            ENGINE,
            BatchCrashTest::oneSink,
            outside -> {
              Expected.eachOnce(outside, "A", 4);
              Expected.seen(outside, "A");
            });
    assertThat(CrashPoints.explore(story, CrashPoints.CRASHES, 1)).isGreaterThan(50);
  }

  @Test
  void window_holdsWhatTheSinkHas() {
    CrashStory story =
        CrashStory.of(
            ENGINE,
            BatchCrashTest::windowed,
            outside -> {
              Expected.eachOnce(outside, "A", 4);
              Expected.seen(outside, "A");
              Expected.windows(outside, "W", "A", 3_000);
            });
    assertThat(CrashPoints.explore(story, CrashPoints.CRASHES, 1)).isGreaterThan(50);
  }
}
