package io.millrace.examples;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.Tuple2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.Partitioner;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Ranks pages by the links between them: an iterative program over persisted datasets.
 *
 * <p>A page's rank is the chance that somebody is on it who follows a link of the page with
 * probability 0.85, each with the same chance, and else, or from a page without links, goes to any
 * page (Brin and Page, The anatomy of a large-scale hypertextual Web search engine, 1998). Ranks
 * add up to 1.
 *
 * <p>The links stay where they are: they are placed and persisted once, and each step brings the
 * ranks to them.
 */
public final class PageRank {

  static final String USAGE =
      "usage: PageRank --edges file [--iterations 20] [--top 10] [--master local[*]]";

  static final double DAMPING = 0.85;

  /** A lineage this long is still cheap to walk; checkpoints cost a write each. */
  private static final int STEPS_PER_CHECKPOINT = 10;

  private PageRank() {}

  /**
   * The rank of each page that has a link or is the target of one. Ranks are persisted; if the
   * context has a checkpoint directory they are checkpointed now and then.
   *
   * @param edges lines of a page, white space and a page that it links to; a link that comes twice
   *     counts once. Blank lines, and those that begin with {@code #}, are left out
   */
  public static PairRDD<String, Double> rank(RDD<String> edges, int iterations) {
    PairRDD<String, List<String>> links = links(edges).cache();
    boolean hasCheckpoints = edges.context().getCheckpointDir().isPresent();
    long numPages = links.count();
    PairRDD<String, Double> ranks = links.mapValues(targets -> 1.0 / numPages).cache();
    for (int step = 1; step <= iterations; step++) {
      PairRDD<String, Double> next = step(links, ranks, numPages).cache();
      if (hasCheckpoints && step % STEPS_PER_CHECKPOINT == 0) {
        next.checkpoint();
      }
      next.count(); // so that the next step finds it kept, and the last one can go
      ranks.unpersist();
      ranks = next;
    }
    links.unpersist();
    return ranks;
  }

  /** The targets of each page, none for those that are only targets. */
  private static PairRDD<String, List<String>> links(RDD<String> edges) {
    PairRDD<String, String> links = edges.filter(PageRank::isEdge).mapToPair(PageRank::edge);
    PairRDD<String, Boolean> pages =
        links
            .flatMap(link -> List.of(link._1(), link._2()).iterator())
            .keyBy(page -> page)
            .mapValues(page -> true)
            .reduceByKey((a, b) -> a);
    Partitioner byPage = new HashPartitioner(edges.context().defaultParallelism());
    return pages
        .cogroup(links.distinct(), byPage)
        .mapValues(
            groups -> {
              List<String> targets = new ArrayList<>();
              groups._2().forEach(targets::add);
              return targets;
            });
  }

  private static boolean isEdge(String line) {
    return !line.isBlank() && !line.startsWith("#");
  }

  private static Tuple2<String, String> edge(String line) {
    String[] pages = line.trim().split("\\s+");
    if (pages.length != 2) {
      throw new IllegalArgumentException("expected two pages, not '" + line + "'");
    }
    return new Tuple2<>(pages[0], pages[1]);
  }

  private static PairRDD<String, Double> step(
      PairRDD<String, List<String>> links, PairRDD<String, Double> ranks, long numPages) {
    RDD<Tuple2<List<String>, Double>> ranked = links.join(ranks).values();
    double withoutLinks = ranked.filter(page -> page._1().isEmpty()).mapToDouble(Tuple2::_2).sum();
    double everywhere = (1 - DAMPING + DAMPING * withoutLinks) / numPages;
    PairRDD<String, Double> received =
        ranked.flatMapToPair(PageRank::shares).reduceByKey(Double::sum);
    return links
        .leftOuterJoin(received)
        .mapValues(page -> everywhere + DAMPING * page._2().orElse(0.0));
  }

  private static Iterator<Tuple2<String, Double>> shares(Tuple2<List<String>, Double> page) {
    double share = page._2() / page._1().size();
    Stream<String> targets = page._1().stream();
    return targets.map(target -> new Tuple2<>(target, share)).iterator();
  }

  /**
   * The pages of the highest rank, highest first; of equal ones in order of their names.
   *
   * @param conf its master is {@code local[*]} if it has none
   * @param path of the edges, as {@link RDDContext#textFile} takes it
   */
  public static List<Tuple2<String, Double>> run(Conf conf, String path, int iterations, int top) {
    Conf complete =
        new Conf(conf)
            .setIfMissing("millrace.master", "local[*]")
            .setIfMissing("millrace.app.name", "pagerank");
    try (RDDContext context = new RDDContext(complete)) {
      return rank(context.textFile(path), iterations).takeOrdered(top, PageRank::compare);
    }
  }

  private static int compare(Tuple2<String, Double> a, Tuple2<String, Double> b) {
    int byRank = Double.compare(b._2(), a._2());
    return byRank != 0 ? byRank : a._1().compareTo(b._1());
  }

  public static void main(String[] args) {
    try {
      Arguments arguments =
          Arguments.parse(args, List.of("--edges", "--iterations", "--top", "--master"), List.of());
      String edges =
          arguments
              .value("--edges")
              .orElseThrow(() -> new IllegalArgumentException("give a file with --edges"));
      Conf conf = new Conf();
      arguments.value("--master").ifPresent(conf::setMaster);
      int iterations = Integer.parseInt(arguments.value("--iterations").orElse("20"));
      int top = Integer.parseInt(arguments.value("--top").orElse("10"));
      run(conf, edges, iterations, top)
          .forEach(page -> System.out.printf(Locale.ROOT, "%.6f  %s%n", page._2(), page._1()));
    } catch (IllegalArgumentException | InvalidSettingException e) {
      System.err.println("PageRank: " + e.getMessage());
      System.err.println(USAGE);
      System.exit(2);
    }
  }
}
