package io.millrace.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StepTimesTest {

  private static final int NUM_RUNS = 50;

  @Test
  void millis_isWhatWasAdded() {
    for (long seed = 0; seed < NUM_RUNS; seed++) {
      Random random = new Random(seed);
      StepTimes times = new StepTimes();
      TreeMap<Integer, Long> model = new TreeMap<>();
      int step = random.nextInt(100);
      long millis = 0;
      for (int i = 0; i < 300; i++) {
        String about = "seed " + seed + ", addition " + i;
        step += random.nextInt(10) == 0 ? 2 : 1;
        millis += random.nextInt(10) == 0 ? random.nextInt(5000) : 1000;
        times.add(step, millis);
        model.put(step, millis);
        int oldest = model.firstKey() + random.nextInt(step - model.firstKey() + 1);
        if (random.nextInt(20) == 0) {
          times.forgetBefore(oldest);
          model.headMap(oldest).clear();
        } else if (random.nextInt(20) == 0) {
          int base = oldest;
          times.renumber(base);
          TreeMap<Integer, Long> renumbered = new TreeMap<>();
          model.tailMap(base).forEach((key, value) -> renumbered.put(key - base, value));
          model = renumbered;
          step -= base;
        }
        for (Map.Entry<Integer, Long> entry : model.entrySet()) {
          assertThat(times.millis(entry.getKey())).as(about).isEqualTo(entry.getValue());
        }
      }
    }
  }

  @Test
  void equalDistancesTakeOneRun() {
    StepTimes times = new StepTimes();
    for (int step = 1; step <= 10_000; step++) {
      times.add(step, 100L * step);
    }
    assertThat(times.numRuns()).isEqualTo(1);
    times.add(10_001, 2_000_000);
    assertThat(times.numRuns()).isEqualTo(2);
    assertThat(times.millis(10_000)).isEqualTo(1_000_000);
    times.forgetBefore(10_001);
    assertThat(times.numRuns()).isEqualTo(1);
  }

  @Test
  void aStepThatWasNotAdded_isNotKnown() {
    StepTimes times = new StepTimes();
    times.add(5, 100);
    times.add(7, 300);
    assertThatThrownBy(() -> times.millis(4)).hasMessageContaining("step 4");
    assertThatThrownBy(() -> times.millis(6)).hasMessageContaining("step 6");
    assertThatThrownBy(() -> times.millis(8)).hasMessageContaining("step 8");
  }
}
