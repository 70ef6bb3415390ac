package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.function.FlatMapFunction;
import io.millrace.function.Function;
import io.millrace.function.PairFlatMapFunction;
import io.millrace.function.PairFunction;
import io.millrace.spi.plan.Deferred;
import io.millrace.spi.plan.Operator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * A chain of operators drawn at random, and beside it what plain Java makes of the same records.
 * Numbers are {@code Integer}; the values of pairs are numbers of any type.
 */
final class RandomChain {

  private static final int MAX_RECORDS = 3_000;

  private final Random random;
  private final List<Stage.Part> parts = new ArrayList<>();
  private final List<KeptRecords> keepers = new ArrayList<>();
  private final List<List<Object>> passing = new ArrayList<>();
  private final StringBuilder description = new StringBuilder();
  private List<Object> expected;
  private boolean pairs;

  RandomChain(Random random, List<Object> numbers, int numParts) {
    this.random = random;
    this.expected = numbers;
    for (int i = 0; i < numParts; i++) {
      addPart();
    }
  }

  List<Stage.Part> parts() {
    return parts;
  }

  /** What the chain makes of the numbers. */
  List<Object> expected() {
    return expected;
  }

  List<KeptRecords> keepers() {
    return keepers;
  }

  /** What passes each keeper. */
  List<List<Object>> passing() {
    return passing;
  }

  @Override
  public String toString() {
    return description.toString();
  }

  private void addPart() {
    int kind = random.nextInt(10);
    if (kind == 0) {
      KeptRecords keeper = new KeptRecords();
      parts.add(new Stage.Tee(keeper));
      keepers.add(keeper);
      passing.add(expected);
      description.append(" tee");
    } else if (kind == 1) {
      filter();
    } else if (kind == 2) {
      zipWithIndex();
    } else if (pairs) {
      addPairPart(kind);
    } else {
      addNumberPart(kind);
    }
  }

  private void addNumberPart(int kind) {
    int number = 1 + random.nextInt(5);
    if (kind <= 3) {
      add(new Operator.Map((Function<Integer, Integer>) x -> x + number));
      replace(x -> List.of((Integer) x + number));
    } else if (kind == 4) {
      FlatMapFunction<Integer, Integer> copies = x -> numbers(x, number).iterator();
      add(new Operator.FlatMap(copies));
      replace(x -> List.copyOf(numbers((Integer) x, number)));
    } else if (kind == 5) {
      PairFlatMapFunction<Integer, Integer, Integer> copies = x -> numberPairs(x, number);
      add(new Operator.FlatMapToPair(copies));
      replace(x -> numbers((Integer) x, number).stream().map(n -> (Object) pair(n, x)).toList());
      pairs = true;
    } else if (kind == 6) {
      add(
          new Operator.MapToPair(
              (PairFunction<Integer, Integer, Integer>) x -> new Tuple2<>(x % 7, x)));
      replace(x -> List.of(pair((Integer) x % 7, x)));
      pairs = true;
    } else if (kind == 7) {
      add(new Operator.KeyBy((Function<Integer, Integer>) x -> x % number));
      replace(x -> List.of(pair((Integer) x % number, x)));
      pairs = true;
    } else if (kind == 8) {
      add(new Operator.PairWith(number));
      replace(x -> List.of(pair(x, number)));
      pairs = true;
    } else {
      add(new Operator.Filter((Function<Object, Boolean>) x -> false));
      expected = List.of();
    }
  }

  private void addPairPart(int kind) {
    int number = 1 + random.nextInt(4);
    if (kind <= 4) {
      add(new Operator.MapValues((Function<Number, Integer>) v -> v.intValue() + number));
      replace(x -> List.of(pair(((Tuple2<?, ?>) x)._1(), value(x) + number)));
    } else if (kind <= 6) {
      FlatMapFunction<Number, Integer> copies = v -> numbers(v.intValue(), number).iterator();
      add(new Operator.FlatMapValues(copies));
      replace(
          x ->
              numbers(value(x), number).stream()
                  .map(n -> (Object) pair(((Tuple2<?, ?>) x)._1(), n))
                  .toList());
    } else {
      add(new Operator.Map((Function<Object, Integer>) RandomChain::value));
      replace(x -> List.of(value(x)));
      pairs = false;
    }
  }

  private void filter() {
    int number = 2 + random.nextInt(3);
    add(new Operator.Filter((Function<Object, Boolean>) x -> value(x) % number != 0));
    replace(x -> value(x) % number != 0 ? List.of(x) : List.of());
  }

  private void zipWithIndex() {
    Deferred<long[]> firstIndexes = new Deferred<>(() -> new long[] {0, 100});
    firstIndexes.resolve();
    add(new Operator.ZipWithIndex(firstIndexes));
    List<Object> zipped = new ArrayList<>();
    for (Object record : expected) {
      zipped.add(pair(record, 100L + zipped.size()));
    }
    expected = zipped;
    pairs = true;
  }

  private void add(Operator operator) {
    parts.add(new Stage.Apply(operator, 1));
    description.append(' ').append(operator.getClass().getSimpleName());
  }

  private void replace(java.util.function.Function<Object, List<Object>> model) {
    List<Object> next = new ArrayList<>();
    expected.forEach(record -> next.addAll(model.apply(record)));
    expected = next;
    if (next.size() > MAX_RECORDS) {
      add(new Operator.Filter((Function<Object, Boolean>) x -> value(x) % 8 == 0));
      expected = next.stream().filter(x -> value(x) % 8 == 0).toList();
    }
  }

  private static int value(Object record) {
    Object value = record instanceof Tuple2<?, ?> pair ? pair._2() : record;
    return ((Number) value).intValue();
  }

  private static Tuple2<Object, Object> pair(Object key, Object value) {
    return new Tuple2<>(key, value);
  }

  private static Iterator<Tuple2<Integer, Integer>> numberPairs(int x, int number) {
    return numbers(x, number).stream().map(n -> new Tuple2<>(n, x)).iterator();
  }

  /** None for every fourth number, more for others. */
  private static List<Integer> numbers(int x, int number) {
    int copies = Math.floorMod(x, 4);
    return copies == 0 ? Collections.emptyList() : Collections.nCopies(copies, x + number);
  }
}
