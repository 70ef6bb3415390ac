package io.millrace.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.function.Function;
import io.millrace.spi.Terminal;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.Operator;
import io.millrace.spi.plan.Placement;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodType;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SpecializerTest {

  private static final MethodType END =
      MethodType.methodType(Step.class, Object.class, Signal.class);
  private static final int MAX_COLLECTIONS = 200;

  private final Specializer specializer = new Specializer(1_000, true);

  /** Loaded once more by {@link #isolated}. */
  public static final class Increment implements Function<Integer, Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public Integer call(Integer x) {
      return x + 1;
    }
  }

  @Test
  void aCopy_isAHiddenClassOfItsOwn() throws Throwable {
    Step copy = step(specializer, Increment.class);

    assertThat(copy.getClass().isHidden()).isTrue();
    assertThat(copy.getClass()).isNotEqualTo(CountStep.class);
    assertThat(copy.getClass().getPackage()).isEqualTo(CountStep.class.getPackage());
  }

  @Test
  void pipelinesOfTheSameShapeOverTheSameFunctions_shareCopies() throws Exception {
    Operator[] operators = {map(x -> x + 1), map(x -> x * 2)};
    assertThat(run(specializer, operators)).containsExactly(2, 4, 6);
    int copies = specializer.numCopies();

    for (int i = 0; i < 10; i++) {
      assertThat(run(specializer, operators)).containsExactly(2, 4, 6);
    }

    // Two steps, the end and the loop.
    assertThat(copies).isEqualTo(4);
    assertThat(specializer.numCopies()).isEqualTo(copies);
  }

  @Test
  void pipelinesOverDifferentFunctions_haveDifferentCopies() throws Exception {
    run(specializer, map(x -> x + 1));
    int copies = specializer.numCopies();

    run(specializer, map(x -> x + 2));

    assertThat(specializer.numCopies()).isEqualTo(2 * copies);
    assertThat(stepClass(Increment.class)).isSameAs(stepClass(Increment.class));
    assertThat(stepClass(Increment.class)).isNotSameAs(stepClass(String.class));
  }

  @Test
  void oneFunctionTwiceInAChain_hasTwoCopies() throws Exception {
    Operator increment = new Operator.Map(new Increment());
    run(specializer, increment);
    int copies = specializer.numCopies();

    Specializer other = new Specializer(1_000, true);
    run(other, increment, increment);

    assertThat(other.numCopies()).isEqualTo(copies + 1);
  }

  @Test
  void tablesOfOneCombine_areCopiesOfOneClass() throws Exception {
    Combiner group = new Combiner.Group();
    combine(group, 1);
    int copies = specializer.numCopies();

    combine(group, 7);

    assertThat(copies).isPositive();
    assertThat(specializer.numCopies()).isEqualTo(copies);
  }

  private void combine(Combiner combiner, int numTargets) throws Exception {
    new Pipeline(new RecordsInChunks(List.of(), 1), List.of(), () -> {}, specializer)
        .combine(combiner, new AllInFirst(numTargets), first -> {}, null);
  }

  @Test
  void copies_stayWithinTheBoundAndTemplatesTakeOver() throws Exception {
    Specializer small = new Specializer(5, true);
    Operator[] operators = Collections.nCopies(10, map(x -> x + 1)).toArray(Operator[]::new);

    for (int i = 0; i < 3; i++) {
      assertThat(run(small, operators)).containsExactly(10, 11, 12);
      assertThat(small.numCopies()).isEqualTo(5);
    }

    assertThat(step(small, String.class)).isExactlyInstanceOf(CountStep.class);
  }

  @Test
  void copies_stayWithinTheBoundWhenManyThreadsAskAtOnce() throws Exception {
    Specializer small = new Specializer(10, true);
    int numThreads = 4;
    CyclicBarrier start = new CyclicBarrier(numThreads);
    List<Class<?>> anchors =
        List.of(
            String.class,
            Integer.class,
            Long.class,
            Short.class,
            Byte.class,
            Character.class,
            Double.class,
            Float.class,
            Boolean.class,
            Object.class,
            Math.class,
            Thread.class);
    Callable<Void> ask =
        () -> {
          start.await();
          for (Class<?> anchor : anchors) {
            small.constructor(CountStep.class, anchor, null, END);
          }
          return null;
        };
    ExecutorService threads = Executors.newFixedThreadPool(numThreads);
    try {
      for (Future<Void> asked : threads.invokeAll(Collections.nCopies(numThreads, ask))) {
        asked.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(small.numCopies()).isEqualTo(10);
  }

  @Test
  void withoutDefiningClasses_templatesDoTheSame() throws Exception {
    Specializer none = new Specializer(1_000, false);

    assertThat(run(none, map(x -> x + 1))).containsExactly(1, 2, 3);
    assertThat(none.numCopies()).isZero();
  }

  @Test
  void chainsTooLongToInline_useTemplates() throws Exception {
    List<Operator> maps = Collections.nCopies(Stage.MAX_SPECIALISED, map(x -> x + 1));
    List<Operator> oneMore = new ArrayList<>(maps);
    oneMore.add(map(x -> x + 1));

    assertThat(run(specializer, oneMore.toArray(Operator[]::new))).containsExactly(49, 50, 51);
    assertThat(specializer.numCopies()).isZero();
    assertThat(run(specializer, maps.toArray(Operator[]::new))).containsExactly(48, 49, 50);
    assertThat(specializer.numCopies()).isEqualTo(50);
  }

  @Test
  void anApplicationClassLoader_canBeUnloadedAndItsCopiesAreCountedNoMore() throws Exception {
    run(specializer, map(x -> x + 1));
    int before = specializer.numCopies();
    ReferenceQueue<ClassLoader> unloaded = new ReferenceQueue<>();
    WeakReference<ClassLoader> loader = runIsolated(unloaded);
    assertThat(specializer.numCopies()).isGreaterThan(before);

    for (int i = 0; i < MAX_COLLECTIONS && specializer.numCopies() > before; i++) {
      System.gc();
      unloaded.remove(10);
    }

    assertThat(loader.get()).isNull();
    assertThat(specializer.numCopies()).isEqualTo(before);
  }

  private WeakReference<ClassLoader> runIsolated(ReferenceQueue<ClassLoader> queue)
      throws Exception {
    ClassLoader application = isolated(Increment.class);
    Class<?> type = application.loadClass(Increment.class.getName());
    assertThat(type).isNotSameAs(Increment.class);
    Function<?, ?> function = (Function<?, ?>) type.getConstructor().newInstance();
    assertThat(run(specializer, new Operator.Map(function))).containsExactly(1, 2, 3);
    return new WeakReference<>(application, queue);
  }

  /** A loader that defines {@code isolated} itself and leaves all else to its parent. */
  private static ClassLoader isolated(Class<?> isolated) {
    return new ClassLoader(SpecializerTest.class.getClassLoader()) {
      @Override
      protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.equals(isolated.getName())) {
          return super.loadClass(name, resolve);
        }
        String file = isolated.getName().replace('.', '/') + ".class";
        try (InputStream in = getResourceAsStream(file)) {
          byte[] bytes = in.readAllBytes();
          return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private Class<?> stepClass(Class<?> anchor) throws Exception {
    return step(specializer, anchor).getClass();
  }

  private static Step step(Specializer specializer, Class<?> anchor) throws Exception {
    try {
      return (Step)
          specializer
              .constructor(CountStep.class, anchor, null, END)
              .invokeExact((Object) new CountStep.Counter(), new Signal());
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static Operator map(Function<Integer, Integer> function) {
    return new Operator.Map(function);
  }

  private static List<Object> run(Specializer specializer, Operator... operators) throws Exception {
    List<Object> numbers = IntStream.range(0, 3).mapToObj(i -> (Object) i).toList();
    List<Stage.Part> parts = new ArrayList<>();
    for (Operator operator : operators) {
      parts.add(new Stage.Apply(operator, 0));
    }
    return new Pipeline(new RecordsInChunks(numbers, 1), parts, () -> {}, specializer)
        .run(new Terminal.Collect<>(), new NoTask());
  }

  private record AllInFirst(int numPartitions) implements Placement {
    @Override
    public int partition(Object key) {
      return 0;
    }
  }
}
