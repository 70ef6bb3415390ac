package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.Conf;
import io.millrace.rdd.RDDContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class KMeansTest {

  private static final long SEED = 1_982;

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void cluster_agreesWithAPlainComputation(int partitions) {
    List<double[]> points = blobs(new Random(SEED), 5, 400);
    List<double[]> initial = points.subList(0, 5);
    try (RDDContext context = new RDDContext("local[2]", "test")) {
      KMeans.Result result =
          KMeans.cluster(context.parallelize(points, partitions).cache(), initial, 200);

      KMeans.Result expected = plainClusters(points, initial, 200);
      assertThat(result.iterations()).as("seed %d", SEED).isEqualTo(expected.iterations());
      assertThat(result.iterations()).isBetween(2, 199);
      assertThat(result.cost()).isCloseTo(expected.cost(), within(1e-6));
      for (int i = 0; i < initial.size(); i++) {
        assertThat(result.centres().get(i))
            .containsExactly(expected.centres().get(i), within(1e-9));
      }
    }
  }

  @Test
  void aCentreWithoutPoints_staysWhereItIs() {
    List<double[]> initial = List.of(new double[] {0}, new double[] {1_000});
    try (RDDContext context = new RDDContext("local[2]", "test")) {
      KMeans.Result result =
          KMeans.cluster(
              context.parallelize(List.of(new double[] {1}, new double[] {3}), 2), initial, 10);

      assertThat(result.centres().get(0)).containsExactly(2);
      assertThat(result.centres().get(1)).containsExactly(1_000);
      assertThat(result.iterations()).isEqualTo(1);
      assertThat(result.cost()).isEqualTo(2);
    }
  }

  @Test
  void run_readsPointsFromAFile(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("points"), "0 0\n0,1\n\n10 10\n10, 11\n");
    Conf conf = new Conf().setMaster("local[2]");

    KMeans.Result result = KMeans.run(conf, file.toString(), 1, 10, 1);

    assertThat(result.centres().get(0)).containsExactly(5, 5.5);
    assertThat(KMeans.run(conf, file.toString(), 4, 10, 1).cost()).isZero();
    assertThatThrownBy(() -> KMeans.run(conf, file.toString(), 5, 10, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("can't make 5 clusters of 4 points");
  }

  private static List<double[]> blobs(Random random, int numBlobs, int pointsPerBlob) {
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i < numBlobs * pointsPerBlob; i++) {
      double[] point = new double[3];
      for (int j = 0; j < point.length; j++) {
        point[j] = 4 * ((i % numBlobs + j) % numBlobs) + random.nextGaussian();
      }
      points.add(point);
    }
    return points;
  }

  private static KMeans.Result plainClusters(
      List<double[]> points, List<double[]> initial, int maxIterations) {
    List<double[]> centres = new ArrayList<>(initial);
    int iteration = 0;
    boolean moved = true;
    while (moved && iteration < maxIterations) {
      double[][] sums = new double[centres.size()][3];
      int[] counts = new int[centres.size()];
      for (double[] point : points) {
        int nearest = nearest(point, centres);
        counts[nearest]++;
        for (int j = 0; j < 3; j++) {
          sums[nearest][j] += point[j];
        }
      }
      moved = false;
      for (int i = 0; i < sums.length; i++) {
        int count = counts[i];
        if (count > 0) {
          double[] mean = Arrays.stream(sums[i]).map(sum -> sum / count).toArray();
          moved |= !Arrays.equals(mean, centres.get(i));
          centres.set(i, mean);
        }
      }
      iteration += moved ? 1 : 0;
    }
    double cost = 0;
    for (double[] point : points) {
      cost += distance(point, centres.get(nearest(point, centres)));
    }
    return new KMeans.Result(centres, iteration, cost);
  }

  private static int nearest(double[] point, List<double[]> centres) {
    int nearest = 0;
    for (int i = 1; i < centres.size(); i++) {
      if (distance(point, centres.get(i)) < distance(point, centres.get(nearest))) {
        nearest = i;
      }
    }
    return nearest;
  }

  private static double distance(double[] a, double[] b) {
    return Math.pow(a[0] - b[0], 2) + Math.pow(a[1] - b[1], 2) + Math.pow(a[2] - b[2], 2);
  }
}
