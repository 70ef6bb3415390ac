package io.millrace.internal.pipeline;

import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.Operator;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The operators of one stage in one partition, from the source's side to the end. Turned into a
 * chain of specialised steps, from the end backwards, since a copy depends on the copy downstream
 * of it.
 */
public final class Stage {

  /** One element of the chain. */
  public sealed interface Part {}

  /** A narrow operator; {@link Operator.MapPartitions} and the like are not fused, but read. */
  public record Apply(Operator operator, int partition) implements Part {}

  /** Lets a keeper have what passes here. */
  public record Tee(Keeper keeper) implements Part {}

  /** Chains longer than this use the shared templates: the JIT could not inline them anyway. */
  static final int MAX_SPECIALISED = 48;

  private static final MethodType STEP =
      MethodType.methodType(Step.class, Object.class, Step.class, Signal.class);
  private static final MethodType END =
      MethodType.methodType(Step.class, Object.class, Signal.class);
  private static final MethodType LOOP =
      MethodType.methodType(Loop.class, Step.class, Signal.class);
  private static final MethodType TABLE =
      MethodType.methodType(KeyedTable.class, Combiner.class, KeyIndex.class);
  private static final MethodType INDEX = MethodType.methodType(KeyIndex.class);

  private final List<Part> parts;
  private final Signal signal = new Signal();

  Stage(List<Part> parts) {
    this.parts = parts;
  }

  Signal signal() {
    return signal;
  }

  /** The loop whose steps are the parts of this stage and then {@code template} as its end. */
  Loop loop(Class<? extends Step> template, @Nullable Object endFunction, Object endArgument) {
    return loop(template, anchor(parts.size(), endFunction, template), null, endArgument);
  }

  private Loop loop(
      Class<? extends Step> template,
      Class<?> endAnchor,
      @Nullable Class<?> downstream,
      Object endArgument) {
    try {
      Step step =
          (Step) constructor(template, endAnchor, downstream, END).invokeExact(endArgument, signal);
      for (int i = parts.size() - 1; i >= 0; i--) {
        step = step(i, step);
      }
      Class<?> head = step.getClass();
      return (Loop)
          constructor(PushLoop.class, anchor(0, null, endAnchor), head, LOOP)
              .invokeExact(step, signal);
    } catch (Throwable e) {
      throw instantiationFailure(e);
    }
  }

  /** The loop that ends in tables which combine by key, with the tables themselves. */
  Loop combineLoop(
      Combiner combiner,
      io.millrace.spi.plan.Placement placement,
      KeyedTable[] tables,
      java.util.function.Consumer<Object> firstRecord) {
    Class<?> anchor = tableAnchor(combiner);
    for (int i = 0; i < tables.length; i++) {
      tables[i] = table(combiner, anchor);
    }
    return loop(
        CombineStep.class,
        anchor,
        tables[0].getClass(),
        new CombineStep.Into(placement, tables, firstRecord));
  }

  private Class<?> tableAnchor(Combiner combiner) {
    List<Object> functions = combiner.functions();
    return functions.isEmpty()
        ? anchor(parts.size(), null, combiner.getClass())
        : functions.get(0).getClass();
  }

  /** A table by itself, for combining what others have combined. */
  static KeyedTable table(Combiner combiner) {
    List<Object> functions = combiner.functions();
    return table(combiner, functions.isEmpty() ? combiner.getClass() : functions.get(0).getClass());
  }

  private static KeyedTable table(Combiner combiner, Class<?> anchor) {
    Class<?> template =
        combiner instanceof Combiner.Reduce
            ? ReduceTable.class
            : combiner instanceof Combiner.Group ? GroupTable.class : AggregateTable.class;
    try {
      KeyIndex index = index(anchor);
      return (KeyedTable)
          Specializer.shared()
              .constructor(template, anchor, index.getClass(), TABLE)
              .invokeExact(combiner, index);
    } catch (Throwable e) {
      throw instantiationFailure(e);
    }
  }

