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
    return seen.contains(name);
  }

  @Test
  void aNameThatIsAbsentForTheDuration_isForgotten() {
    for (long at = 0; at < 60_000; at += 1_000) {
      list(at, "b");
    }
    assertThat(knows("a")).isTrue();
    list(60_000, "b");
    assertThat(seen.size()).isEqualTo(1);
    assertThat(knows("b")).isTrue();
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
    assertThat(knows("a") && knows("b")).isTrue();
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
  void changes_areNamesThatCameAndWent_sinceTheLastCall() {
    assertThat(seen.takeChanges()).containsExactlyInAnyOrder("a", "b");
    seen.addAll(List.of("b", "c"));
    assertThat(seen.takeChanges()).containsExactly("c");

    for (long at = 0; at < 100_000; at += 1_000) {
      list(at, "b", "c");
    }
    assertThat(seen.contains("a")).isFalse();
    assertThat(seen.takeChanges()).containsExactly("a");
    assertThat(seen.takeChanges()).isEmpty();
  }

  @Test
  void namesThatAreRestored_takeThePlaceOfThose_thatWereThere_andHaveNotChanged() {
    seen.restore(List.of("b", "d"));

    assertThat(seen.takeChanges()).isEmpty();
    assertThat(seen.contains("a")).isFalse();
    assertThat(seen.contains("d")).isTrue();
    assertThat(seen.size()).isEqualTo(2);
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
      known.removeIf(name -> !seen.contains(name));
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
