package io.millrace.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDDContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PageRankTest {

  private static final long SEED = 1_998;

  @ParameterizedTest
  @CsvSource({"1,0", "3,1", "2,25"})
  void rank_agreesWithAPlainComputation(int partitions, int iterations, @TempDir Path directory) {
    List<String> edges = randomEdges(new Random(SEED), 200, 900);
    try (RDDContext context = new RDDContext("local[2]", "test")) {
      context.setCheckpointDir(directory.toString());
      PairRDD<String, Double> ranks =
          PageRank.rank(context.parallelize(edges, partitions), iterations);

      Map<String, Double> expected = plainRanks(edges, iterations);
      Map<String, Double> actual = ranks.collectAsMap();
      assertThat(actual.keySet()).as("seed %d", SEED).isEqualTo(expected.keySet());
      expected.forEach(
          (page, rank) -> assertThat(actual.get(page)).as(page).isCloseTo(rank, within(1e-13)));
      assertThat(ranks.values().mapToDouble(rank -> rank).sum()).isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void rank_ofNoLinksIsNothing() {
    try (RDDContext context = new RDDContext("local[2]", "test")) {
      assertThat(PageRank.rank(context.parallelize(List.of("# none", ""), 2), 3).collect())
          .isEmpty();
    }
  }

  @Test
  void run_yieldsTheHighestRanksOfAFile(@TempDir Path directory) throws IOException {
    Path edges = Files.writeString(directory.resolve("edges"), "a hub\nb hub\nc hub\nhub a\n");

    List<Tuple2<String, Double>> top =
        PageRank.run(new Conf().setMaster("local[2]"), edges.toString(), 30, 3);

    assertThat(top).extracting(Tuple2::_1).containsExactly("hub", "a", "b");
    assertThat(top.get(2)._2()).isCloseTo(0.15 / 4, within(1e-12));
  }

  /** About a tenth of the pages have no links, and some links come twice. */
  private static List<String> randomEdges(Random random, int numPages, int numEdges) {
    List<String> edges = new ArrayList<>();
    for (int i = 0; i < numEdges; i++) {
      int from = random.nextInt(numPages * 9 / 10);
      edges.add("page" + from + " page" + (int) (numPages * Math.pow(random.nextDouble(), 2)));
    }
    return edges;
  }

  private static Map<String, Double> plainRanks(List<String> edges, int iterations) {
    Map<String, Set<String>> links = new TreeMap<>();
    for (String edge : new LinkedHashSet<>(edges)) {
      String[] pages = edge.split(" ");
      links.computeIfAbsent(pages[0], page -> new TreeSet<>()).add(pages[1]);
      links.computeIfAbsent(pages[1], page -> new TreeSet<>());
    }
    Map<String, Double> ranks = new TreeMap<>();
    links.keySet().forEach(page -> ranks.put(page, 1.0 / links.size()));
    for (int i = 0; i < iterations; i++) {
      Map<String, Double> next = new TreeMap<>();
      double withoutLinks = 0;
      for (Map.Entry<String, Set<String>> page : links.entrySet()) {
        double rank = ranks.get(page.getKey());
        for (String target : page.getValue()) {
          next.merge(target, rank / page.getValue().size(), Double::sum);
        }
        withoutLinks += page.getValue().isEmpty() ? rank : 0;
      }
      double spread = withoutLinks;
      links
          .keySet()
          .forEach(
              page ->
                  ranks.put(
                      page,
                      0.15 / links.size()
                          + 0.85 * (next.getOrDefault(page, 0.0) + spread / links.size())));
    }
    return ranks;
  }
}
