package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.internal.scheduler.Outside.Sight;
import io.millrace.internal.scheduler.Outside.Written;
import io.millrace.sink.Marker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** What must be true outside, whatever has happened to the processes. */
final class Expected {

  private Expected() {}

  /** A target has the numbers 1 to {@code end}, each once, in batches of increasing number. */
  static void eachOnce(Outside outside, String target, int end) {
    assertThat(numbers(outside, target))
        .as("numbers in %s: %s", target, outside.written(target))
        .isEqualTo(IntStream.rangeClosed(1, end).boxed().toList());
    increasing(outside, target);
  }

  /** A target has the first numbers, each once, in batches of increasing number. */
  static void prefixOnce(Outside outside, String target) {
    List<Integer> numbers = numbers(outside, target);
    assertThat(numbers)
        .as("numbers in %s: %s", target, outside.written(target))
        .isEqualTo(IntStream.rangeClosed(1, numbers.size()).boxed().toList());
    increasing(outside, target);
  }

  /**
   * Each batch is later than all batches before it, but for those that left nothing in the log: a
   * driver that starts on a clock which was set back does not know of them.
   *
   * @param times by batch number, in order
   * @param isIdle whether a batch had neither input nor a window that holds any
   */
  static void times(Map<Long, Long> times, Predicate<Long> isIdle) {
    long lastMillis = Long.MIN_VALUE;
    for (Map.Entry<Long, Long> batch : times.entrySet()) {
      assertThat(batch.getValue())
          .as("time of batch %d in %s", batch.getKey(), times)
          .isGreaterThan(lastMillis);
      if (!isIdle.test(batch.getKey())) {
        lastMillis = batch.getValue();
      }
    }
  }

  private static List<Integer> numbers(Outside outside, String target) {
    return outside.written(target).stream()
        .flatMap(batch -> batch.rows().stream())
        .map(Tag::number)
        .toList();
  }

  private static void increasing(Outside outside, String target) {
    assertThat(outside.written(target))
        .as("batches in %s", target)
        .extracting(batch -> batch.marker().batch())
        .doesNotHaveDuplicates()
        .isSorted();
  }

  /**
   * Who watches sees every batch that a target has, with the same numbers; one that comes again
   * comes with the same time and input, and says so.
   */
  static void seen(Outside outside, String target) {
    Map<Long, Sight> first = new TreeMap<>();
    Map<Long, Long> epochs = new HashMap<>();
    for (Sight sight : outside.sights) {
      Sight before = first.putIfAbsent(sight.batch(), sight);
      if (before != null) {
        assertThat(sight.isRepeat()).as("%s after %s", sight, before).isTrue();
        assertThat(sight.timeMillis())
            .as("%s after %s", sight, before)
            .isEqualTo(before.timeMillis());
        assertThat(numbers(sight.records()))
            .as("%s after %s", sight, before)
            .isEqualTo(numbers(before.records()));
        assertThat(sight.epoch()).isGreaterThan(epochs.get(sight.batch()));
      }
      epochs.put(sight.batch(), sight.epoch());
    }
    Map<Long, Long> times = new TreeMap<>();
    first.forEach((batch, sight) -> times.put(batch, sight.timeMillis()));
    times(times, batch -> first.get(batch).records().isEmpty());
    for (Written batch : outside.written(target)) {
      assertThat(first).as("batches seen").containsKey(batch.marker().batch());
      assertThat(numbers(first.get(batch.marker().batch()).records()))
          .isEqualTo(numbers(batch.rows()));
      assertThat(outside.sights)
          .as("the attempt that %s has was seen", target)
          .anyMatch(
              sight ->
                  sight.batch() == batch.marker().batch()
                      && sight.epoch() == batch.marker().epoch()
                      && sight.records().equals(batch.rows()));
    }
  }

  private static List<Integer> numbers(List<String> records) {
    return records.stream().map(Tag::number).toList();
  }

  /** Two targets have the same batches. */
  static void equal(Outside outside, String target, String other) {
    assertThat(outside.written(other)).isEqualTo(outside.written(target));
  }

