package io.millrace.spark;

import io.millrace.spi.plan.Placement;
import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateLimits;
import io.millrace.spi.state.StateOperator;
import java.io.Serializable;

/**
 * A state as tasks are told of it. Two of the same key are the same state.
 *
 * @param key names the state among all that an executor may have
 */
record StateAddress(
    String key, String name, StateOperator operator, Placement placement, StateLimits limits)
    implements Serializable {

  static StateAddress of(String key, StateDefinition definition) {
    return new StateAddress(
        key, definition.name(), definition.operator(), definition.placement(), definition.limits());
  }

  /** Without initial content, which is the driver's business. */
  StateDefinition definition() {
    return new StateDefinition(name, operator, placement, null, limits);
  }

  int numPartitions() {
    return placement.numPartitions();
  }
}
