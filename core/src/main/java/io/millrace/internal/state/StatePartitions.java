package io.millrace.internal.state;

import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateOperator;

/** Makes the partitions of a state. */
public final class StatePartitions {

  private StatePartitions() {}

  /** Partition {@code number} of a state; all of them share {@code quota}. */
  public static StatePartition of(
      StateDefinition definition, int number, Quota quota, ObjectSizes sizes) {
    StateOperator operator = definition.operator();
    Class<?> anchor = anchor(operator);
    return new EntryPartition(
        operator,
        definition.placement(),
        number,
        new Entries(before -> Templates.table(anchor, before)),
        new StoreSize(quota, sizes));
  }

  /** The class of the user's function, whose private copies of the templates are used. */
  private static Class<?> anchor(StateOperator operator) {
    if (operator instanceof StateOperator.MapRecords map) {
      return map.function().getClass();
    } else if (operator instanceof StateOperator.UpdateKeys update) {
      return update.function().getClass();
    } else if (operator instanceof StateOperator.UpdatePartitions update) {
      return update.function().getClass();
    }
    return ((StateOperator.CombinePanes) operator).reduce().getClass();
  }
}