  static KeyIndex index(Class<?> anchor) {
    try {
      return (KeyIndex)
          Specializer.shared().constructor(OpenKeyIndex.class, anchor, null, INDEX).invokeExact();
    } catch (Throwable e) {
      throw instantiationFailure(e);
    }
  }

  private Step step(int position, Step next) throws Throwable {
    Part part = parts.get(position);
    if (part instanceof Tee tee) {
      return newStep(TeeStep.class, position, null, next, tee.keeper());
    }
    Apply apply = (Apply) part;
    Operator operator = apply.operator();
    if (operator instanceof Operator.ZipWithIndex zip) {
      long first = zip.firstIndexes().get()[apply.partition()];
      return newStep(ZipWithIndexStep.class, position, null, next, first);
    }
    if (operator instanceof Operator.Sample sample) {
      return newStep(SampleStep.class, position, null, next, draw(sample, apply.partition()));
    }
    if (operator instanceof Operator.PairWith) {
      return newStep(PairWithStep.class, position, null, next, operator);
    }
    Object function = operator.function();
    if (function == null) {
      throw new IllegalArgumentException(operator + " can't be fused");
    }
    return newStep(template(operator), position, function, next, function);
  }

  private static Class<?> template(Operator operator) {
    if (operator instanceof Operator.Map) {
      return MapStep.class;
    } else if (operator instanceof Operator.MapToPair) {
      return MapToPairStep.class;
    } else if (operator instanceof Operator.Filter) {
      return FilterStep.class;
    } else if (operator instanceof Operator.FlatMap) {
      return FlatMapStep.class;
    } else if (operator instanceof Operator.FlatMapToPair) {
      return FlatMapToPairStep.class;
    } else if (operator instanceof Operator.MapValues) {
      return MapValuesStep.class;
    } else if (operator instanceof Operator.FlatMapValues) {
      return FlatMapValuesStep.class;
    } else if (operator instanceof Operator.KeyBy) {
      return KeyByStep.class;
    }
    throw new IllegalArgumentException(operator + " can't be fused");
  }

  /** Whether an operator is a step of a stage; the others read their parent themselves. */
  public static boolean isFused(Operator operator) {
    return !(operator instanceof Operator.MapPartitions)
        && !(operator instanceof Operator.CombineLocally);
  }

  private static SampleStep.Draw draw(Operator.Sample sample, int partition) {
    SplittableRandom random =
        new SplittableRandom(sample.seed() ^ (partition + 1) * 0x9E3779B97F4A7C15L);
    return new SampleStep.Draw(sample.withReplacement(), sample.low(), sample.high(), random);
  }

  private Step newStep(
      Class<?> template, int position, @Nullable Object function, Step next, Object argument)
      throws Throwable {
    Class<?> anchor = anchor(position, function, template);
    return (Step)
        constructor(template, anchor, next.getClass(), STEP).invokeExact(argument, next, signal);
  }

  private MethodHandle constructor(
      Class<?> template, Class<?> anchor, @Nullable Class<?> downstream, MethodType type) {
    if (parts.size() > MAX_SPECIALISED) {
      return Specializer.shared().template(template, type);
    }
    return Specializer.shared().constructor(template, anchor, downstream, type);
  }

  /** Class of {@code function}, or of the nearest user function upstream of {@code position}. */
  private Class<?> anchor(int position, @Nullable Object function, Class<?> otherwise) {
    if (function != null) {
      return function.getClass();
    }
    for (int i = position - 1; i >= 0; i--) {
      if (parts.get(i) instanceof Apply apply) {
        Object upstream = apply.operator().function();
        if (upstream != null) {
          return upstream.getClass();
        }
      }
    }
    return otherwise;
  }

  private static IllegalStateException instantiationFailure(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("can't make the steps of a stage", e);
  }
}
