package io.millrace.internal.scheduler;

import io.millrace.Tuple2;
import io.millrace.stream.DStream;
import io.millrace.stream.PairDStream;
import io.millrace.stream.graph.WindowSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A window over a stream of numbers, as a program declares it and as a plain model has it.
 *
 * @param inner the window below, only of kinds that are windows of windows
 */
record WindowForm(Kind kind, WindowSpan span, WindowSpan inner) {

  enum Kind {
    RECORDS,
    GROUPS,
    PANES,
    INVERSE,
    RECORDS_OF_RECORDS,
    PANES_OF_RECORDS,
    INVERSE_OF_PANES,
    UNION_WITH_INPUT;

    boolean isNested() {
      return this == RECORDS_OF_RECORDS || this == PANES_OF_RECORDS || this == INVERSE_OF_PANES;
    }
  }

  /** A form with batches of one second. */
  static WindowForm random(Kind kind, Random random) {
    WindowSpan below = kind.isNested() ? span(1, random) : new WindowSpan(1_000, 1_000);
    WindowSpan span = span(below.slideMillis() / 1_000, random);
    return new WindowForm(
        kind,
        kind == Kind.UNION_WITH_INPUT ? new WindowSpan(span.lengthMillis(), 1_000) : span,
        below);
  }

  private static WindowSpan span(long unit, Random random) {
    return new WindowSpan(
        1_000 * unit * (1 + random.nextInt(4)), 1_000 * unit * (1 + random.nextInt(4)));
  }

  private static long key(long number) {
    return number % 2;
  }

  /** Adds up to nothing now and then. */
  private static long weight(long number) {
    return number % 3 - 1;
  }

  private static PairDStream<Long, Long> pairs(DStream<Integer> numbers) {
    return numbers.mapToPair(number -> new Tuple2<>(key(number), weight(number)));
  }

  private static Duration length(WindowSpan span) {
    return Duration.ofMillis(span.lengthMillis());
  }

  private static Duration slide(WindowSpan span) {
    return Duration.ofMillis(span.slideMillis());
  }

  private static PairDStream<Long, Long> panes(PairDStream<Long, Long> pairs, WindowSpan span) {
    return pairs.reduceByKeyAndWindow(Long::sum, length(span), slide(span), 2);
  }

  private static PairDStream<Long, Long> inverse(PairDStream<Long, Long> pairs, WindowSpan span) {
    return pairs.reduceByKeyAndWindow(
        Long::sum,
        (all, gone) -> all - gone,
        length(span),
        slide(span),
        2,
        total -> total._2() != 0);
  }

  private static DStream<Integer> records(DStream<Integer> numbers, WindowSpan span, String uid) {
    return numbers.window(length(span), slide(span)).uid(uid);
  }

  /** What it yields, as text. */
  DStream<String> declare(DStream<Integer> numbers, String uid) {
    String below = uid + "-inner";
    return switch (kind) {
      case RECORDS -> records(numbers, span, uid).map(String::valueOf);
      case GROUPS ->
          pairs(numbers)
              .groupByKeyAndWindow(length(span), slide(span), 2)
              .uid(uid)
              .map(group -> group._1() + "=" + sorted(group._2()));
      case PANES -> texts(panes(pairs(numbers), span).uid(uid));
      case INVERSE -> texts(inverse(pairs(numbers), span).uid(uid));
      case RECORDS_OF_RECORDS ->
          records(records(numbers, inner, below), span, uid).map(String::valueOf);
      case PANES_OF_RECORDS -> texts(panes(pairs(records(numbers, inner, below)), span).uid(uid));
      case INVERSE_OF_PANES ->
          texts(inverse(panes(pairs(numbers), inner).uid(below), span).uid(uid));
      case UNION_WITH_INPUT -> numbers.union(records(numbers, span, uid)).map(String::valueOf);
    };
  }

  private static DStream<String> texts(PairDStream<Long, Long> totals) {
    return totals.map(total -> total._1() + "=" + total._2());
  }

  private static List<Long> sorted(Iterable<Long> values) {
    List<Long> sorted = new ArrayList<>();
    values.forEach(sorted::add);
    sorted.sort(null);
    return sorted;
  }

  /** The ends up to a time whose windows hold one of these batches. */
  private static NavigableSet<Long> ends(
      WindowSpan span, NavigableSet<Long> batches, long throughMillis) {
    NavigableSet<Long> ends = new TreeSet<>();
    for (long time : batches) {
      for (long end = span.firstEndAfter(time - 1);
          end <= throughMillis && span.holds(end, time);
          end += span.slideMillis()) {
        ends.add(end);
      }
    }
    return ends;
  }

  /** The times at which it must have fired, by the batches with input. */
  NavigableSet<Long> ends(NavigableSet<Long> batches, long throughMillis) {
    return ends(
        span, kind.isNested() ? ends(inner, batches, throughMillis) : batches, throughMillis);
  }

  private static <T> List<T> within(
      NavigableMap<Long, List<T>> batches, WindowSpan span, long end) {
    List<T> held = new ArrayList<>();
    batches.subMap(end - span.lengthMillis(), false, end, true).values().forEach(held::addAll);
    return held;
  }

  private static Map<Long, Long> sums(List<Tuple2<Long, Long>> pairs) {
    return pairs.stream()
        .collect(Collectors.toMap(Tuple2::_1, Tuple2::_2, Long::sum, TreeMap::new));
  }

  private static List<Tuple2<Long, Long>> modelPairs(List<Long> numbers) {
    return numbers.stream().map(number -> new Tuple2<>(key(number), weight(number))).toList();
  }

  /** What the window that ends there holds, sorted. */
  List<String> model(NavigableMap<Long, List<Long>> batches, long end) {
    NavigableMap<Long, List<Long>> below = new TreeMap<>();
    for (long innerEnd : ends(inner, batches.navigableKeySet(), end)) {
      below.put(innerEnd, within(batches, inner, innerEnd));
    }
    List<Long> numbers = within(kind.isNested() ? below : batches, span, end);
    return switch (kind) {
      case RECORDS, RECORDS_OF_RECORDS -> texts(numbers);
      case GROUPS -> {
        Map<Long, List<Long>> groups = new TreeMap<>();
        numbers.forEach(
            n -> groups.computeIfAbsent(key(n), key -> new ArrayList<>()).add(weight(n)));
        yield groups.entrySet().stream().map(e -> e.getKey() + "=" + sorted(e.getValue())).toList();
      }
      case PANES, PANES_OF_RECORDS -> texts(sums(modelPairs(numbers)), false);
      case INVERSE -> texts(sums(modelPairs(numbers)), true);
      case INVERSE_OF_PANES -> {
        List<Tuple2<Long, Long>> totals = new ArrayList<>();
        below
            .subMap(end - span.lengthMillis(), false, end, true)
            .values()
            .forEach(
                held ->
                    sums(modelPairs(held))
                        .forEach((key, sum) -> totals.add(new Tuple2<>(key, sum))));
        yield texts(sums(totals), true);
      }
      case UNION_WITH_INPUT -> {
        List<Long> all = new ArrayList<>(numbers);
        all.addAll(batches.getOrDefault(end, List.of()));
        yield texts(all);
      }
    };
  }

  private static List<String> texts(List<Long> numbers) {
    return numbers.stream().map(String::valueOf).sorted().toList();
  }

  private static List<String> texts(Map<Long, Long> sums, boolean filters) {
    return sums.entrySet().stream()
        .filter(sum -> !filters || sum.getValue() != 0)
        .map(sum -> sum.getKey() + "=" + sum.getValue())
        .sorted()
        .toList();
  }
}
