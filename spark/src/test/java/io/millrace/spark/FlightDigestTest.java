package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.flights.FlightDemo;
import io.millrace.examples.flights.PlaySpeed;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The flight demo on Spark in this process. */
@Tag("slow")
class FlightDigestTest {

  private static final int BATCHES = 12;

  @Test
  @Timeout(120)
  void digest_isThatOfTheEmbeddedEngine() throws Exception {
    String embedded = digest("local[2]");
    SparkInProcess.stop();
    assertThat(digest("spark-local[2]")).isEqualTo(embedded).isNotEmpty();
  }

  private static String digest(String master) throws Exception {
    return new FlightDemo()
        .master(master)
        .batches(BATCHES)
        .speed(PlaySpeed.parse("max"))
        .run(new PrintStream(OutputStream.nullOutputStream()))
        .digest();
  }
}
