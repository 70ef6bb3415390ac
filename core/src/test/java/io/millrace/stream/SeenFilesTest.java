package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SeenFilesTest {

  private final SeenFiles seen = new SeenFiles();

  @BeforeEach
  void remember() {
    seen.rememberFor(60_000);
    seen.addAll(List.of("a", "b"));
  }

  private void list(long atMillis, String... present) {
    seen.beginListing();
    for (String name : present) {
      seen.isKnown(name);
    }
    seen.endListing(atMillis);
  }

  private boolean knows(String name) {
    return seen.names().contains(name);
  }

  @Test
  void aNameThatIsAbsentForTheDuration_isForgotten() {
    for (long at = 0; at < 60_000; at += 1_000) {
      list(at, "b");
    }
    assertThat(knows("a")).isTrue();
    list(60_000, "b");
    assertThat(seen.names()).containsExactly("b");
  }

  @Test
  void aNameThatComesBack_isKnownAndCountedAnew() {
    for (long at = 0; at < 50_000; at += 1_000) {
      list(at, "b");
    }
    list(50_000, "a", "b");
    for (long at = 51_000; at < 110_000; at += 1_000) {
      list(at, "b");
    }
    assertThat(knows("a")).isTrue();
  }

  @Test
  void downtime_isNoAbsence() {
    seen.restore(List.of("a", "b"));
    list(65_000);
    list(66_000, "a", "b");
    assertThat(seen.names()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aGapBetweenTwoListings_countsForAQuarterAtMost() {
    list(0);
    list(1_000);
    list(3_600_000);
    list(7_200_000);
    list(10_800_000);
    assertThat(knows("a")).isTrue();
    list(14_400_000);
    assertThat(knows("a")).isFalse();
  }

  @Test
  void aClockThatStepsBack_countsNothing() {
    list(1_000_000);
    for (long at = 500_000; at > 0; at -= 1_000) {
      list(at);
    }
    assertThat(knows("a")).isTrue();
  }

  @Test
  void names_areKeptInFewBytesAndWithoutLoss() {
    Random random = new Random(20261201);
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < 10_000; i++) {
      String tail = List.of("", "-", "-ä", "-ä😀", "-😁").get(random.nextInt(5));
      names.add("/data/in/2026-12-01/part-" + i + tail + ".gz");
    }
    byte[] bytes = NameList.encode(names);

    assertThat(NameList.decode(bytes)).containsExactlyElementsOf(names);
    assertThat(bytes.length).isLessThan(10 * names.size());
    assertThat(NameList.decode(NameList.encode(new ArrayList<>()))).isEmpty();
  }

  @Test
  void isKnown_inAnyOrderOfListings_isThatOfASet() {
    Random random = new Random(5);
    Set<String> known = new TreeSet<>(Set.of("a", "b"));
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      order.add("n" + i);
    }
    for (int round = 0; round < 2_000; round++) {
      if (random.nextInt(5) == 0) {
        Collections.shuffle(order, random);
      }
      seen.beginListing();
      for (String name : order.subList(0, 1 + random.nextInt(order.size()))) {
        assertThat(seen.isKnown(new String(name.toCharArray())))
            .as(name)
            .isEqualTo(known.contains(name));
      }
      seen.endListing(20_000L * round);
      known.retainAll(Set.copyOf(seen.names()));
      if (random.nextInt(3) == 0) {
        String taken = "n" + random.nextInt(30);
        seen.addAll(List.of(taken));
        known.add(taken);
      }
      if (random.nextInt(200) == 0) {
        seen.restore(List.of("n1", "n2"));
        known.clear();
        known.addAll(List.of("n1", "n2"));
      }
    }
  }
}
