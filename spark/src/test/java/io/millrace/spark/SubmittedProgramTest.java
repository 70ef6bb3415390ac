package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program that names no master, as spark-submit starts it. */
@Tag("slow")
@Timeout(240)
class SubmittedProgramTest {

  private static final String PROGRAM =
      """
      import io.millrace.Conf;
      import io.millrace.Tuple2;
      import io.millrace.rdd.RDD;
      import io.millrace.stream.StreamingContext;
      import java.time.Duration;
      import java.util.ArrayDeque;
      import java.util.List;
      import java.util.Optional;
      import java.util.Queue;
      import java.util.concurrent.CountDownLatch;
      import org.apache.spark.SparkEnv;

      public class Totals {

        record Sale(String shop, int amount) {}

        public static void main(String[] args) throws Exception {
          try (StreamingContext context =
              new StreamingContext(new Conf(), Duration.ofMillis(50))) {
            context.checkpoint(args[0]);
            Queue<RDD<Sale>> batches = new ArrayDeque<>();
            List<Sale> sales = List.of(new Sale("a", 1), new Sale("b", 2), new Sale("a", 3));
            batches.add(context.rddContext().parallelize(sales, 2));
            CountDownLatch seen = new CountDownLatch(1);
            context
                .constantStream(batches.remove())
                .mapToPair(sale -> new Tuple2<>(sale.shop(), sale.amount()))
                .<Integer>updateStateByKey(
                    (amounts, total) ->
                        Optional.of(
                            total.orElse(0) + amounts.stream().mapToInt(x -> x).sum()))
                .foreachRDD(
                    (totals, time) -> {
                      if (seen.getCount() > 0) {
                        System.out.println(
                            totals.context().conf().get("millrace.master")
                                + " "
                                + totals.collectAsMap().get("a")
                                + " on driver: "
                                + totals
                                    .map(total -> SparkEnv.get().executorId())
                                    .collect()
                                    .contains("driver"));
                        seen.countDown();
                      }
                    });
            context.start();
            seen.await();
            context.stop();
          }
        }
      }
      """;

  @TempDir private Path directory;

  @Test
  void runsOnTheClusterThatItIsSubmittedTo() throws Exception {
    SparkPrograms programs = SparkPrograms.on(directory);
    Path defaults =
        Files.writeString(
            directory.resolve("spark-defaults.conf"),
            """
            spark.ui.enabled           false
            spark.driver.host          127.0.0.1
            spark.driver.bindAddress   127.0.0.1
            """);

    SparkPrograms.Result result =
        programs.submit(
            List.of(
                "--master",
                "local-cluster[1,1,1024]",
                "--name",
                "totals",
                "--properties-file",
                defaults.toString(),
                "--conf",
                "spark.default.parallelism=3"),
            programs.compile("Totals", PROGRAM),
            "Totals",
            List.of(directory.resolve("checkpoint").toString()));

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output()).contains("local-cluster[1,1,1024] 4 on driver: false");
  }
}
