package io.millrace.benchmarks.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.benchmarks.cluster.Load.Program;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LoadDataTest {

  private static final Load RUNNING_SUM = new Load(Program.RUNNING_SUM, 2_000, 100, 3, false, 1, 2);

  /** How often each pair of a key and its sum is emitted. */
  private static Map<Tuple2<Long, Long>, Long> emitted(List<Tuple2<Long, Long>> events) {
    Map<Long, Long> sums = new HashMap<>();
    return events.stream()
        .map(event -> Tuple2.of(event._1(), sums.merge(event._1(), event._2(), Long::sum)))
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  @Test
  void events_giveTheSameRunningSumsInWhateverOrderTheyCome() {
    Random random = new Random(20_120_425);
    for (List<Tuple2<Long, Long>> batch : LoadData.events(RUNNING_SUM)) {
      List<Tuple2<Long, Long>> shuffled = new ArrayList<>(batch);
      Collections.shuffle(shuffled, random);

      assertThat(shuffled).isNotEqualTo(batch);
      assertThat(emitted(shuffled)).isEqualTo(emitted(batch));
    }
  }

  @Test
  void events_areBatchesOfKeysThatHaveManyNumbers() {
    List<List<Tuple2<Long, Long>>> batches = LoadData.events(RUNNING_SUM);

    assertThat(batches).hasSize(3).allSatisfy(batch -> assertThat(batch).hasSize(2_000));
    assertThat(batches.get(0)).isNotEqualTo(batches.get(1));
    assertThat(batches.stream().flatMap(List::stream).map(Tuple2::_1).distinct()).hasSize(100);
    assertThat(batches.stream().flatMap(List::stream).map(Tuple2::_2).distinct())
        .hasSizeGreaterThan(50)
        .allMatch(number -> number >= 1 && number <= 100);
    assertThat(LoadData.zeros(RUNNING_SUM)).hasSize(100).allMatch(zero -> zero._2() == 0);
  }

  @Test
  void numbers_fallIntoAHundredGroups() {
    Load load = new Load(Program.SUM_BY_KEY, 1_000, 0, 1, false, 1, 2);

    assertThat(LoadData.numbers(load)).hasSize(1_000).doesNotHaveDuplicates().startsWith(0L);
    assertThat(LoadData.numbers(load).stream().map(LoadData::group).distinct()).hasSize(100);
  }

  @Test
  void jobTimes_areThoseOfJobsWhoseStartAndEndWereTold() {
    JobTimes times = new JobTimes();
    times.onEnd(1, 5);
    times.onStart(2, 10);
    times.onStart(3, 11);
    times.onEnd(3, 12);
    times.onEnd(2, 14);
    times.onStart(4, 15);

    assertThat(times.all()).containsExactly(new JobTime(11, 12), new JobTime(10, 14));
  }
}
