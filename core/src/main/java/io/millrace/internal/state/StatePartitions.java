package io.millrace.internal.state;

import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateOperator;
import org.jspecify.annotations.Nullable;

/** Makes the partitions of a state. */
public final class StatePartitions {

  private StatePartitions() {}

  /** Partition {@code number} of a state; all of them share {@code quota}. */
  public static StatePartition of(
      StateDefinition definition, int number, Quota quota, ObjectSizes sizes) {
    StateOperator operator = definition.operator();
    StoreSize size = new StoreSize(quota, sizes);
    if (operator instanceof StateOperator.CombinePanes window) {
      Class<?> anchor = anchor(window);
      return new PanePartition(window.reduce(), store(window, anchor, size), () -> entries(anchor));
    }
    return new EntryPartition(
        operator, definition.placement(), number, entries(anchor(operator)), size);
  }

  private static PaneStore store(
      StateOperator.CombinePanes window, Class<?> anchor, StoreSize size) {
    Function2<?, ?, ?> inverse = window.inverse();
    return inverse == null
        ? new StackedPanes(window, Templates.stacks(window.reduce()), dictionary(anchor), size)
        : new InvertedPanes(
            Templates.totals(window.reduce(), inverse),
            untyped(window.filter()),
            entries(anchor),
            size);
  }

  @SuppressWarnings("unchecked")
  private static @Nullable Function<Object, Boolean> untyped(
      @Nullable Function<?, Boolean> filter) {
    return (Function<Object, Boolean>) filter;
  }

  private static Entries entries(Class<?> anchor) {
    return new Entries(before -> Templates.table(anchor, before));
  }

  /**
   * An empty dictionary for the keys of a state.
   *
   * @param capacity keys that there is room for from the beginning, if they are whole numbers
   */
  static Dictionary dictionary(StateOperator operator, int capacity) {
    return dictionary(anchor(operator), capacity);
  }

  private static Dictionary dictionary(Class<?> anchor) {
    return dictionary(anchor, Growth.INITIAL);
  }

  private static Dictionary dictionary(Class<?> anchor, int capacity) {
    return new Dictionary(before -> Templates.table(anchor, before), capacity);
  }

  /** The class of the user's function, whose private copies of the templates are used. */
  private static Class<?> anchor(StateOperator operator) {
    if (operator instanceof StateOperator.MapRecords map) {
      return map.function().getClass();
    } else if (operator instanceof StateOperator.UpdateKeys update) {
      return update.function().getClass();
    } else if (operator instanceof StateOperator.CombinePanes window) {
      return window.reduce().getClass();
    }
    return ((StateOperator.UpdatePartitions) operator).function().getClass();
  }
}
