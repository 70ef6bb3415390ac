package io.millrace.examples;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.rdd.Broadcast;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Divides points into clusters around their means by Lloyd's algorithm (Least squares quantization
 * in PCM, 1982): an iterative program that persists its points, broadcasts the few values that
 * change, and aggregates by key.
 */
public final class KMeans {

  static final String USAGE =
      "usage: KMeans --points file --clusters n [--iterations 100] [--seed 1] [--master local[*]]";

  /**
   * What the program found.
   *
   * @param centres the mean of each cluster
   * @param iterations how many steps moved a centre
   * @param cost sum of the squared distances of all points from their centres
   */
  public record Result(List<double[]> centres, int iterations, double cost) {}

  /** The points of a cluster, added up. */
  private static final class Sum implements Serializable {

    private static final long serialVersionUID = 1L;

    private final double[] coordinates;
    private long count;

    Sum(int dimensions) {
      this.coordinates = new double[dimensions];
    }

    Sum add(double[] point) {
      return add(point, 1);
    }

    Sum add(Sum other) {
      return add(other.coordinates, other.count);
    }

    private Sum add(double[] added, long times) {
      for (int i = 0; i < coordinates.length; i++) {
        coordinates[i] += added[i];
      }
      count += times;
      return this;
    }

    double[] mean() {
      return Arrays.stream(coordinates).map(sum -> sum / count).toArray();
    }
  }

  private KMeans() {}

  /**
   * Moves each centre to the mean of the points that are nearest to it until none moves, or for
   * {@code maxIterations} steps. A centre without points stays where it is.
   *
   * @param points all of the same dimensions; worth persisting
   */
  public static Result cluster(RDD<double[]> points, List<double[]> initial, int maxIterations) {
    List<double[]> centres = initial;
    for (int iteration = 0; iteration < maxIterations; iteration++) {
      List<double[]> moved = moved(points, centres);
      if (isSame(moved, centres)) {
        return new Result(centres, iteration, cost(points, centres));
      }
      centres = moved;
    }
    return new Result(centres, maxIterations, cost(points, centres));
  }

  private static List<double[]> moved(RDD<double[]> points, List<double[]> centres) {
    Broadcast<List<double[]>> known = points.context().broadcast(centres);
    Sum zero = new Sum(centres.get(0).length);
    Map<Integer, Sum> sums =
        points
            .keyBy(point -> nearest(point, known.value()))
            .aggregateByKey(zero, (sum, point) -> sum.add(point), (a, b) -> a.add(b))
            .collectAsMap();
    known.destroy();
    List<double[]> moved = new ArrayList<>(centres);
    sums.forEach((cluster, sum) -> moved.set(cluster, sum.mean()));
    return moved;
  }

  private static double cost(RDD<double[]> points, List<double[]> centres) {
    Broadcast<List<double[]>> known = points.context().broadcast(centres);
    double cost =
        points
            .mapToDouble(
                point -> squaredDistance(point, known.value().get(nearest(point, known.value()))))
            .sum();
    known.destroy();
    return cost;
  }

  /** The number of the nearest centre, of equally near ones the first. */
  static int nearest(double[] point, List<double[]> centres) {
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < centres.size(); i++) {
      double distance = squaredDistance(point, centres.get(i));
      if (distance < least) {
        least = distance;
        nearest = i;
      }
    }
    return nearest;
  }

  static double squaredDistance(double[] a, double[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "a point of " + a.length + " dimensions among those of " + b.length);
    }
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  private static boolean isSame(List<double[]> a, List<double[]> b) {
    return Arrays.deepEquals(a.toArray(), b.toArray());
  }

  /**
   * Clusters the points of a file, beginning with points that are drawn at random.
   *
   * @param conf its master is {@code local[*]} if it has none
   * @param path of the points, as {@link RDDContext#textFile} takes it: a line for each, of numbers
   *     with white space or commas between them
   * @throws IllegalArgumentException if there are fewer points than clusters
   */
  public static Result run(Conf conf, String path, int clusters, int maxIterations, long seed) {
    Conf complete =
        new Conf(conf)
            .setIfMissing("millrace.master", "local[*]")
            .setIfMissing("millrace.app.name", "kmeans");
    try (RDDContext context = new RDDContext(complete)) {
      RDD<double[]> points =
          context.textFile(path).filter(line -> !line.isBlank()).map(KMeans::parse).cache();
      List<double[]> initial = points.takeSample(false, clusters, seed);
      if (clusters < 1 || initial.size() < clusters) {
        throw new IllegalArgumentException(
            "can't make " + clusters + " clusters of " + points.count() + " points");
      }
      return cluster(points, initial, maxIterations);
    }
  }

  private static double[] parse(String line) {
    String[] numbers = line.trim().split("[\\s,]+");
    return Arrays.stream(numbers).mapToDouble(Double::parseDouble).toArray();
  }

  public static void main(String[] args) {
    try {
      Arguments arguments =
          Arguments.parse(
              args,
              List.of("--points", "--clusters", "--iterations", "--seed", "--master"),
              List.of());
      Conf conf = new Conf();
      arguments.value("--master").ifPresent(conf::setMaster);
      Result result =
          run(
              conf,
              needed(arguments, "--points"),
              Integer.parseInt(needed(arguments, "--clusters")),
              Integer.parseInt(arguments.value("--iterations").orElse("100")),
              Long.parseLong(arguments.value("--seed").orElse("1")));
      result.centres().forEach(centre -> System.out.println(Arrays.toString(centre)));
      System.out.printf(Locale.ROOT, "%d steps, cost %.6g%n", result.iterations(), result.cost());
    } catch (IllegalArgumentException | InvalidSettingException e) {
      System.err.println("KMeans: " + e.getMessage());
      System.err.println(USAGE);
      System.exit(2);
    }
  }

  private static String needed(Arguments arguments, String option) {
    return arguments
        .value(option)
        .orElseThrow(() -> new IllegalArgumentException("give a value for " + option));
  }
}
