package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.examples.flights.FlightDemo;
import io.millrace.examples.flights.PlaySpeed;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs whose executors are processes of their own. */
@Tag("slow")
@Timeout(240)
class LocalClusterTest {

  private static final String CLUSTER = "local-cluster[2,1,1024]";
  private static final int BATCHES = 72;

  @TempDir private Path directory;

  private SparkPrograms.Result run(Map<String, String> properties, Class<?> main, String... args)
      throws Exception {
    return SparkPrograms.on(directory).run(properties, List.of(), main.getName(), List.of(args));
  }

  @Test
  void flightDemo_hasTheDigestOfTheEmbeddedEngine() throws Exception {
    String embedded =
        new FlightDemo()
            .master("local[2]")
            .batches(BATCHES)
            .speed(PlaySpeed.parse("max"))
            .run(new PrintStream(OutputStream.nullOutputStream()))
            .digest();

    SparkPrograms.Result result =
        run(
            Map.of(),
            FlightDemo.class,
            "--master",
            CLUSTER,
            "--batches",
            Integer.toString(BATCHES),
            "--speed",
            "max",
            "--quiet");

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output()).contains("\"digest\":\"" + embedded + "\"");
  }

  @Test
  void wordCount_isThatOfTheEmbeddedEngine() throws Exception {
    List<Tuple2<String, Integer>> embedded = CountedWords.count("local[2]");
    SparkPrograms.Result result = run(Map.of(), CountedWords.class, CLUSTER);
    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output().strip()).isEqualTo(embedded.toString());
  }

  @Test
  void executorsThatNeverCome_areToldInTime() throws Exception {
    SparkPrograms.Result result =
        run(
            Map.of("spark.executor.cores", "4", "millrace.spark.startTimeout", "3s"),
            CountedWords.class,
            CLUSTER);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.errors())
        .contains(CLUSTER + " gave no executor within 3s (millrace.spark.startTimeout)")
        .contains("executors of 4 cores and 1g each");
  }

  @Test
  void executorsWithoutMillrace_areTold() throws Exception {
    SparkPrograms.Result result =
        run(Map.of("spark.executor.extraClassPath", ""), CountedWords.class, CLUSTER);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.errors())
        .contains("the executors of " + CLUSTER + " can't run this program")
        .contains("the executors don't have the class io.millrace.spark.ExecutorProbe$Asking")
        .contains("spark.jars");
  }

  @Test
  void aFunctionWhoseClassExecutorsLack_isNamed() throws Exception {
    SparkPrograms programs = SparkPrograms.on(directory);
    Path classes =
        programs.compile(
            "DriverOnly",
            """
        import io.millrace.rdd.RDDContext;
        import java.util.List;

        public class DriverOnly {
          public static void main(String[] args) {
            try (RDDContext context = new RDDContext(args[0], "driver only")) {
              System.out.println(context.parallelize(List.of(1, 2)).map(x -> x + 1).collect());
            }
          }
        }
        """);

    SparkPrograms.Result result =
        programs.run(Map.of(), List.of(classes), "DriverOnly", List.of(CLUSTER));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.errors())
        .contains("JobFailedException: collect")
        .contains("the executors don't have the class DriverOnly")
        .contains("Send them the jar that has it");
  }
}
