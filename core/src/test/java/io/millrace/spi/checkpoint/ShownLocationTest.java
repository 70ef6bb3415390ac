package io.millrace.spi.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.Conf;
import io.millrace.checkpoint.CheckpointReader;
import io.millrace.rdd.RDDContext;
import io.millrace.stream.StreamingContext;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownLocationTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/data/a@b",
        "relative?x",
        "hdfs://nn:8020/a b",
        "s3://bucket/a?endpoint=http://h:1&region=eu-west-1&pathStyle=true"
      })
  void harmlessLocations_areShownWhole(String location) {
    assertThat(ShownLocation.of(location)).isEqualTo(location);
  }

  @Test
  void whatMayBeAPassword_isHidden() {
    assertThat(ShownLocation.of("s3://KEY:tiger@b/p")).startsWith("s3://…").doesNotContain("tiger");
    assertThat(ShownLocation.of("x://b/p?key=tiger"))
        .startsWith("x://b/p?…")
        .doesNotContain("tiger");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s9://KEY:ti/tiger@bucket/a", "s9://bucket/a?secretKey=tiger"})
  void errorsAboutPlaces_showNoSecrets(String location) throws Exception {
    Conf conf = new Conf().setMaster("local").setAppName("places");
    try (RDDContext context = new RDDContext(conf);
        StreamingContext streams = new StreamingContext(context, Duration.ofMillis(100))) {
      List<ThrowingCallable> uses =
          List.of(
              () -> context.textFile(location).count(),
              () -> context.parallelize(List.of(1)).saveAsTextFile(location),
              () -> context.setCheckpointDir(location),
              () -> streams.checkpoint(location),
              () -> streams.textFileStream(location),
              () -> CheckpointReader.open(location));
      for (ThrowingCallable use : uses) {
        Throwable thrown = catchThrowable(use);
        StringWriter trace = new StringWriter();
        if (thrown != null) {
          thrown.printStackTrace(new PrintWriter(trace));
        }
        assertThat(trace.toString()).doesNotContain("tiger");
      }
    }
  }
}
