package io.millrace.spi.plan;

import io.millrace.function.Function;
import io.millrace.function.Function2;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/** How the values of one key become one. Values are taken in order of arrival. */
public sealed interface Combiner extends Serializable {

  /** Whether values are combined before they travel. */
  boolean isMapSide();

  /**
   * The functions that users gave, for checks and specialisation; the first is the innermost of the
   * hot loop.
   */
  List<Object> functions();

  /** Folds values of one type by one associative function; the first value starts. */
  record Reduce(Function2<?, ?, ?> function) implements Combiner {
    public Reduce {
      Objects.requireNonNull(function);
    }

    @Override
    public boolean isMapSide() {
      return true;
    }

    @Override
    public List<Object> functions() {
      return List.of(function);
    }
  }

  /** Gathers the values of a key into a list, in order of arrival. */
  record Group() implements Combiner {
    @Override
    public boolean isMapSide() {
      return false;
    }

    @Override
    public List<Object> functions() {
      return List.of();
    }
  }

  /**
   * The general form.
   *
   * @param createCombiner makes the combined value of a key from its first value
   * @param mergeValue adds a value; may change and return its first argument
   * @param mergeCombiners joins two combined values, the earlier first; may change and return it
   */
  record Aggregate(
      Function<?, ?> createCombiner,
      Function2<?, ?, ?> mergeValue,
      Function2<?, ?, ?> mergeCombiners,
      boolean isMapSide)
      implements Combiner {
    public Aggregate {
      Objects.requireNonNull(createCombiner);
      Objects.requireNonNull(mergeValue);
      Objects.requireNonNull(mergeCombiners);
    }

    @Override
    public List<Object> functions() {
      return List.of(mergeValue, createCombiner, mergeCombiners);
    }
  }
}
