package io.millrace.spi.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NameListTest {

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
}
