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
  private static final MethodType COLUMN =
      MethodType.methodType(ReduceColumn.class, Object.class, Object.class);
  private static final MethodType INDEX = MethodType.methodType(KeyIndex.class);

  private final List<Part> parts;
  private final Specializer specializer;
  private final Signal signal = new Signal();

  Stage(List<Part> parts, Specializer specializer) {
    this.parts = parts;
    this.specializer = specializer;
  }

  Signal signal() {
    return signal;
  }

  /** The loop whose steps are the parts of this stage and then {@code template} as its end. */
  Loop loop(Class<? extends Step> template, @Nullable Object endFunction, Object endArgument) {
    return newLoop(template, anchor(parts.size(), endFunction, template), endArgument);
  }

  private Loop newLoop(Class<? extends Step> template, Class<?> endAnchor, Object endArgument) {
    try {
      Step step =
          (Step) constructor(template, endAnchor, null, END).invokeExact(endArgument, signal);
      for (int i = parts.size() - 1; i >= 0; i--) {
        step = step(i, step);
      }
      Class<?> head = step.getClass();
      return (Loop)
          constructor(PushLoop.class, anchor(0, null, endAnchor), head, LOOP)
              .invokeExact(step, signal);
    } catch (Throwable e) {
      throw Specializer.failure(e);
    }
  }

  /** The loop that ends in tables which combine by key, made by {@link #newTable}. */
  Loop loop(Combiner combiner, CombineStep.Into into) {
    return newLoop(CombineStep.class, tableAnchor(combiner), into);
  }

  /** A table for what this stage yields. */
  KeyedTable newTable(Combiner combiner) {
    return table(combiner, tableAnchor(combiner), specializer);
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
    Class<?> anchor = functions.isEmpty() ? combiner.getClass() : functions.get(0).getClass();
    return table(combiner, anchor, Specializer.shared());
  }

  private static KeyedTable table(Combiner combiner, Class<?> anchor, Specializer specializer) {
    KeyIndex index = index(anchor, specializer);
    if (combiner instanceof Combiner.Reduce reduce) {
      return new ReduceTable(reduce, index, specializer);
    }
    Class<?> template =
        combiner instanceof Combiner.Group ? GroupTable.class : AggregateTable.class;
    try {
      return (KeyedTable)
          specializer
              .constructor(template, anchor, index.getClass(), TABLE)
              .invokeExact(combiner, index);
    } catch (Throwable e) {
      throw Specializer.failure(e);
    }
  }

  /**
   * A column of reduced values.
   *
   * @param values an array of the column's type
   */
  static ReduceColumn column(
      Class<? extends ReduceColumn> template,
      Object function,
      Object values,
      Specializer specializer) {
    try {
      return (ReduceColumn)
          specializer
              .constructor(template, function.getClass(), null, COLUMN)
              .invokeExact(function, values);
    } catch (Throwable e) {
      throw Specializer.failure(e);
    }
  }

  static KeyIndex index(Class<?> anchor) {
    return index(anchor, Specializer.shared());
  }

  private static KeyIndex index(Class<?> anchor, Specializer specializer) {
    try {
      return (KeyIndex)
          specializer.constructor(OpenKeyIndex.class, anchor, null, INDEX).invokeExact();
    } catch (Throwable e) {
      throw Specializer.failure(e);
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
    } else if (operator instanceof Operator.MapToDouble) {
      return MapToDoubleStep.class;
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

  /**
   * A generator of its own for each partition. The seeds are mixed (by the finalizer of
   * SplitMix64), since the generator itself steps from one state to the next by a constant: seeds
   * that differ by multiples of it would make one partition's draws those of another, shifted.
   */
  private static SampleStep.Draw draw(Operator.Sample sample, int partition) {
    long mixed = sample.seed() + (partition + 1) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    SplittableRandom random = new SplittableRandom(mixed ^ (mixed >>> 31));
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
    return parts.size() > MAX_SPECIALISED
        ? specializer.template(template, type)
        : specializer.constructor(template, anchor, downstream, type);
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
}
