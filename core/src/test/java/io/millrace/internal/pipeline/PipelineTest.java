package io.millrace.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.function.FlatMapFunction;
import io.millrace.function.Function;
import io.millrace.spi.Terminal;
import io.millrace.spi.plan.Operator;
import io.millrace.spi.plan.RecordReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PipelineTest {

  private static final FlatMapFunction<Integer, Integer> ENDLESS =
      x -> Stream.iterate(x, n -> n + 1).iterator();

  @Test
  void take_endsAnEndlessExpansion() throws Exception {
    assertThat(run(numbers(3), new Terminal.Take<>(4), flatMap(ENDLESS)))
        .containsExactly(0, 1, 2, 3);
  }

  @Test
  void take_endsAnEndlessExpansionOfAnEndlessExpansion() throws Exception {
    assertThat(run(numbers(3), new Terminal.Take<>(4), flatMap(ENDLESS), flatMap(ENDLESS), map(1)))
        .containsExactly(1, 2, 3, 4);
  }

  @Test
  void pull_resumesNestedEndlessExpansionsWhereItStopped() throws Exception {
    FlatMapFunction<Integer, String> twice = x -> List.of(x + "a", x + "b").iterator();
    RecordReader<?> reader =
        pipeline(numbers(1), flatMap(ENDLESS), flatMap(twice), map(x -> x + "!")).reader();
    List<Object> pulled = new ArrayList<>();
    Object[] into = new Object[4];

    for (int max : new int[] {1, 3, 2, 4, 1}) {
      int count = reader.read(into, max);
      assertThat(count).isEqualTo(max);
      Collections.addAll(pulled, Arrays.copyOf(into, count));
    }

    assertThat(pulled)
        .containsExactly(
            "0a!", "0b!", "1a!", "1b!", "2a!", "2b!", "3a!", "3b!", "4a!", "4b!", "5a!");
  }

  @Test
  void pull_asksTheSourceForNoMoreThanItNeeds() throws Exception {
    RecordsInChunks source = new RecordsInChunks(numbers(1_000), 1);
    Pipeline pipeline = new Pipeline(source, parts(map(1)), () -> {});
    Iterator<Object> records = new ReaderIterator(pipeline.reader());

    assertThat(records.next()).isEqualTo(1);
    assertThat(source.numRead()).isEqualTo(1);
  }

  @Test
  void poll_runsAfterTheFirstRecordAndBetweenChunks() throws Exception {
    AtomicInteger polls = new AtomicInteger();
    AtomicInteger seenByFirst = new AtomicInteger(-1);
    Function<Integer, Integer> watch =
        x -> {
          if (x == 1) {
            seenByFirst.set(polls.get());
          }
          return x;
        };

    new Pipeline(
            new IteratorReader(numbers(10_000).iterator()),
            parts(new Operator.Map(watch)),
            polls::incrementAndGet)
        .run(new Terminal.Count<>(), new NoTask());

    assertThat(seenByFirst).hasValue(1);
    assertThat(polls.get()).isBetween(10_000 / Pipeline.MAX_CHUNK, 50);
  }

  @Test
  void poll_runsAlsoWhenASourceIsReadAsItIs() throws Exception {
    AtomicInteger polls = new AtomicInteger();
    Pipeline pipeline =
        new Pipeline(new RecordsInChunks(numbers(100), 1), List.of(), polls::incrementAndGet);

    Iterator<Object> records = new ReaderIterator(pipeline.reader());
    records.forEachRemaining(record -> {});

    assertThat(polls.get()).isGreaterThan(5);
  }

  @Test
  void poll_endsThePipelineByThrowing() {
    Pipeline pipeline =
        new Pipeline(
            new RecordsInChunks(numbers(100), 1),
            parts(map(1)),
            () -> {
              throw new IOException("enough");
            });

    assertThatThrownBy(() -> pipeline.run(new Terminal.Count<>(), new NoTask()))
        .isInstanceOf(IOException.class)
        .hasMessage("enough");
  }

  @Test
  void keeper_isNotCompletedWhenReadingStopsAtTheLastRecord() throws Exception {
    KeptRecords keeper = new KeptRecords();
    List<Object> taken =
        new Pipeline(new RecordsInChunks(numbers(5), 1), List.of(new Stage.Tee(keeper)), () -> {})
            .run(new Terminal.Take<>(5), new NoTask());

    assertThat(taken).hasSize(5);
    assertThat(keeper.completions).isZero();
  }

  @Test
  void keeper_isNotCompletedWhenTheStageFails() {
    KeptRecords keeper = new KeptRecords();
    Function<Integer, Integer> failing = x -> 10 / (4 - x);
    Pipeline pipeline =
        new Pipeline(
            new RecordsInChunks(numbers(5), 1),
            List.of(new Stage.Tee(keeper), new Stage.Apply(new Operator.Map(failing), 0)),
            () -> {});

    assertThatThrownBy(() -> pipeline.run(new Terminal.Count<>(), new NoTask()))
        .isInstanceOf(ArithmeticException.class);
    assertThat(keeper.completions).isZero();
  }

  @Test
  void keeper_ofAnEmptyPartitionIsCompleted() throws Exception {
    KeptRecords keeper = new KeptRecords();
    new Pipeline(new RecordsInChunks(List.of(), 1), List.of(new Stage.Tee(keeper)), () -> {})
        .run(new Terminal.Count<>(), new NoTask());

    assertThat(keeper.completions).isEqualTo(1);
    assertThat(keeper.records).isEmpty();
  }

  @Test
  void aChainOfTenThousandMaps_doesNotOverflowTheStack() throws Exception {
    Operator[] maps = new Operator[10_000];
    Arrays.fill(maps, map(1));

    assertThat(run(numbers(3), new Terminal.Collect<>(), maps))
        .containsExactly(10_000, 10_001, 10_002);
    assertThat(run(numbers(1_000), new Terminal.Take<>(2), maps)).containsExactly(10_000, 10_001);
  }

  @Test
  void aLongChain_keepsWhatPassesInItsMiddle() throws Exception {
    KeptRecords keeper = new KeptRecords();
    List<Stage.Part> parts = new ArrayList<>();
    for (int i = 0; i < 3 * Pipeline.MAX_STEPS; i++) {
      parts.add(new Stage.Apply(map(1), 0));
    }
    parts.add(10, new Stage.Tee(keeper));

    new Pipeline(new RecordsInChunks(numbers(700), 1), parts, () -> {})
        .run(new Terminal.Count<>(), new NoTask());

    assertThat(keeper.records).hasSize(700).startsWith(10, 11, 12);
    assertThat(keeper.completions).isEqualTo(1);
  }

  @Test
  void aLongChainOfExpansions_isResumedAcrossItsCuts() throws Exception {
    FlatMapFunction<Integer, Integer> same = x -> Collections.nCopies(1, x).iterator();
    Operator[] chain = new Operator[2 * Pipeline.MAX_STEPS + 10];
    Arrays.fill(chain, flatMap(same));
    chain[0] = flatMap(ENDLESS);
    chain[chain.length / 2] = flatMap(x -> Collections.nCopies(3, x).iterator());

    assertThat(run(numbers(1), new Terminal.Take<>(7), chain)).containsExactly(0, 0, 0, 1, 1, 1, 2);
  }

  @Test
  void sample_withoutReplacementKeepsAboutTheFractionInOrder() throws Exception {
    List<Object> sample = sample(100_000, false, 0.0, 0.3, 42, 0);

    assertThat(sample.size() / 100_000.0).isCloseTo(0.3, within(0.01));
    assertThat(sample).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void sample_withReplacementKeepsPoissonManyCopies() throws Exception {
    int size = 100_000;
    for (double mean : new double[] {0.3, 2, 40}) {
      List<Object> sample = sample(size, true, 0, mean, 42, 0);
      int[] copies = new int[size];
      sample.forEach(x -> copies[(Integer) x]++);
      double average = sample.size() / (double) size;
      double variance =
          IntStream.of(copies).mapToDouble(n -> (n - average) * (n - average)).sum() / size;

      assertThat(average).isCloseTo(mean, within(0.03 * mean));
      assertThat(variance).isCloseTo(mean, within(0.03 * mean));
    }
  }

  @Test
  void sample_repeatsForTheSameSeedAndPartitionAlone() throws Exception {
    List<Object> sample = sample(1_000, false, 0, 0.5, 7, 3);

    assertThat(sample(1_000, false, 0, 0.5, 7, 3)).isEqualTo(sample);
    assertThat(sample(1_000, false, 0, 0.5, 8, 3)).isNotEqualTo(sample);
    assertThat(sample(1_000, false, 0, 0.5, 7, 4)).isNotEqualTo(sample);
  }

  @Test
  void sample_complementsAreDisjointAndCoverAll() throws Exception {
    List<Object> low = sample(1_000, false, 0, 0.3, 7, 0);
    List<Object> high = sample(1_000, false, 0.3, 1, 7, 0);

    Set<Object> union = new HashSet<>(low);
    union.addAll(high);
    assertThat(union).hasSize(1_000);
    assertThat(low.size() + high.size()).isEqualTo(1_000);
  }

  @Test
  void sample_drawsOfNeighbouringPartitionsAreIndependentWhateverTheSeed() throws Exception {
    int size = 20_000;
    for (long seed : new long[] {0, 1, 42, Long.MIN_VALUE}) {
      for (int shift = -2; shift <= 2; shift++) {
        Set<Object> first = new HashSet<>(sample(size, false, 0, 0.5, seed, 0));
        Set<Object> second = new HashSet<>(sample(size, false, 0, 0.5, seed, 1));
        int by = shift;
        long both = first.stream().filter(x -> second.contains((Integer) x + by)).count();

        assertThat(both / (double) size)
            .as("seed %s, shifted by %s", seed, shift)
            .isCloseTo(0.25, within(0.02));
      }
    }
  }

  @Test
  void sample_withReplacementIsResumedWhenPulledOneByOne() throws Exception {
    Operator.Sample many = new Operator.Sample(true, 0, 20, 5);
    List<Object> pushed = run(numbers(50), new Terminal.Collect<>(), many);
    List<Object> pulled = new ArrayList<>();
    RecordReader<?> reader = pipeline(numbers(50), many).reader();
    Object[] into = new Object[1];
    while (reader.read(into, 1) > 0) {
      pulled.add(into[0]);
    }

    assertThat(pulled).isEqualTo(pushed);
  }

  @Test
  void copiesAndTemplates_yieldTheSame() throws Exception {
    Operator[] chain = {map(1), flatMap(x -> List.of(x, -(Integer) x).iterator()), map(2)};
    List<Object> withCopies = run(numbers(500), new Terminal.Collect<>(), chain);
    Specializer none = new Specializer(1_000, false);

    List<Object> withTemplates =
        new Pipeline(new RecordsInChunks(numbers(500), 1), parts(chain), () -> {}, none)
            .run(new Terminal.Collect<>(), new NoTask());

    assertThat(withTemplates).isEqualTo(withCopies);
    assertThat(none.numCopies()).isZero();
  }

  private static List<Object> sample(
      int size, boolean withReplacement, double low, double high, long seed, int partition)
      throws Exception {
    Operator.Sample sample = new Operator.Sample(withReplacement, low, high, seed);
    return new Pipeline(
            new RecordsInChunks(numbers(size), 1),
            List.of(new Stage.Apply(sample, partition)),
            () -> {})
        .run(new Terminal.Collect<>(), new NoTask());
  }

  private static <R> R run(List<Object> records, Terminal<Object, R> end, Operator... operators)
      throws Exception {
    return pipeline(records, operators).run(end, new NoTask());
  }

  private static Pipeline pipeline(List<Object> records, Operator... operators) {
    return new Pipeline(new RecordsInChunks(records, 1), parts(operators), () -> {});
  }

  private static List<Stage.Part> parts(Operator... operators) {
    return Stream.of(operators).map(operator -> (Stage.Part) new Stage.Apply(operator, 0)).toList();
  }

  private static List<Object> numbers(int count) {
    return IntStream.range(0, count).mapToObj(i -> (Object) i).toList();
  }

  private static Operator map(int added) {
    return new Operator.Map((Function<Integer, Integer>) x -> x + added);
  }

  private static Operator map(Function<Object, Object> function) {
    return new Operator.Map(function);
  }

  private static Operator flatMap(FlatMapFunction<?, ?> function) {
    return new Operator.FlatMap(function);
  }
}