  /** A target has those of the records of another that are chosen, in the same batches. */
  static void part(Outside outside, String part, String target, Predicate<String> chosen) {
    Map<Marker, List<String>> expected = new LinkedHashMap<>();
    for (Written batch : outside.written(target)) {
      List<String> rows = batch.rows().stream().filter(chosen).toList();
      if (!rows.isEmpty()) {
        expected.put(batch.marker(), rows);
      }
    }
    Map<Marker, List<String>> found = new LinkedHashMap<>();
    outside.written(part).forEach(batch -> found.put(batch.marker(), batch.rows()));
    assertThat(found).isEqualTo(expected);
  }

  private static Map<Long, Long> times(Outside outside) {
    Map<Long, Long> times = new HashMap<>(outside.times);
    outside.sights.forEach(
        sight ->
            assertThat(times.merge(sight.batch(), sight.timeMillis(), (a, b) -> b))
                .isEqualTo(sight.timeMillis()));
    return times;
  }

  /**
   * Each batch in {@code windows} holds exactly what {@code target} holds of the batches in its
   * window, as it was computed then; and no batch with records is missing.
   */
  static void windows(Outside outside, String windows, String target, long lengthMillis) {
    Map<Long, Long> times = times(outside);
    for (Written window : outside.written(windows)) {
      long end = times.get(window.marker().batch());
      List<String> expected = new ArrayList<>();
      for (Written batch : outside.written(target)) {
        long time = times.get(batch.marker().batch());
        if (time > end - lengthMillis && time <= end) {
          expected.addAll(batch.rows());
        }
      }
      assertThat(window.rows())
          .as("window of %s at %d ms", window.marker(), end)
          .isEqualTo(expected);
    }
    assertThat(outside.written(windows))
        .extracting(Written::marker)
        .containsAll(outside.written(target).stream().map(Written::marker).toList());
    increasing(outside, windows);
  }

  /**
   * {@code chains} has the records of {@code target}, in its batches, each with the one before it
   * of its key: the state is that of the attempts which the target has.
   */
  static void chains(Outside outside, String chains, String target) {
    Map<Integer, String> last = new HashMap<>();
    Map<Marker, Set<String>> expected = new LinkedHashMap<>();
    for (Written batch : outside.written(target)) {
      Set<String> links = new HashSet<>();
      for (String record : batch.rows()) {
        String before = last.put(Tag.number(record) % 2, record);
        links.add(record + "<" + (before == null ? "" : before));
      }
      if (!links.isEmpty()) {
        expected.put(batch.marker(), links);
      }
    }
    Map<Marker, Set<String>> found = new LinkedHashMap<>();
    for (Written batch : outside.written(chains)) {
      if (!batch.rows().isEmpty()) {
        found.put(batch.marker(), new HashSet<>(batch.rows()));
      }
    }
    assertThat(found).as("chains in %s", chains).isEqualTo(expected);
  }

  /** Each batch in {@code sums} has the sums over the batches of {@code target} in its window. */
  static void sums(Outside outside, String sums, String target, long lengthMillis) {
    Map<Long, Long> times = times(outside);
    for (Written window : outside.written(sums)) {
      long end = times.get(window.marker().batch());
      Map<Integer, Long> expected = new TreeMap<>();
      for (Written batch : outside.written(target)) {
        long time = times.get(batch.marker().batch());
        if (time > end - lengthMillis && time <= end) {
          batch
              .rows()
              .forEach(
                  record -> expected.merge(Tag.number(record) % 2, Tag.weight(record), Long::sum));
        }
      }
      Map<Integer, Long> found = new TreeMap<>();
      for (String row : window.rows()) {
        String[] parts = row.split("=");
        if (!parts[1].equals("0")) {
          found.put(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
        }
      }
      assertThat(found)
          .as("sums in %s of %s at %d ms", sums, window.marker(), end)
          .isEqualTo(expected);
    }
    assertThat(outside.written(sums))
        .extracting(Written::marker)
        .containsAll(outside.written(target).stream().map(Written::marker).toList());
  }
}
